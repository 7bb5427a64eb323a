"""Finding tickets: the language of the search box (`query`, pure) and what it means for the tables (`applying`)."""
