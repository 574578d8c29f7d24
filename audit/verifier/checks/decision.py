"""Decisions: what they rest on, and no approval by call without a healthy recording."""

from collections.abc import Iterator

from audit.verifier.checks.recorded import sources_of, tracks_of
from audit.verifier.entry import Leaf
from audit.verifier.package import Package, word
from audit.verifier.paths import proof_path
from audit.verifier.recording import Part
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

CONFIRMED = "decision.confirmed"
ON_CAMERA = "desk.identity.confirmed_on_camera"
RECHECKS = frozenset({ON_CAMERA, "desk.call.rechecked"})
INTERRUPTED = "desk.call.interrupted"
CALLED = "desk.case.called"
OVER = frozenset({"desk.call.ended", "desk.call.closed", "desk.call.failed"})
VOIDED = "desk.call.evidence_voided"
MARKED = "desk.mark.recorded"
SPOKEN = frozenset({"notice", "declaration"})
APPROVED = "approved"
OPEN_GAP_MS = 9_000
"""A recording counts as healthy while its last durable segment is at most 6 s old, by a report that is
at most 3 s old: nobody could have known of a shorter gap that was open at the decision.
"""
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


@package_check("decision.precheck")
def precheck(package: Package) -> Iterator[Finding]:
    """A call about the draft's materials, before acceptance, is no call of a decision: neither an
    approval nor a refusal rests on it.
    """
    for leaf in _decisions(package):
        drafts = {
            f"call:{entry.facts.get('call')}"
            for entry in package.chains[leaf.chain]
            if entry.type == CALLED and entry.facts.get("precheck") is True
        }
        for chain in (one for one in _calls(leaf) if one in drafts):
            yield Finding(leaf.path, "a call after acceptance", f"pre-check {chain}", leaf.record)


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
            expected = _expected(seen)
            lines = [line for line in package.chains.get(chain, ()) if line.type == "rec.gap"]
            lines = [line for line in lines if _track(line) in expected]
            known = [line for line in lines if line.seq < len(seen)]
            checks = [entry.mono for entry in (*seen, *ours) if entry.type in RECHECKS]
            # What nobody recorded is no check: it mends nothing.
            recorded = [mono for mono in checks if not any(_lies_in(mono, gap) for gap in known)]
            since = max(recorded, default=0)
            for gap in lines:
                begin, finish = gap.facts.get("from_mono_ms"), gap.facts.get("to_mono_ms")
                if not (
                    isinstance(begin, int) and isinstance(finish, int) and isinstance(limit, int)
                ):
                    yield Finding(gap.path, "a gap in whole milliseconds", gap.facts, gap.record)
                    continue
                told = gap.seq < len(seen)
                # A line is written when its gap closes: one that comes later may have been open.
                finish = finish if told else min(finish, leaf.mono)
                at_most = limit if told else max(limit, OPEN_GAP_MS)
                if (length := finish - max(begin, since)) > at_most:
                    found = f"{length} ms in {gap.record}"
                    yield Finding(leaf.path, f"no gap over {at_most} ms", found, leaf.record)


@package_check("decision.interruption")
def interruption(package: Package) -> Iterator[Finding]:
    """What an interruption of the call asked for was done before the approval."""
    for leaf in _approvals(package):
        named = _calls(leaf)
        for chain in _calls_of_case(package, leaf):
            if chain in named:
                seen = _seen(package, leaf, chain)
            elif leaf.facts.get("call_required") is True:
                continue
            else:
                seen = _before(package, leaf, chain)
                if any(entry.type in OVER for entry in seen):
                    continue
            ours = [
                entry
                for entry in package.chains[leaf.chain]
                if chain in entry.refs and entry.seq < leaf.seq
            ]
            asked = [e for e in seen if e.type == INTERRUPTED and e.facts.get("asks") == "recheck"]
            checked = max((e.mono for e in (*seen, *ours) if e.type in RECHECKS), default=-1)
            for entry in (one for one in asked[-1:] if one.mono > checked):
                yield Finding(leaf.path, "the person asked again", "nobody", entry.record)
            if chain in named and leaf.facts.get("call_required") is True:
                yield from _begun_anew(package, leaf, seen, ours)


def _begun_anew(
    package: Package, leaf: Leaf, seen: list[Leaf], ours: list[Leaf]
) -> Iterator[Finding]:
    """After the last stretch that was voided: the identity, and the marks of notice and declaration;
    where the package keeps their kinds shut, as many marks.
    """
    for voided in [entry for entry in seen if entry.type == VOIDED][-1:]:
        until = voided.facts.get("to_mono_ms")
        if not isinstance(until, int):
            yield Finding(voided.path, "to_mono_ms", voided.facts, voided.record)
            continue
        marks = [entry for entry in seen if entry.type == MARKED and entry.mono >= until]
        kinds = {str(package.opened(entry).get("kind", "shut")) for entry in marks}
        done = {entry.type for entry in ours if entry.mono >= until} & {ON_CAMERA}
        enough = len(marks) >= len(SPOKEN) if "shut" in kinds else kinds >= SPOKEN
        if not done or not enough:
            found = sorted(done | kinds)
            yield Finding(leaf.path, "begun anew", found, voided.record)


def _approvals(package: Package) -> Iterator[Leaf]:
    """Only where the package opens the outcome can an approval be told from a refusal; one that is
    kept shut counts as an approval, unless its key is gone.
    """
    for leaf in _decisions(package):
        shut = None if package.is_erased(leaf.chain) else APPROVED
        if package.opened(leaf).get("outcome", shut) == APPROVED:
            yield leaf


def _decisions(package: Package) -> Iterator[Leaf]:
    return (leaf for leaf in package.leaves if leaf.type == CONFIRMED)


def _approvals_by_call(package: Package) -> Iterator[Leaf]:
    return (leaf for leaf in _approvals(package) if leaf.facts.get("call_required") is True)


def _track(gap: Leaf) -> tuple[str, str]:
    return word(gap.facts.get("site")), word(gap.facts.get("source"))


def _lies_in(mono: int, gap: Leaf) -> bool:
    begin, finish = gap.facts.get("from_mono_ms"), gap.facts.get("to_mono_ms")
    return isinstance(begin, int) and isinstance(finish, int) and begin <= mono <= finish


def _expected(seen: list[Leaf]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for entry in seen:
        if entry.type in {"rec.start", "rec.expect"}:
            found |= tracks_of(entry)
    return found


def _calls(leaf: Leaf) -> list[str]:
    return [chain for chain in leaf.refs if chain.startswith("call:")]


def _calls_of_case(package: Package, leaf: Leaf) -> list[str]:
    """Those the decision names, and those its case was taken into before it."""
    before = (entry for entry in package.chains[leaf.chain] if entry.seq < leaf.seq)
    called = [chain for entry in before if entry.type == CALLED for chain in _calls(entry)]
    return list(dict.fromkeys([*_calls(leaf), *called]))


def _before(package: Package, leaf: Leaf, chain: str) -> list[Leaf]:
    """A call's chain up to a decision that does not name it, in the order the log took them; its
    clocks may have been set, or begun anew, in between.
    """
    at = _place(package, leaf)
    return [entry for entry in package.chains.get(chain, ()) if _place(package, entry) < at]


def _place(package: Package, leaf: Leaf) -> int:
    proof = package.proofs.get(proof_path(leaf.chain, leaf.seq))
    return -1 if proof is None else proof.index


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
