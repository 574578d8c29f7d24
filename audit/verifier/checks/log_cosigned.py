"""What witnesses vouch for of a log: its newest checkpoint, or the cosigned one beside it.

Witnesses are asked in the background, so the newest checkpoint is seconds ahead of the one they
cosigned last. That one stands for the entries below it, and must be of the same tree.
"""

from collections.abc import Iterator

from audit.verifier.digest import to_base64
from audit.verifier.log_folder import CHECKPOINT, COSIGNED, LogScan, log_check
from audit.verifier.note import Checkpoint
from audit.verifier.report import Finding
from audit.verifier.trust import signers


def candidates(scan: LogScan) -> list[tuple[str, Checkpoint]]:
    """(file, checkpoint). One of another origin, or that this log did not sign, vouches for nothing."""
    found = [(CHECKPOINT, scan.checkpoint)]
    beside = scan.cosigned
    if beside is None or beside.origin != scan.checkpoint.origin:
        return found
    if scan.trust.outside and signers(beside, scan.trust).log is None:
        return found
    return [*found, (COSIGNED, beside)]


def vouched(scan: LogScan) -> Checkpoint:
    """The one that most known witnesses signed; the newest, if none did."""
    checkpoints = [checkpoint for _, checkpoint in candidates(scan)]
    return max(checkpoints, key=lambda one: (len(signers(one, scan.trust).cosigned), one.size))


@log_check("log.known_keys")
def known_keys(scan: LogScan) -> Iterator[Finding]:
    for path, checkpoint in candidates(scan):
        for name in signers(checkpoint, scan.trust).failed:
            yield Finding(path, f"a signature by {name}", "it does not verify")


@log_check("log.quorum")
def quorum(scan: LogScan) -> Iterator[Finding]:
    checks = [signers(one, scan.trust).cosigned for _, one in candidates(scan)]
    if not any(map(scan.trust.policy.satisfied, checks)):
        found = f"{max(map(len, checks))} known witnesses"
        yield Finding(CHECKPOINT, f"quorum {scan.trust.policy.quorum}", found)


@log_check("log.cosigned")
def cosigned(scan: LogScan) -> Iterator[Finding]:
    """The log extends what was cosigned: else it was rolled back, or forked."""
    if scan.cosigned is None and (scan.root / COSIGNED).exists():
        yield Finding(COSIGNED, "a checkpoint", "damaged")
    for path, checkpoint in candidates(scan)[1:]:
        found = scan.tree.root(checkpoint.size) if checkpoint.size else checkpoint.root
        if checkpoint.size > scan.checkpoint.size:
            yield Finding(CHECKPOINT, f"at least {checkpoint.size} entries", scan.checkpoint.size)
        elif found != checkpoint.root:
            expected = f"root {to_base64(checkpoint.root)} at {checkpoint.size}"
            yield Finding(path, expected, to_base64(found or b""))
