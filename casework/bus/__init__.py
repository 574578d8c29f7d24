"""Events on their way from the outbox to everyone who watches: at least once, in order."""
