"""How the package's log begins: whether it followed others, under whose origins entries were recorded."""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.beginning import Beginning
from audit.verifier.limits import MAX_SUCCESSORS
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding
from audit.verifier.successor import SUCCESSOR


@package_check("successor.present")
def present(package: Package) -> Iterator[Finding]:
    """The log's first entries are here, up to the first that is no `log.successor`: so no log that
    followed another can pass for one that did not.
    """
    for index in range(MAX_SUCCESSORS + 1):
        path = paths.beginning_path(index)
        leaf = package.beginning.get(index)
        if leaf is None:
            if not package.has(path):
                yield Finding(path, f"entry {index} of the log", "missing")
            return
        if leaf.type != SUCCESSOR:
            return
    yield Finding(path, f"at most {MAX_SUCCESSORS} logs before", SUCCESSOR)


@package_check("successor.place")
def place(package: Package) -> Iterator[Finding]:
    """They are what they are named by; successors are the first entries of their own logs' chains,
    and after the entry that is none there is no further one.
    """
    last = max(package.beginning, default=0)
    for index, leaf in package.beginning.items():
        proof = package.proofs.get(paths.beginning_proof_path(index))
        if proof is not None and proof.index != index:
            yield Finding(leaf.path, f"entry {index} of the log", proof.index, leaf.record)
        elif index < last and leaf.type != SUCCESSOR:
            yield Finding(leaf.path, SUCCESSOR, leaf.type, leaf.record)
    yield from _told(package).misplaced()


@package_check("successor.facts")
def facts(package: Package) -> Iterator[Finding]:
    """What they say has its form, and is about no more entries than there are."""
    if package.checkpoint is not None:
        yield from _told(package).misstated(package.checkpoint.size)


def _told(package: Package) -> Beginning:
    """Under the indices that they are named by."""
    entries = package.beginning.items()
    successors = [(index, leaf) for index, leaf in entries if leaf.type == SUCCESSOR]
    return Beginning.of(package.succession.origin, successors)
