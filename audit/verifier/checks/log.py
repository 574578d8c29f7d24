"""The checks of a whole log folder."""

from collections.abc import Iterator

from audit.verifier.digest import to_base64
from audit.verifier.entry import schema_faults
from audit.verifier.log_folder import CHECKPOINT, LogScan, Seen, entry_check, log_check
from audit.verifier.report import Finding
from audit.verifier.tiles import WIDTH, subtree_root
from audit.verifier.trust import signers


@entry_check("log.entry_canonical")
def canonical(_scan: LogScan, seen: Seen) -> Iterator[Finding]:
    if seen.leaf is not None and not seen.leaf.is_canonical:
        yield Finding(seen.path, "canonical JSON", seen.data[:100], seen.record)


@entry_check("log.entry_schema")
def schema(_scan: LogScan, seen: Seen) -> Iterator[Finding]:
    if seen.leaf is not None:
        for expected, found in schema_faults(seen.leaf):
            yield Finding(seen.path, expected, found, seen.record)


@entry_check("log.unique")
def unique(_scan: LogScan, seen: Seen) -> Iterator[Finding]:
    """No second entry at the same (chain, seq): a fork of a chain shows nowhere else."""
    if seen.leaf is not None and seen.leaf.seq < seen.count:
        yield Finding(seen.path, "one entry at this place", f"another at {seen.index}", seen.record)


@entry_check("log.seq")
def seq(_scan: LogScan, seen: Seen) -> Iterator[Finding]:
    if seen.leaf is not None and seen.leaf.seq > seen.count:
        yield Finding(seen.path, f"seq {seen.count}", seen.leaf.seq, seen.record)


@entry_check("log.prev")
def prev(scan: LogScan, seen: Seen) -> Iterator[Finding]:
    leaf = seen.leaf
    if leaf is None or leaf.seq > seen.count or scan.began_elsewhere(leaf):
        return
    expected = seen.before.hex() if seen.before else None
    if leaf.prev != expected:
        yield Finding(seen.path, f"prev {expected}", f"prev {leaf.prev}", seen.record)


@entry_check("log.tiles")
def tiles(scan: LogScan, seen: Seen) -> Iterator[Finding]:
    """Each entry's hash stands in its tile; the tile is read when its first entry comes."""
    number, position = divmod(seen.index, WIDTH)
    width = min(WIDTH, scan.checkpoint.size - number * WIDTH)
    path, hashes = scan.tile(number, width)
    if hashes[position] != seen.hash:
        yield Finding(path, hashes[position].hex(), seen.hash.hex(), seen.record)


@log_check("log.upper_tiles")
def upper_tiles(scan: LogScan) -> Iterator[Finding]:
    for level in scan.tiles.levels():
        if level == 0:
            continue
        for number, width in scan.tiles.widths(level):
            path, hashes = scan.tiles.hashes(level, number, width)
            for position, value in enumerate(hashes):
                _, below = scan.tiles.hashes(level - 1, number * WIDTH + position, WIDTH)
                if (found := subtree_root(below)) != value:
                    yield Finding(path, value.hex(), found.hex(), f"node {position}")


@log_check("log.root")
def root(scan: LogScan) -> Iterator[Finding]:
    if scan.tree.root() != scan.checkpoint.root:
        expected = to_base64(scan.checkpoint.root)
        yield Finding(CHECKPOINT, f"root {expected}", to_base64(scan.tree.root()))


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


@log_check("log.known_keys")
def known_keys(scan: LogScan) -> Iterator[Finding]:
    for name in signers(scan.checkpoint, scan.trust).failed:
        yield Finding(CHECKPOINT, f"a signature by {name}", "it does not verify")


@log_check("log.quorum")
def quorum(scan: LogScan) -> Iterator[Finding]:
    cosigned = signers(scan.checkpoint, scan.trust).cosigned
    if not scan.trust.policy.satisfied(cosigned):
        yield Finding(
            CHECKPOINT, f"quorum {scan.trust.policy.quorum}", f"{len(cosigned)} witnesses"
        )


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
    elif kept.size and scan.kept_root != kept.root:
        found = to_base64(scan.kept_root or b"")
        yield Finding(CHECKPOINT, f"root {to_base64(kept.root)} at {kept.size}", found)


@log_check("log.receipt")
def receipt(scan: LogScan) -> Iterator[Finding]:
    paper = scan.receipt
    if paper is None:
        return
    if paper.origin != scan.checkpoint.origin:
        yield Finding("--receipt", f"origin {scan.checkpoint.origin}", paper.origin)
    elif scan.receipt_leaf != paper.leaf:
        yield Finding("--receipt", f"leaf {paper.leaf} at {paper.index}", scan.receipt_leaf)
