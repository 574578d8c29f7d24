"""The two pages of the counter: each is one shell that its script fills."""
