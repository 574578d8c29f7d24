"""Proof of erasure: what is missing is missing, unless two persons decided that it be destroyed."""

from collections.abc import Iterator

from audit.verifier.entry import Leaf
from audit.verifier.package import DESTROYED, Package, is_int, word
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

REQUESTED, CONFIRMED = "keys.destruction.requested", "keys.destruction.confirmed"
ROLE = "admin"


@package_check("erasure.persons")
def persons(package: Package) -> Iterator[Finding]:
    """The entry names two persons."""
    for leaf in package.leaves:
        if leaf.type in DESTROYED and len(set(_approved_by(leaf))) < 2:
            yield Finding(leaf.path, "two persons", leaf.facts.get("approved_by"), leaf.record)


@package_check("erasure.approved")
def approved(package: Package) -> Iterator[Finding]:
    """These persons acted themselves, on the same chain and before: one administrator asked, and
    another confirmed when the waiting time was over.
    """
    for chain, leaves in package.chains.items():
        for at, leaf in enumerate(leaves):
            if leaf.type in DESTROYED and (fault := _fault(leaf, leaves[:at])) is not None:
                yield Finding(leaf.path, *fault, f"{chain}#{leaf.seq}")


def _fault(leaf: Leaf, before: tuple[Leaf, ...]) -> tuple[str, object] | None:
    """(expected, found) if the decision does not stand on the chain as the entry says."""
    name = word(leaf.facts.get("erasure"))
    asked, confirmed = (_decision(before, type_, name) for type_ in (REQUESTED, CONFIRMED))
    if asked is None or confirmed is None:
        return f"{REQUESTED} and {CONFIRMED} of {name}", [one.type for one in before[-2:]]
    actors = [word(one.members.get("actor")) for one in (asked, confirmed)]
    if actors != _approved_by(leaf):
        return f"approved by {actors}", leaf.facts.get("approved_by")
    roles = [word(one.members.get("role")) for one in (asked, confirmed)]
    if roles != [ROLE, ROLE]:
        return f"two of the role {ROLE}", roles
    not_before, at = asked.facts.get("not_before_ms"), confirmed.members.get("t")
    if not isinstance(not_before, int) or not isinstance(at, int) or not is_int(not_before):
        return "not_before_ms", not_before
    if asked.seq >= confirmed.seq or at < not_before:
        return f"confirmed at {not_before} or later", at
    return None


def _decision(before: tuple[Leaf, ...], type_: str, name: str) -> Leaf | None:
    found = [one for one in before if one.type == type_ and one.facts.get("erasure") == name]
    return found[0] if len(found) == 1 else None


def _approved_by(leaf: Leaf) -> list[str]:
    named = leaf.facts.get("approved_by")
    return [word(person) for person in named] if isinstance(named, list) else []
