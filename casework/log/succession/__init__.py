"""A log takes the place of another, whose origin is dead or whose key is to be used no more."""
