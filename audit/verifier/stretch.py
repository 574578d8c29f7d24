"""A stretch of a log: its entries read, hashed, and checked each for itself, in any process."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from audit.verifier import actor, device
from audit.verifier.actor_keys import concerns_keys
from audit.verifier.device import is_of_device
from audit.verifier.digest import leaf_hash
from audit.verifier.entry import Leaf, parse_leaf
from audit.verifier.limits import MAX_PROBLEMS
from audit.verifier.merkle import subtree_root
from audit.verifier.plain_entry import Link, plain_link
from audit.verifier.registry import UNREADABLE
from audit.verifier.report import Finding, UnreadableError
from audit.verifier.successor import SUCCESSOR
from audit.verifier.tiles import WIDTH, Tiles

BUNDLES = 16
"""Of a stretch: work enough to be worth handing over, little enough to be held in memory."""


@dataclass(slots=True)
class Seen:
    """One entry for itself. `link` is None where it cannot be read, or nobody asked; `leaf` besides
    where it is plain, which says as much of its form as the checks do. `tiled` is the hash that stands
    for it in the hash tile at `tile`.
    """

    index: int
    path: str
    data: bytes
    hash: bytes
    link: Link | None
    leaf: Leaf | None
    tile: str
    tiled: bytes

    @property
    def record(self) -> str:
        return f"{self.link[0]}#{self.link[1]}" if self.link else f"index {self.index}"


EntryCheck = Callable[[Seen], Iterator[Finding]]
_TAKEN_APART = frozenset(
    {
        SUCCESSOR,
        actor.ENROLLED,
        actor.REVOKED,
        device.REQUESTED,
        device.ENROLLED,
        device.REVOKED,
    }
)
"""Types whose facts the log is held to; so are the entries that somebody signed."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is left of a bundle: its leaf hashes, the node above them if they fill a tile, a link of
    each entry, None of those that were not read, and, with their indices, the entries that concern
    keys of actors or devices, or name a log before this one.
    """

    path: str
    hashes: bytes
    above: bytes | None
    links: list[Link | None]
    marked: list[tuple[int, Leaf]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """`found` holds at most MAX_PROBLEMS of each check. `torn` is what ended it early."""

    bundles: list[Bundle]
    found: Mapping[str, list[Finding]]
    torn: Finding | None


class Examiner:
    """Examines stretches of one log by `checks`; without `reads` it takes no entry apart."""

    def __init__(self, tiles: Tiles, checks: Mapping[str, EntryCheck], *, reads: bool) -> None:
        self._tiles = tiles
        self._checks = checks
        self._reads = reads

    def stretches(self) -> Iterator[range]:
        """Numbers of bundles, from the first to the last."""
        numbers = self._tiles.numbers(0)
        return (numbers[at : at + BUNDLES] for at in range(0, len(numbers), BUNDLES))

    def examine(self, numbers: range) -> Stretch:
        found: dict[str, list[Finding]] = {name: [] for name in (UNREADABLE, *self._checks)}
        bundles: list[Bundle] = []
        try:
            bundles.extend(self._bundle(number, found) for number in numbers)
        except UnreadableError as error:
            return Stretch(bundles, found, error.finding)
        return Stretch(bundles, found, None)

    def _bundle(self, number: int, found: Mapping[str, list[Finding]]) -> Bundle:
        """Raises UnreadableError if bundle or tile are not whole."""
        path, entries = self._tiles.entries(number)
        tile, tiled = self._tiles.hashes(0, number)
        hashes: list[bytes] = []
        links: list[Link | None] = []
        marked: list[tuple[int, Leaf]] = []
        for index, data in enumerate(entries, number * WIDTH):
            link = plain_link(data, _TAKEN_APART) if self._reads else None
            leaf = None
            if link is None and self._reads:
                leaf = self._leaf(data, path, index, found)
                link = (leaf.chain, leaf.seq, leaf.prev) if leaf else None
            value = leaf.hash if leaf else leaf_hash(data)
            seen = Seen(index, path, data, value, link, leaf, tile, tiled[len(hashes)])
            for name, check in self._checks.items():
                for finding in check(seen):
                    if len(found[name]) < MAX_PROBLEMS:
                        found[name].append(finding)
            hashes.append(value)
            links.append(link)
            if leaf is not None and (
                concerns_keys(leaf) or is_of_device(leaf) or leaf.type == SUCCESSOR
            ):
                marked.append((index, leaf))
        above = subtree_root(hashes) if len(hashes) == WIDTH else None
        return Bundle(path, b"".join(hashes), above, links, marked)

    @staticmethod
    def _leaf(
        data: bytes, path: str, index: int, found: Mapping[str, list[Finding]]
    ) -> Leaf | None:
        try:
            return parse_leaf(data, path, f"index {index}")
        except UnreadableError as error:
            if len(found[UNREADABLE]) < MAX_PROBLEMS:
                found[UNREADABLE].append(error.finding)
            return None
