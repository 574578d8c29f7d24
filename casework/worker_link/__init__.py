"""The small typed protocol between the desk and a media worker (docs/worker-protocol.md)."""
