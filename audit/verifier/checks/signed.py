"""Acts signed by whoever did them: the keys, how they became known, and the signatures."""

from collections.abc import Iterator

from audit.verifier import device, paths
from audit.verifier.actor import (
    assertion_by,
    assertion_faults,
    enrolled_key,
    enrolment_faults,
    is_signed_by,
    signing_key,
)
from audit.verifier.assertion import has_gone_on
from audit.verifier.entry import Leaf
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding


@package_check("actor.present")
def present(package: Package) -> Iterator[Finding]:
    """The enrolment of each key that signed an entry is here, and no other."""
    signed = {key: leaf for leaf in package.leaves if (key := signing_key(leaf)) is not None}
    found = {
        match[1] for path in package.source.paths if (match := paths.ENROLMENT.fullmatch(path))
    }
    for key in sorted(signed.keys() - found):
        yield Finding(
            paths.enrolment_path(key), "the key's enrolment", "missing", signed[key].record
        )
    for key in sorted(found - signed.keys()):
        yield Finding(paths.enrolment_path(key), "an entry signed by this key", "none")


@package_check("actor.enrolment")
def enrolment(package: Package) -> Iterator[Finding]:
    """An enrolment says what it must, about the key that it is named by."""
    for name, leaf in package.enrolments.items():
        origin = package.recorded_under(paths.enrolment_proof_path(name))
        faults = enrolment_faults(leaf, origin) if leaf.type != device.ENROLLED else ()
        for expected, found in faults:
            yield Finding(leaf.path, expected, found, leaf.record)
        if leaf.facts.get("key") != name:
            yield Finding(leaf.path, f"key {name}", leaf.facts.get("key"), leaf.record)


@package_check("actor.person")
def person(package: Package) -> Iterator[Finding]:
    """Who signed enrolled the key herself."""
    for leaf, entry in _signed(package):
        expected = leaf.members.get("actor")
        found = {entry.members.get("actor"), entry.facts.get("actor")}
        if found != {expected}:
            yield Finding(
                leaf.path, f"a key of {expected}", " ".join(sorted(map(str, found))), leaf.record
            )


@package_check("actor.order")
def order(package: Package) -> Iterator[Finding]:
    """A key signs what the log took after its enrolment."""
    for leaf, entry in _signed(package):
        act = package.proofs.get(paths.proof_path(leaf.chain, leaf.seq))
        enrolled = package.proofs.get(paths.enrolment_proof_path(str(signing_key(leaf))))
        if act is not None and enrolled is not None and act.index <= enrolled.index:
            expected = f"an index after {enrolled.index}, that of {entry.record}"
            yield Finding(leaf.path, expected, act.index, leaf.record)


@package_check("actor.signature")
def signature(package: Package) -> Iterator[Finding]:
    """The signature fits the entry: its place in log and chain, its call, its commitments."""
    for leaf, entry in _signed(package):
        key = enrolled_key(entry)
        if key is not None and not is_signed_by(leaf, key, _origin(package, leaf)):
            yield Finding(leaf.path, f"signed by {key.id}", "it does not verify", leaf.record)


@package_check("actor.assertion")
def assertion(package: Package) -> Iterator[Finding]:
    """An authenticator was asked about this very entry, by the site it is enrolled for, and verified
    its owner.
    """
    for leaf, entry in _signed(package):
        key = enrolled_key(entry)
        if key is not None:
            for expected, found in assertion_faults(leaf, key, _origin(package, leaf)):
                yield Finding(leaf.path, expected, found, leaf.record)


@package_check("actor.counter")
def counter(package: Package) -> Iterator[Finding]:
    """In the order of the log an authenticator's counter goes on: a copy of it would count anew."""
    last: dict[str, int] = {}
    for _, leaf, entry in sorted(_logged(package), key=lambda one: one[0]):
        key = enrolled_key(entry)
        made = assertion_by(leaf, key) if key is not None else None
        if key is None or made is None:
            continue
        if key.id in last and not has_gone_on(made.counter, last[key.id]):
            expected = f"a counter above {last[key.id]}"
            yield Finding(leaf.path, expected, made.counter, leaf.record)
        last[key.id] = made.counter


def _logged(package: Package) -> Iterator[tuple[int, Leaf, Leaf]]:
    """(index in the log, signed entry, enrolment of its key)."""
    for leaf, entry in _signed(package):
        proof = package.proofs.get(paths.proof_path(leaf.chain, leaf.seq))
        if proof is not None:
            yield proof.index, leaf, entry


def _origin(package: Package, leaf: Leaf) -> str:
    """Of the log that the entry was signed for: this one, or one before it."""
    return package.recorded_under(paths.proof_path(leaf.chain, leaf.seq))


def _signed(package: Package) -> Iterator[tuple[Leaf, Leaf]]:
    """(signed entry, enrolment of its key); that none is missing is told by `actor.present`. Requests
    are signed by devices (`device.py`).
    """
    for leaf in package.leaves:
        key = signing_key(leaf) if leaf.type != device.REQUESTED else None
        entry = package.enrolments.get(key) if key is not None else None
        if entry is not None:
            yield leaf, entry
