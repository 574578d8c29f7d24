"""Recordings against the log: what the call's chain says of its parts must be in the package."""

from collections.abc import Iterator, Mapping

from audit.verifier.entry import Leaf
from audit.verifier.package import Package, is_int, objects, word
from audit.verifier.recording import Part
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

FORMAT = "yunchuang/rec/v1"


def entries(package: Package, *types: str) -> Iterator[tuple[str, Leaf]]:
    """(call, entry) of these types on calls' chains."""
    for chain, leaves in package.chains.items():
        kind, _, call = chain.partition(":")
        if kind == "call":
            yield from ((call, leaf) for leaf in leaves if leaf.type in types)


def objects_of(leaf: Leaf, name: str) -> tuple[Mapping[str, object], ...]:
    return objects(leaf.facts.get(name))


def part_of(package: Package, call: str, name: object) -> Part | None:
    return package.parts.get((call, name)) if isinstance(name, str) else None


def head_fault(part: Part, head: Mapping[str, object]) -> tuple[str, object] | None:
    """(expected, found) if the part's records do not lead to this head."""
    segments = head.get("segments")
    if not isinstance(segments, int) or not is_int(segments) or segments < 0:
        return "a number of segments", segments
    found = part.head(segments)
    if found is None:
        return f"{segments} segments", len(part.records)
    expected = head.get("record_sha256")
    # Without media there is no header to hash: an erased part that never had a segment.
    return None if found in (expected, "") else (f"head {expected} after {segments}", found)


@package_check("rec.format")
def format_named(package: Package) -> Iterator[Finding]:
    for call, leaf in entries(package, "rec.start"):
        if leaf.facts.get("format") != FORMAT:
            yield Finding(leaf.path, FORMAT, leaf.facts.get("format"), f"call:{call}#{leaf.seq}")


@package_check("rec.part")
def part_announced(package: Package) -> Iterator[Finding]:
    """Every part was announced with its header, once, and every announced part is here."""
    announced: dict[tuple[str, str], Leaf] = {}
    for call, leaf in entries(package, "rec.part"):
        name = word(leaf.facts.get("part"))
        if (call, name) in announced:
            yield Finding(leaf.path, f"part {name} once", "again", leaf.record)
        announced[call, name] = leaf
        part = part_of(package, call, name)
        if part is None:
            path = f"data/rec/{call}/{name}.tsv"
            yield Finding(path, "the part", "missing", f"{call}/{name}")
        elif part.header is not None:
            expected = (leaf.facts.get("header_sha256"), leaf.facts.get("commitment"))
            found = (part.header_sha256, part.header.commitment.hex())
            if found != expected:
                yield Finding(part.media, expected, found, part.name)
    for (call, name), part in package.parts.items():
        if (call, name) not in announced:
            yield Finding(part.tsv, "an entry rec.part", "none", part.name)


@package_check("rec.head")
def heads(package: Package) -> Iterator[Finding]:
    """Heads lie on the parts' own chains and never go back."""
    reached: dict[tuple[str, object], int] = {}
    for call, leaf in entries(package, "rec.head", "rec.late"):
        for head in objects_of(leaf, "heads") or [leaf.facts]:
            part = part_of(package, call, head.get("part"))
            if part is None:
                continue
            if fault := head_fault(part, head):
                yield Finding(part.tsv, *fault, f"{part.name}#{head.get('segments')}")
                continue
            segments = head.get("segments")
            before = reached.get((call, part.part), 0)
            if isinstance(segments, int):
                if segments < before:
                    yield Finding(leaf.path, f"at least {before} segments", segments, leaf.record)
                reached[call, part.part] = segments


@package_check("rec.ended")
def ended(package: Package) -> Iterator[Finding]:
    """A recording that began has ended; a package of a running call proves nothing of its rest."""
    done = {call for call, _ in entries(package, "rec.end")}
    for call, leaf in entries(package, "rec.start"):
        if call not in done:
            yield Finding(leaf.path, "an entry rec.end", "none", f"call:{call}")


@package_check("rec.end")
def end(package: Package) -> Iterator[Finding]:
    """The end names every part with its head and totals."""
    late = {
        (call, word(leaf.facts.get("part"))): leaf for call, leaf in entries(package, "rec.late")
    }
    for call, leaf in entries(package, "rec.end"):
        totals = {word(item.get("part")): item for item in objects_of(leaf, "parts")}
        for (owner, part_id), part in package.parts.items():
            if owner != call or part_id in totals:
                continue
            # What is found only after the end comes in as late, head and all.
            if (said := late.get((call, part_id))) is not None:
                yield from _differences(part, said.facts, ("segments", "record_sha256"))
            elif part.records:
                yield Finding(leaf.path, f"part {part_id}", "not named", part.name)
        for name, total in totals.items():
            named = part_of(package, call, name)
            if named is None:
                yield Finding(leaf.path, f"part {name}", "missing", f"{call}/{name}")
            elif (said := late.get((call, name))) is not None:
                yield from _differences(named, said.facts, ("segments", "record_sha256"))
            else:
                yield from _differences(named, total, tuple(_totals(named)))


def tracks_of(leaf: Leaf) -> set[tuple[str, str]]:
    """(site, source) of each track an entry `rec.start` or `rec.expect` names."""
    tracks = objects_of(leaf, "tracks")
    return {(word(track.get("site")), word(track.get("source"))) for track in tracks}


def sources_of(leaf: Leaf) -> set[tuple[str, str]]:
    """(site, source) of each track an entry `rec.part` records."""
    sources = leaf.facts.get("sources")
    site = word(leaf.facts.get("site"))
    return {(site, word(s)) for s in (sources if isinstance(sources, list) else ())}


def _totals(part: Part) -> dict[str, object]:
    last = part.records[-1] if part.records else None
    header = len(part.header.encode()) if part.header else 0
    return {
        "segments": len(part.records),
        "bytes": last.offset + last.length if last else header,
        "record_sha256": part.head(len(part.records)),
        "audio_frames": sum(record.audio_frames for record in part.records),
        "video_frames": sum(record.video_frames for record in part.records),
        "missing_frames": sum(record.missing_frames for record in part.records),
    }


def _differences(
    part: Part, said: Mapping[str, object], names: tuple[str, ...]
) -> Iterator[Finding]:
    totals = _totals(part)
    for name in names:
        if said.get(name) != totals[name] and (part.records or part.header):
            found = totals[name]
            yield Finding(
                part.tsv, f"{name} {said.get(name)}", found, f"{part.name}#{totals['segments']}"
            )
