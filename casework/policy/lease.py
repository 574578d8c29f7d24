"""How long a lease holds: the review lock, a prepared decision.

Leases are kept in wall time, which people read, and the wall clock can be set back. A lease that
seems to last longer than any is given was given before that, and holds nobody.
"""

MAX_LEASE_MS = 240_000
"""Twice the longest that is given: a clock that is put right by seconds takes no lock away."""


def holds(until_ms: int | None, now_ms: int) -> bool:
    return until_ms is not None and 0 < until_ms - now_ms <= MAX_LEASE_MS
