"""How often one address, or one network of IPv6, may ask; whoever is refused reads a sentence and a code."""

FILES_PER_MINUTE = 6_000
"""Hash tiles and checkpoints: who reads a whole log reads thousands."""

PROOFS_PER_MINUTE = 60
"""Each reads some ten tiles from the disk."""

HEALTH_PER_MINUTE = 120
"""Whoever watches the gateway asks every few seconds."""
