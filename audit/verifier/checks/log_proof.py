"""The log: proofs, the checkpoint they lead to, and who signed it."""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.digest import to_base64
from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_NOTE
from audit.verifier.merkle import ProofMismatchError, root_from_inclusion, roots_from_consistency
from audit.verifier.note import Checkpoint
from audit.verifier.package import Package
from audit.verifier.proof import parse_hashes
from audit.verifier.registry import package_check
from audit.verifier.report import Finding
from audit.verifier.trust import signers


def checkpoints(package: Package) -> Iterator[tuple[str, Checkpoint, bytes]]:
    """(path, parsed, bytes) of the entries' checkpoint and of the seal's."""
    if package.checkpoint is not None:
        yield paths.CHECKPOINT, package.checkpoint, package.text(paths.CHECKPOINT, MAX_NOTE)
    if package.seal_checkpoint is not None:
        data = package.proofs[paths.SEAL_PROOF].checkpoint
        yield paths.SEAL_PROOF, package.seal_checkpoint, data


def proven(package: Package) -> Iterator[tuple[Leaf, str, Checkpoint | None]]:
    """(entry, path of its proof, checkpoint it must stand under)."""
    for leaf in package.leaves:
        name = leaf.path.replace("data/entries/", "proof/").replace(".leaf", ".tlog-proof")
        yield leaf, name, package.checkpoint
    for key, leaf in package.enrolments.items():
        yield leaf, paths.enrolment_proof_path(key), package.checkpoint
    for index, leaf in package.beginning.items():
        yield leaf, paths.beginning_proof_path(index), package.checkpoint
    if package.seal is not None:
        yield package.seal, paths.SEAL_PROOF, package.seal_checkpoint


@package_check("proof.present")
def present(package: Package) -> Iterator[Finding]:
    expected = {name: leaf for leaf, name, _ in proven(package)}
    found = {path for path in package.source.paths if paths.is_proof(path)}
    for name in sorted(expected.keys() - found - {paths.SEAL_PROOF}):
        yield Finding(name, "a proof of the entry", "missing", expected[name].record)
    for name in sorted(found - expected.keys() - {paths.SEAL_PROOF}):
        yield Finding(name, "the entry of this proof", "missing", paths.record_of(name))


@package_check("proof.canonical")
def canonical(package: Package) -> Iterator[Finding]:
    for path, proof in package.proofs.items():
        if proof.encode() != package.text(path, MAX_NOTE):
            yield Finding(path, "the canonical form of a proof", "another", paths.record_of(path))


@package_check("proof.checkpoint")
def same_checkpoint(package: Package) -> Iterator[Finding]:
    expected = package.text(paths.CHECKPOINT, MAX_NOTE)
    for path, proof in package.proofs.items():
        if path != paths.SEAL_PROOF and proof.checkpoint != expected:
            found = proof.checkpoint[:100]
            yield Finding(path, f"the bytes of {paths.CHECKPOINT}", found, paths.record_of(path))


@package_check("proof.inclusion")
def inclusion(package: Package) -> Iterator[Finding]:
    for leaf, name, checkpoint in proven(package):
        proof = package.proofs.get(name)
        if proof is None or checkpoint is None:
            continue
        expected = f"root {to_base64(checkpoint.root)}"
        try:
            root = root_from_inclusion(leaf.hash, proof.index, checkpoint.size, proof.hashes)
        except ProofMismatchError as error:
            yield Finding(leaf.path, expected, error, leaf.record)
            continue
        if root != checkpoint.root:
            yield Finding(leaf.path, expected, f"root {to_base64(root)}", leaf.record)


@package_check("checkpoint.canonical")
def checkpoint_canonical(package: Package) -> Iterator[Finding]:
    for path, checkpoint, data in checkpoints(package):
        if checkpoint.encode() != data:
            yield Finding(path, checkpoint.encode(), data)


@package_check("checkpoint.origin")
def origin(package: Package) -> Iterator[Finding]:
    for path, checkpoint, _ in checkpoints(package):
        if checkpoint.origin != package.case.get("origin"):
            yield Finding(path, f"origin {package.case.get('origin')}", checkpoint.origin)


@package_check("checkpoint.signature")
def signature(package: Package) -> Iterator[Finding]:
    """Under the keys from outside; under the package's own only where there are no others."""
    for path, checkpoint, _ in checkpoints(package):
        if signers(checkpoint, package.trust).log is None:
            known = ", ".join(f"{key.name}+{key.key_id.hex()}" for key in package.trust.logs)
            lines = ", ".join(f"{s.name}+{s.key_id.hex()}" for s in checkpoint.signatures)
            yield Finding(path, f"signed by {known or 'a known log'}", f"signed by {lines}")


@package_check("checkpoint.known_keys")
def known_keys(package: Package) -> Iterator[Finding]:
    """A line of a known key whose signature fails rejects the note, whoever else signed."""
    for path, checkpoint, _ in checkpoints(package):
        for name in signers(checkpoint, package.trust).failed:
            yield Finding(path, f"a signature by {name}", "it does not verify")


@package_check("checkpoint.quorum")
def quorum(package: Package) -> Iterator[Finding]:
    policy = package.trust.policy
    for path, checkpoint, _ in checkpoints(package):
        cosigned = signers(checkpoint, package.trust).cosigned
        if not policy.satisfied(cosigned):
            yield Finding(path, f"quorum {policy.quorum}", f"{len(cosigned)} known witnesses")


@package_check("checkpoint.consistency")
def consistency(package: Package) -> Iterator[Finding]:
    """The seal's tree extends the entries' tree; that the proof is there is `bag.layout`."""
    old, new = package.checkpoint, package.seal_checkpoint
    if old is None or new is None:
        return
    if new.size <= old.size:
        yield Finding(paths.SEAL_PROOF, f"a tree larger than {old.size}", new.size)
        return
    if not package.has(paths.CONSISTENCY):
        return
    data = package.text(paths.CONSISTENCY, MAX_NOTE)
    hashes = parse_hashes(data.decode("latin-1").split("\n")[:-1], paths.CONSISTENCY)
    if "".join(f"{to_base64(value)}\n" for value in hashes).encode() != data:
        yield Finding(paths.CONSISTENCY, "one hash in base64 a line", "another form")
    try:
        roots = roots_from_consistency(old.size, new.size, hashes, old.root)
    except ProofMismatchError as error:
        yield Finding(paths.CONSISTENCY, f"a proof from {old.size} to {new.size}", error)
        return
    if roots != (old.root, new.root):
        expected = f"{to_base64(old.root)} to {to_base64(new.root)}"
        yield Finding(paths.CONSISTENCY, expected, " to ".join(map(to_base64, roots)))
