"""What a new ticket seems to be, each guess with its reason: a person takes it or changes it. Nothing here writes."""
