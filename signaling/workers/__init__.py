"""The desk's side of its media workers."""
