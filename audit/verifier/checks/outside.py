"""What the caller brought along: an older checkpoint, a citizen's receipt."""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.checks.log_proof import checkpoints, proven
from audit.verifier.digest import to_base64
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding
from audit.verifier.trust import signers


@package_check("outside.since")
def since(package: Package) -> Iterator[Finding]:
    """A package can be compared with a checkpoint of one of its own two sizes. Whoever kept
    another one needs the log folder: it is said here rather than passed over.
    """
    kept = package.since
    if kept is None:
        return
    origin = package.succession.origin
    if kept.origin != origin:
        yield Finding("--since", f"a checkpoint of {origin}, or a log folder", kept.origin)
        return
    if signers(kept, package.trust).log is None:
        yield Finding("--since", "signed by a known log", kept.origin)
    sizes = {checkpoint.size: (path, checkpoint) for path, checkpoint, _ in checkpoints(package)}
    if kept.size not in sizes:
        yield Finding(
            "--since", f"a checkpoint of size {sorted(sizes)}, or a log folder", kept.size
        )
        return
    path, checkpoint = sizes[kept.size]
    if checkpoint.root != kept.root:
        yield Finding(path, f"root {to_base64(kept.root)}", to_base64(checkpoint.root))


@package_check("outside.receipt")
def receipt(package: Package) -> Iterator[Finding]:
    """The entry the citizen's paper names is in the package, at its place in the log. One of a log
    before this stands as many places further on as logs lie between.
    """
    paper = package.receipt
    if paper is None:
        return
    steps = package.succession.steps_to(paper.origin)
    if steps is None:
        yield Finding("--receipt", f"origin {package.succession.origin}", paper.origin)
    index = paper.index + (steps or 0)
    for leaf, name, _ in proven(package):
        proof = package.proofs.get(name)
        if proof is not None and proof.index == index and name != paths.SEAL_PROOF:
            if leaf.hash.hex() != paper.leaf:
                yield Finding(leaf.path, f"leaf {paper.leaf}", leaf.hash.hex(), leaf.record)
            return
    yield Finding("--receipt", f"an entry at index {index}", "none in the package")
