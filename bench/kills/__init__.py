"""kill -9 at random moments of recorded calls, and what is left of them."""
