"""From committed entries to signed checkpoints."""
