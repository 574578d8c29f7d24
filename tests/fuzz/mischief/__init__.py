"""What hostile parties send, and the scenes in which they send it. See docs/testing.md."""
