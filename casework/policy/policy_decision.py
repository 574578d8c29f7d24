"""What the policy answers; it goes into the audit entry of the act."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """`reason` is a stable code: why it was allowed, or which rule refused it."""

    allow: bool
    reason: str
