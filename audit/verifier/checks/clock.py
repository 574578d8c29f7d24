"""Times: an entry's own is the operator's word; witnesses of a checkpoint hold it between theirs."""

from collections.abc import Iterator
from itertools import pairwise

from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_PROBLEMS
from audit.verifier.package import Package
from audit.verifier.paths import proof_path
from audit.verifier.registry import package_check
from audit.verifier.report import Finding
from audit.verifier.trust import signers

APART_MS = 300_000
"""As far as honest clocks of a hall and of its witnesses may lie apart."""


@package_check("clock.cosigned")
def cosigned(package: Package) -> Iterator[Finding]:
    """No entry is younger than the cosignatures on a tree that holds it. The seal is younger than
    those on the entries' checkpoint, whose bytes its `static_sha256` names.

    Of several witnesses the one counts that lets most pass, so that one whose clock is wrong
    makes no honest hall a liar.
    """
    before = _times(package, seal=False)
    after = _times(package, seal=True)
    for leaf in package.leaves if before else ():
        yield from _latest(leaf, max(before))
    if package.seal is not None:
        if after:
            yield from _latest(package.seal, max(after))
        if before and _wall(package.seal) < min(before) - APART_MS:
            expected = f"not before {min(before)}, when the entries were cosigned"
            yield Finding(package.seal.path, expected, _wall(package.seal), package.seal.record)


def bounded(package: Package) -> bool:
    """Whether any known witness says a time at all."""
    return bool(_times(package, seal=False) or _times(package, seal=True))


def steps(package: Package) -> list[dict[str, object]]:
    """Where the wall clock moved otherwise than the monotonic one by more than APART_MS, in the order
    of the log: it was set, or the machine was away. No fault in itself, but worth a question.
    """
    placed = [
        (proof.index, leaf)
        for leaf in package.leaves
        if (proof := package.proofs.get(proof_path(leaf.chain, leaf.seq))) is not None
    ]
    ordered = [leaf for _, leaf in sorted(placed, key=lambda item: item[0])]
    if package.seal is not None:
        ordered.append(package.seal)
    found: list[dict[str, object]] = []
    for before, leaf in pairwise(ordered):
        by = (_wall(leaf) - _wall(before)) - (leaf.mono - before.mono)
        # A monotonic clock that went back began anew with its machine, and tells nothing.
        if leaf.mono >= before.mono and abs(by) > APART_MS:
            found.append({"record": leaf.record, "by_ms": by})
    return found[:MAX_PROBLEMS]


def _latest(leaf: Leaf, time: int) -> Iterator[Finding]:
    if _wall(leaf) > time + APART_MS:
        expected = f"not after {time}, when witnesses had seen it"
        yield Finding(leaf.path, expected, _wall(leaf), leaf.record)


def _wall(leaf: Leaf) -> int:
    """Wall ms; `entry.schema` tells where it is no number."""
    time = leaf.members.get("t")
    return time if isinstance(time, int) else 0


def _times(package: Package, *, seal: bool) -> list[int]:
    """Wall ms at which known witnesses cosigned the entries' checkpoint, or the seal's."""
    checkpoint = package.seal_checkpoint if seal else package.checkpoint
    if checkpoint is None:
        return []
    return [1000 * time for time in signers(checkpoint, package.trust).times]
