"""Requests signed by a window's device, in a package: each for itself."""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.checks.log_proof import checkpoints
from audit.verifier.device import (
    REQUESTED,
    enrolled_device,
    enrolment_faults,
    is_of_device,
    is_signed_by,
    said,
)
from audit.verifier.digest import to_base64
from audit.verifier.entry import Leaf
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding


@package_check("device.said")
def statement(package: Package) -> Iterator[Finding]:
    """A signed request says its number and what the device has seen, and an unsigned one does not."""
    for leaf in _requests(package):
        if leaf.members.get("akey") is None:
            yield Finding(leaf.path, "a signature of the device", "none", leaf.record)
        elif said(leaf) is None:
            expected = "answered, counter, root and size, answered below counter"
            yield Finding(leaf.path, expected, str(leaf.facts.get("device"))[:200], leaf.record)


@package_check("device.enrolment")
def enrolment(package: Package) -> Iterator[Finding]:
    """Who signed a request is a device that a duty lead or an administrator enrolled."""
    for leaf in _requests(package):
        entry = _enrolment(package, leaf)
        if entry is not None:
            origin = package.recorded_under(paths.enrolment_proof_path(str(leaf.members["akey"])))
            for expected, found in enrolment_faults(entry, origin):
                yield Finding(entry.path, expected, found, entry.record)


@package_check("device.signature")
def signature(package: Package) -> Iterator[Finding]:
    for leaf in _requests(package):
        entry, says = _enrolment(package, leaf), said(leaf)
        key = enrolled_device(entry) if entry is not None else None
        if key is None or says is None:
            continue
        if not is_signed_by(leaf, says, key, _origin(package, leaf)):
            yield Finding(leaf.path, f"signed by {key.id}", "it does not verify", leaf.record)


@package_check("device.order")
def order(package: Package) -> Iterator[Finding]:
    """A device signs what the log took after its enrolment."""
    for leaf in _requests(package):
        enrolled = package.proofs.get(paths.enrolment_proof_path(str(leaf.members.get("akey"))))
        request = package.proofs.get(paths.proof_path(leaf.chain, leaf.seq))
        if enrolled is not None and request is not None and request.index <= enrolled.index:
            expected = f"an index after {enrolled.index}"
            yield Finding(leaf.path, expected, request.index, leaf.record)


@package_check("device.checkpoint")
def checkpoint(package: Package) -> Iterator[Finding]:
    """The device had seen the log before its request came into it, and saw this log. Of a log before
    this one the package holds no checkpoint.
    """
    roots = {one.size: one.root for _, one, _ in checkpoints(package)}
    for leaf in _requests(package):
        says = said(leaf)
        proof = package.proofs.get(paths.proof_path(leaf.chain, leaf.seq))
        if says is None or _origin(package, leaf) != package.succession.origin:
            continue
        if proof is not None and says.size > proof.index:
            yield Finding(leaf.path, f"at most {proof.index} entries", says.size, leaf.record)
        if says.size in roots and roots[says.size] != says.root:
            expected = f"root {to_base64(roots[says.size])} at {says.size}"
            yield Finding(leaf.path, expected, to_base64(says.root), leaf.record)


def _origin(package: Package, leaf: Leaf) -> str:
    return package.recorded_under(paths.proof_path(leaf.chain, leaf.seq))


def _requests(package: Package) -> Iterator[Leaf]:
    """Requests that have to do with a device."""
    return (leaf for leaf in package.leaves if leaf.type == REQUESTED and is_of_device(leaf))


def _enrolment(package: Package, leaf: Leaf) -> Leaf | None:
    """Of the key that signed; that it is not missing is told by `actor.present`."""
    key = leaf.members.get("akey")
    return package.enrolments.get(key) if isinstance(key, str) else None
