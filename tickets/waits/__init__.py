"""Who waited from when to when: the facts of a ticket (`facts`) and the cycles and the resolution they tell."""
