"""The checks of a whole log folder."""

from collections.abc import Iterator

from audit.verifier.chains import Place
from audit.verifier.digest import to_base64
from audit.verifier.entry import schema_faults
from audit.verifier.log_folder import CHECKPOINT, LogScan, chain_check, entry_check, log_check
from audit.verifier.report import Finding
from audit.verifier.stretch import Seen
from audit.verifier.tiles import WIDTH
from audit.verifier.trust import signers


@entry_check("log.entry_canonical")
def canonical(seen: Seen) -> Iterator[Finding]:
    if seen.leaf is not None and not seen.leaf.is_canonical:
        yield Finding(seen.path, "canonical JSON", seen.data[:100], seen.record)


@entry_check("log.entry_schema")
def schema(seen: Seen) -> Iterator[Finding]:
    if seen.leaf is not None:
        for expected, found in schema_faults(seen.leaf):
            yield Finding(seen.path, expected, found, seen.record)


@entry_check("log.tiles")
def tiles(seen: Seen) -> Iterator[Finding]:
    """Each entry's hash stands in its tile."""
    if seen.tiled != seen.hash:
        yield Finding(seen.tile, seen.tiled.hex(), seen.hash.hex(), seen.record)


@chain_check("log.unique")
def unique(place: Place) -> Finding | None:
    """No second entry at the same (chain, seq): a fork of a chain shows nowhere else."""
    if place.seq >= place.count:
        return None
    return Finding(place.path, "one entry at this place", f"another at {place.index}", place.record)


@chain_check("log.seq")
def seq(place: Place) -> Finding | None:
    if place.seq <= place.count:
        return None
    return Finding(place.path, f"seq {place.count}", place.seq, place.record)


@chain_check("log.prev")
def prev(place: Place) -> Finding | None:
    if place.seq > place.count:
        return None
    expected = place.before.hex() if place.before else None
    if place.prev == expected:
        return None
    return Finding(place.path, f"prev {expected}", f"prev {place.prev}", place.record)


@log_check("log.upper_tiles")
def upper_tiles(scan: LogScan) -> Iterator[Finding]:
    for level in scan.tiles.levels()[1:]:
        for number in scan.tiles.numbers(level):
            path, hashes = scan.tiles.hashes(level, number)
            computed = scan.tree.hashes(level, number * WIDTH, len(hashes))
            for position, (value, found) in enumerate(zip(hashes, computed, strict=True)):
                if found != value:
                    yield Finding(path, value.hex(), found.hex(), f"node {position}")


@log_check("log.root")
def root(scan: LogScan) -> Iterator[Finding]:
    found = scan.tree.root(scan.checkpoint.size)
    if found != scan.checkpoint.root:
        expected = to_base64(scan.checkpoint.root)
        yield Finding(CHECKPOINT, f"root {expected}", to_base64(found or b""))


@log_check("log.checkpoint")
def checkpoint(scan: LogScan) -> Iterator[Finding]:
    if scan.checkpoint.encode() != scan.note:
        yield Finding(CHECKPOINT, scan.checkpoint.encode(), scan.note)


@log_check("log.signature")
def signature(scan: LogScan) -> Iterator[Finding]:
    """A log folder brings no keys: without outside keys nothing is said about the signature."""
    if scan.trust.outside and signers(scan.checkpoint, scan.trust).log is None:
        known = ", ".join(f"{key.name}+{key.key_id.hex()}" for key in scan.trust.logs)
        lines = ", ".join(f"{s.name}+{s.key_id.hex()}" for s in scan.checkpoint.signatures)
        yield Finding(CHECKPOINT, f"signed by {known}", f"signed by {lines}")
