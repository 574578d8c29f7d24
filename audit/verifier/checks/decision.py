"""Decisions: what they rest on, and no approval by call without a healthy recording."""

from collections.abc import Iterator

from audit.verifier.checks.recorded import head_fault, objects_of, part_of
from audit.verifier.entry import Leaf
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

CONFIRMED = "decision.confirmed"
RECHECK = "desk.identity.confirmed_on_camera"
APPROVED = "approved"
GAP_LIMIT_MS = 5000


def decisions(package: Package) -> Iterator[Leaf]:
    return (leaf for leaf in package.leaves if leaf.type == CONFIRMED)


def calls_of(leaf: Leaf) -> list[str]:
    return [chain for chain in leaf.refs if chain.startswith("call:")]


@package_check("decision.facts")
def facts(package: Package) -> Iterator[Finding]:
    for leaf in decisions(package):
        if (
            not isinstance(leaf.facts.get("call_required"), bool)
            or "item_version" not in leaf.facts
        ):
            found = " ".join(sorted(leaf.facts))
            yield Finding(leaf.path, "call_required and item_version", found, leaf.record)


@package_check("decision.call")
def call(package: Package) -> Iterator[Finding]:
    """An approval that requires a call refers to one."""
    for leaf in _by_call(package):
        if not calls_of(leaf):
            yield Finding(leaf.path, "a ref to the call", "none", leaf.record)


@package_check("decision.heads")
def heads(package: Package) -> Iterator[Finding]:
    """The stream heads of that moment lie on the recording's chains."""
    for leaf in decisions(package):
        for head in objects_of(leaf, "heads"):
            parts = (part_of(package, chain[5:], head.get("part")) for chain in calls_of(leaf))
            part = next((part for part in parts if part is not None), None)
            if part is None:
                yield Finding(leaf.path, f"part {head.get('part')}", "missing", leaf.record)
            elif fault := head_fault(part, head):
                yield Finding(part.tsv, *fault, f"{part.name}#{head.get('segments')}")


@package_check("decision.recording")
def recording(package: Package) -> Iterator[Finding]:
    """An approval by call: something of every expected track was recorded by then, and no gap
    after the last identity re-check was longer than the item allows.
    """
    for leaf in _by_call(package):
        recorded = {
            (chain, head.get("part"))
            for chain in calls_of(leaf)
            for head in objects_of(leaf, "heads")
            if isinstance(segments := head.get("segments"), int) and segments > 0
        }
        for chain in calls_of(leaf):
            yield from _unhealthy(package, leaf, chain, recorded)


def _unhealthy(
    package: Package, leaf: Leaf, chain: str, recorded: set[tuple[str, object]]
) -> Iterator[Finding]:
    """The call's chain as the decision saw it: up to the head it refers to."""
    seen: list[Leaf] = []
    for entry in package.chains.get(chain, ()):
        seen.append(entry)
        if entry.hash.hex() == leaf.refs[chain]:
            break
    expected = {
        (track.get("site"), track.get("source"))
        for entry in seen
        if entry.type in {"rec.start", "rec.expect"}
        for track in objects_of(entry, "tracks")
    }
    written = {
        (entry.facts.get("site"), source)
        for entry in seen
        if entry.type == "rec.part" and (chain, entry.facts.get("part")) in recorded
        for source in _sources(entry)
    }
    if not written or expected - written:
        found = sorted(map(str, expected - written)) or "nothing recorded"
        yield Finding(leaf.path, f"a recording of every track of {chain}", found, leaf.record)
    rechecks = [entry.mono for entry in seen if entry.type == RECHECK]
    limit = leaf.facts.get("gap_limit_ms", GAP_LIMIT_MS)
    for entry in seen:
        track = (entry.facts.get("site"), entry.facts.get("source"))
        if entry.type != "rec.gap" or track not in expected:
            continue
        begin, finish = entry.facts.get("from_mono_ms"), entry.facts.get("to_mono_ms")
        if not (isinstance(begin, int) and isinstance(finish, int) and isinstance(limit, int)):
            yield Finding(entry.path, "a gap in whole milliseconds", "none", entry.record)
        elif finish - begin > limit and finish > max(rechecks, default=0):
            yield Finding(leaf.path, f"no gap over {limit} ms", entry.record, leaf.record)


def _by_call(package: Package) -> Iterator[Leaf]:
    """Only where the package opens the outcome can an approval be told from a refusal."""
    for leaf in decisions(package):
        if (
            leaf.facts.get("call_required") is True
            and package.opened(leaf).get("outcome") == APPROVED
        ):
            yield leaf


def _sources(entry: Leaf) -> list[object]:
    sources = entry.facts.get("sources")
    return sources if isinstance(sources, list) else []
