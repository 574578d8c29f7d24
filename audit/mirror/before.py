"""The logs before the one that is copied: what it says of them, judged as the verifier judges it."""

from collections.abc import Iterable

from audit import merkle
from audit.mirror.chains import EntryRefused
from audit.tiles import WIDTH, TileReader
from audit.verifier.beginning import Beginning
from audit.verifier.entry import parse_leaf
from audit.verifier.report import Finding, UnreadableError


class LogsBefore:
    """`take` every `log.successor` in the log's order; they count from `commit` on, and `discard`
    forgets them.
    """

    def __init__(self, origin: str) -> None:
        self._told = Beginning(origin)
        self._committed = 0

    def take(self, index: int, data: bytes, where: str) -> None:
        """Raises EntryRefused for one at a wrong place."""
        try:
            self._told.add(index, parse_leaf(data, where, where))
        except UnreadableError as error:
            raise EntryRefused(f"{where}: no successor of a log") from error
        _refuse(self._told.misplaced())

    def origin_at(self, index: int) -> str:
        """Under which origin the entry at this index was recorded, as far as the log was read."""
        return self._told.succession.origin_at(index)

    def judge(self, reader: TileReader) -> None:
        """Raises EntryRefused where the tree contradicts what was taken since the last commit."""
        if len(self._told.found) == self._committed:
            return

        def root_between(start: int, count: int) -> bytes | None:
            if start + count > reader.size:
                return None
            return merkle.root_of(_leaves(reader, start, start + count))

        _refuse(self._told.misstated(reader.size))
        _refuse(self._told.other_entries(root_between))

    def commit(self) -> None:
        self._committed = len(self._told.found)

    def discard(self) -> None:
        self._told = Beginning.of(self._told.origin, self._told.found[: self._committed])


def _leaves(reader: TileReader, start: int, end: int) -> Iterable[bytes]:
    for number in range(start // WIDTH, -(-end // WIDTH)):
        first = number * WIDTH
        yield from reader.tile(0, number)[max(0, start - first) : end - first]


def _refuse(findings: Iterable[Finding]) -> None:
    for one in findings:
        raise EntryRefused(f"{one.path}: {one.expected} is demanded, not {one.found}")
