"""Ukrainian; Django's has a zero before the day, a month that is not bent and the year word everywhere."""
