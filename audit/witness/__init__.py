"""A witness: it sees checkpoints, never entries, and cosigns those that extend what it knew."""
