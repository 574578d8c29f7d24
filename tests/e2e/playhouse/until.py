"""Waiting for what will become true, with a deadline that says what never did."""

from bench.live.until import until

__all__ = ["until"]
