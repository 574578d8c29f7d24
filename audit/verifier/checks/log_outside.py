"""What the caller brought along to a log folder: an older checkpoint, a citizen's receipt."""

from collections.abc import Iterator

from audit.verifier.digest import to_base64
from audit.verifier.log_folder import CHECKPOINT, LogScan, log_check
from audit.verifier.report import Finding
from audit.verifier.trust import signers


@log_check("log.since")
def since(scan: LogScan) -> Iterator[Finding]:
    """The log extends the checkpoint the caller kept: no roll-back, no fork. One of a log before this
    stands for that log's first entries, which must have been handed on.
    """
    kept = scan.since
    if kept is None:
        return
    steps = scan.succession.steps_to(kept.origin)
    if steps is None:
        yield Finding("--since", f"origin {scan.checkpoint.origin}", kept.origin)
    elif scan.trust.outside and signers(kept, scan.trust).log is None:
        yield Finding("--since", "signed by a known log", kept.origin)
    elif steps == 0 and kept.size > scan.checkpoint.size:
        yield Finding(CHECKPOINT, f"at least {kept.size} entries", scan.checkpoint.size)
    elif not scan.succession.handed_on(kept.origin, kept.size):
        before = scan.succession.before[steps - 1]
        found = f"{before.carried} handed on of {before.size}"
        yield Finding("--since", f"{kept.size} entries of {kept.origin}", found)
    else:
        root = scan.tree.root_between(steps, kept.size) if steps else scan.tree.root(kept.size)
        if root != kept.root:
            expected = f"root {to_base64(kept.root)} of {kept.origin} at {kept.size}"
            yield Finding(CHECKPOINT, expected, to_base64(root or b""))


@log_check("log.receipt")
def receipt(scan: LogScan) -> Iterator[Finding]:
    """An entry of a log before this one stands as many places further on as logs lie between."""
    paper = scan.receipt
    if paper is None:
        return
    steps = scan.succession.steps_to(paper.origin)
    if steps is None:
        yield Finding("--receipt", f"origin {scan.checkpoint.origin}", paper.origin)
        return
    index = paper.index + steps
    found = "".join(value.hex() for value in scan.tree.hashes(0, index, 1))
    if found != paper.leaf:
        yield Finding("--receipt", f"leaf {paper.leaf} at {index}", found)
