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
    if place.seq > place.count or place.began_elsewhere:
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


@log_check("log.actor_keys")
def actor_keys(scan: LogScan) -> Iterator[Finding]:
    """Whoever signed had enrolled the key before, and it was not revoked."""
    yield from scan.actor_keys.unfit


@log_check("log.actor_signatures")
def actor_signatures(scan: LogScan) -> Iterator[Finding]:
    yield from scan.actor_keys.forged


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


@log_check("log.since")
def since(scan: LogScan) -> Iterator[Finding]:
    """The log extends the checkpoint the caller kept: no roll-back, no fork."""
    kept = scan.since
    if kept is None:
        return
    if kept.origin != scan.checkpoint.origin:
        yield Finding("--since", f"origin {scan.checkpoint.origin}", kept.origin)
    elif scan.trust.outside and signers(kept, scan.trust).log is None:
        yield Finding("--since", "signed by a known log", kept.origin)
    elif kept.size > scan.checkpoint.size:
        yield Finding(CHECKPOINT, f"at least {kept.size} entries", scan.checkpoint.size)
    elif (found := scan.tree.root(kept.size)) != kept.root:
        expected = f"root {to_base64(kept.root)} at {kept.size}"
        yield Finding(CHECKPOINT, expected, to_base64(found or b""))


@log_check("log.receipt")
def receipt(scan: LogScan) -> Iterator[Finding]:
    paper = scan.receipt
    if paper is None:
        return
    found = "".join(value.hex() for value in scan.tree.hashes(0, paper.index, 1))
    if paper.origin != scan.checkpoint.origin:
        yield Finding("--receipt", f"origin {scan.checkpoint.origin}", paper.origin)
    elif found != paper.leaf:
        yield Finding("--receipt", f"leaf {paper.leaf} at {paper.index}", found)
