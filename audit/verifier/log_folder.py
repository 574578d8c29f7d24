"""Verification of a whole log folder: tiles, root, signature, and every chain in it.

Only here can it be shown that no second entry stands at the same place of a chain.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from audit.verifier.digest import HASH_SIZE, leaf_hash
from audit.verifier.entry import Leaf, parse_leaf
from audit.verifier.limits import MAX_NOTE, MAX_PROBLEMS
from audit.verifier.merkle import Tree
from audit.verifier.note import Checkpoint, parse_checkpoint
from audit.verifier.package import Receipt
from audit.verifier.registry import CHECK_ENDS, UNREADABLE
from audit.verifier.report import Finding, Problem, UnreadableError
from audit.verifier.tiles import WIDTH, Tiles
from audit.verifier.trust import Trust

CHECKPOINT = "checkpoint"
SUCCESSOR = "log.successor"


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry on the way through the log. `count` is how many entries of its chain came before,
    `before` the leaf hash of the chain's entry at seq - 1, None if there is none.
    """

    index: int
    path: str
    data: bytes
    hash: bytes
    leaf: Leaf | None
    count: int
    before: bytes | None
    unreadable: Finding | None

    @property
    def record(self) -> str:
        return self.leaf.record if self.leaf else f"index {self.index}"


@dataclass
class LogScan:
    """A log folder, what the caller brought along, and what the pass over the entries gathers."""

    root: Path
    trust: Trust
    since: Checkpoint | None = None
    receipt: Receipt | None = None
    kept_root: bytes | None = None
    receipt_leaf: str | None = None
    tree: Tree = field(default_factory=Tree)
    _chains: dict[str, tuple[int, bytearray]] = field(default_factory=dict)
    _successor: bool = False
    _tile: tuple[int, tuple[str, list[bytes]]] | None = None

    @cached_property
    def note(self) -> bytes:
        with (self.root / CHECKPOINT).open("rb") as file:
            return file.read(MAX_NOTE + 1)

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """Raises UnreadableError."""
        return parse_checkpoint(self.note, CHECKPOINT)

    @cached_property
    def tiles(self) -> Tiles:
        return Tiles(self.root, self.checkpoint.size)

    def tile(self, number: int, width: int) -> tuple[str, list[bytes]]:
        """The level 0 tile of that number; the last one asked for is kept."""
        if self._tile is None or self._tile[0] != number:
            self._tile = (number, self.tiles.hashes(0, number, width))
        return self._tile[1]

    def entries(self) -> Iterator[Seen]:
        """Every entry in order. Raises UnreadableError where a bundle is not whole."""
        for number, width in self.tiles.widths(0):
            path, entries = self.tiles.entries(number, width)
            for position, data in enumerate(entries):
                yield self._see(number * WIDTH + position, path, data)

    def _see(self, index: int, path: str, data: bytes) -> Seen:
        value = leaf_hash(data)
        self.tree.add(value)
        if self.since is not None and self.tree.size == self.since.size:
            self.kept_root = self.tree.root()
        if self.receipt is not None and self.receipt.index == index:
            self.receipt_leaf = value.hex()
        try:
            leaf = parse_leaf(data, path, f"index {index}")
        except UnreadableError as error:
            return Seen(index, path, data, value, None, 0, None, error.finding)
        if index == 0:
            self._successor = leaf.type == SUCCESSOR
        # A successor log goes on with chains that began in the dead one.
        base, hashes = self._chains.setdefault(
            leaf.chain, (leaf.seq if self._successor else 0, bytearray())
        )
        count = base + len(hashes) // HASH_SIZE
        at = (leaf.seq - 1 - base) * HASH_SIZE
        before = bytes(hashes[at : at + HASH_SIZE]) if at >= 0 else None
        if leaf.seq == count:
            hashes += value
        return Seen(index, path, data, value, leaf, count, before or None, None)

    @property
    def chain_count(self) -> int:
        return len(self._chains)

    def began_elsewhere(self, leaf: Leaf) -> bool:
        """True for the first entry here of a chain that began in the log before this one."""
        return self._successor and leaf.seq == self._chains[leaf.chain][0]


EntryCheck = Callable[[LogScan, Seen], Iterator[Finding]]
LogCheck = Callable[[LogScan], Iterator[Finding]]
ENTRY_CHECKS: dict[str, EntryCheck] = {}
"""Run on every entry of the log, in order."""
LOG_CHECKS: dict[str, LogCheck] = {}
"""Run once, after the pass over the entries."""


def entry_check(name: str) -> Callable[[EntryCheck], EntryCheck]:
    return lambda function: ENTRY_CHECKS.setdefault(name, function)


def log_check(name: str) -> Callable[[LogCheck], LogCheck]:
    return lambda function: LOG_CHECKS.setdefault(name, function)


def is_log_folder(path: Path) -> bool:
    with suppress(OSError):
        return (path / CHECKPOINT).is_file()
    return False


def run_log_checks(
    scan: LogScan,
    entry_checks: Mapping[str, EntryCheck],
    log_checks: Mapping[str, LogCheck],
) -> list[Problem]:
    """At most MAX_PROBLEMS of each check."""
    found: dict[str, list[Finding]] = {name: [] for name in (UNREADABLE, *entry_checks)}
    try:
        for seen in scan.entries():
            if seen.unreadable is not None and len(found[UNREADABLE]) < MAX_PROBLEMS:
                found[UNREADABLE].append(seen.unreadable)
            for name, check in entry_checks.items():
                room = MAX_PROBLEMS - len(found[name])
                found[name] += islice(check(scan, seen), room)
        for name, last in log_checks.items():
            found[name] = []
            found[name] += islice(last(scan), MAX_PROBLEMS)
    except UnreadableError as error:
        found[UNREADABLE].append(error.finding)
    except Exception as error:  # noqa: BLE001 - no input may end a verification without a verdict
        found[UNREADABLE].append(Finding("", CHECK_ENDS, type(error).__name__))
    return [item.as_problem(name) for name, items in found.items() for item in items]
