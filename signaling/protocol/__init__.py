"""The page protocol: docs/protocol.md is its source of truth, these are its types."""
