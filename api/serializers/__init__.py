"""The shape of what the API takes and shows. Rules are elsewhere."""
