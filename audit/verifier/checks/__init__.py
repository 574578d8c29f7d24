"""The checks of evidence packages and log folders; importing this package fills the registries."""

from audit.verifier.checks import (
    bag,
    chain,
    clock,
    commitment,
    decision,
    entry,
    erasure,
    log,
    log_cosigned,
    log_proof,
    outside,
    recorded,
    seal,
    segment,
    signed,
    statement,
)

__all__ = [
    "bag",
    "chain",
    "clock",
    "commitment",
    "decision",
    "entry",
    "erasure",
    "log",
    "log_cosigned",
    "log_proof",
    "outside",
    "recorded",
    "seal",
    "segment",
    "signed",
    "statement",
]
