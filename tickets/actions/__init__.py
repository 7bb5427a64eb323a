"""Every write to a ticket, one verb a function. Each act takes keywords, the actor first, and leaves one Event."""
