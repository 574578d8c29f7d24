"""Decisions: what they rest on, and no approval by call without a healthy recording."""

from collections.abc import Iterator

from audit.verifier.checks.recorded import sources_of, tracks_of
from audit.verifier.entry import Leaf
from audit.verifier.package import Package, word
from audit.verifier.recording import Part
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

CONFIRMED = "decision.confirmed"
RECHECKS = frozenset({"desk.identity.confirmed_on_camera", "desk.call.rechecked"})
APPROVED = "approved"
MAX_GAP_LIMIT_MS = 60_000
"""No item allows more; it holds where the decision does not say its item's own limit."""


@package_check("decision.facts")
def facts(package: Package) -> Iterator[Finding]:
    for leaf in _decisions(package):
        required, heads = leaf.facts.get("call_required"), leaf.facts.get("stream_heads")
        if not isinstance(required, bool) or not isinstance(heads, dict):
            found = " ".join(sorted(leaf.facts))
            yield Finding(leaf.path, "call_required and stream_heads", found, leaf.record)


@package_check("decision.call")
def call(package: Package) -> Iterator[Finding]:
    """An approval that requires a call refers to one."""
    for leaf in _approvals_by_call(package):
        if not _calls(leaf):
            yield Finding(leaf.path, "a ref to the call", "none", leaf.record)


@package_check("decision.heads")
def heads(package: Package) -> Iterator[Finding]:
    """The stream heads of that moment lie on the chains of the recording's parts."""
    for leaf in _decisions(package):
        for name, head in _heads(leaf):
            part = _part(package, leaf, name)
            if part is None:
                yield Finding(leaf.path, f"part {name}", "missing", leaf.record)
            elif part.header is not None and _segments(part, head) is None:
                yield Finding(leaf.path, f"a head of {part.name}", head, leaf.record)


@package_check("decision.recording")
def recording(package: Package) -> Iterator[Finding]:
    """At an approval by call every expected track was in writing, or stood in the gap ledger."""
    for leaf in _approvals_by_call(package):
        written = {
            name
            for name, head in _heads(leaf)
            if (part := _part(package, leaf, name)) is not None and _segments(part, head)
        }
        for chain in _calls(leaf):
            seen = _seen(package, leaf, chain)
            expected, covered, recorded = _expected(seen), set(), False
            for entry in seen:
                if entry.type == "rec.part" and word(entry.facts.get("part")) in written:
                    recorded = True
                    covered |= sources_of(entry)
                elif entry.type == "rec.gap":
                    covered.add(_track(entry))
            if not recorded or expected - covered:
                found = sorted(map(str, expected - covered)) or "nothing"
                yield Finding(
                    leaf.path, f"a recording of every track of {chain}", found, leaf.record
                )


@package_check("decision.gaps")
def gaps(package: Package) -> Iterator[Finding]:
    """After the last identity check no gap of an expected track was longer than the item allows."""
    for leaf in _approvals_by_call(package):
        limit = leaf.facts.get("gap_limit_ms", MAX_GAP_LIMIT_MS)
        for chain in _calls(leaf):
            seen = _seen(package, leaf, chain)
            ours = (
                entry
                for entry in package.chains[leaf.chain]
                if chain in entry.refs and entry.seq < leaf.seq
            )
            checks = [entry.mono for entry in (*seen, *ours) if entry.type in RECHECKS]
            since = max(checks, default=0)
            expected = _expected(seen)
            lines = (entry for entry in seen if entry.type == "rec.gap")
            for gap in (line for line in lines if _track(line) in expected):
                begin, finish = gap.facts.get("from_mono_ms"), gap.facts.get("to_mono_ms")
                if not (
                    isinstance(begin, int) and isinstance(finish, int) and isinstance(limit, int)
                ):
                    yield Finding(gap.path, "a gap in whole milliseconds", gap.facts, gap.record)
                elif (length := finish - max(begin, since)) > limit:
                    found = f"{length} ms in {gap.record}"
                    yield Finding(leaf.path, f"no gap over {limit} ms", found, leaf.record)


def _decisions(package: Package) -> Iterator[Leaf]:
    return (leaf for leaf in package.leaves if leaf.type == CONFIRMED)


def _approvals_by_call(package: Package) -> Iterator[Leaf]:
    """Only where the package opens the outcome can an approval be told from a refusal; one that is
    kept shut counts as an approval, unless its key is gone.
    """
    for leaf in _decisions(package):
        shut = None if package.is_erased(leaf.chain) else APPROVED
        outcome = package.opened(leaf).get("outcome", shut)
        if leaf.facts.get("call_required") is True and outcome == APPROVED:
            yield leaf


def _track(gap: Leaf) -> tuple[str, str]:
    return word(gap.facts.get("site")), word(gap.facts.get("source"))


def _expected(seen: list[Leaf]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for entry in seen:
        if entry.type in {"rec.start", "rec.expect"}:
            found |= tracks_of(entry)
    return found


def _calls(leaf: Leaf) -> list[str]:
    return [chain for chain in leaf.refs if chain.startswith("call:")]


def _heads(leaf: Leaf) -> list[tuple[str, object]]:
    value = leaf.facts.get("stream_heads")
    return sorted(value.items()) if isinstance(value, dict) else []


def _part(package: Package, leaf: Leaf, name: str) -> Part | None:
    parts = (package.parts.get((chain.partition(":")[2], name)) for chain in _calls(leaf))
    return next((part for part in parts if part is not None), None)


def _segments(part: Part, head: object) -> int | None:
    """How many records lead to this head; None if it is no head of the part."""
    known = (part.head(count) for count in range(len(part.records) + 1))
    return next((count for count, value in enumerate(known) if value == head), None)


def _seen(package: Package, leaf: Leaf, chain: str) -> list[Leaf]:
    """The call's chain as the decision saw it: up to the head it refers to."""
    seen: list[Leaf] = []
    for entry in package.chains.get(chain, ()):
        seen.append(entry)
        if entry.hash.hex() == leaf.refs[chain]:
            break
    return seen
