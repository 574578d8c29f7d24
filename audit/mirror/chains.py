"""What only a reader of the whole log can see: no second entry at any place of any chain."""

from collections.abc import Mapping

from audit import merkle
from audit.entry import Entry
from audit.errors import AuditError, MalformedError


class EntryRefused(AuditError):
    """An entry that no honest log holds; the message names its index, chain and seq."""


class Chains:
    """The heads of every chain of a log: chain -> (seq of its next entry, leaf hash of its last).

    `take` entries in the log's order; they count from `commit` on, and `discard` forgets them.
    """

    def __init__(self) -> None:
        self._heads: dict[str, tuple[int, str]] = {}
        self._pending: dict[str, tuple[int, str]] = {}

    def take(self, index: int, data: bytes) -> Entry:
        """Raises EntryRefused unless this is the next entry of its chain, in canonical form."""
        try:
            entry = Entry.decode(data)
        except MalformedError as error:
            raise EntryRefused(f"entry {index} of the log is no entry: {error}") from error
        where = f"entry {index} of the log, {entry.chain}#{entry.seq}"
        seq, prev = self._pending.get(entry.chain) or self._heads.get(entry.chain) or (0, "")
        if entry.seq != seq:
            what = "a second entry at its place" if entry.seq < seq else f"not the next, {seq}"
            raise EntryRefused(f"{where}: {what}")
        if (entry.prev or "") != prev:
            raise EntryRefused(f"{where}: prev is not the entry before it")
        self._pending[entry.chain] = (seq + 1, merkle.leaf_hash(data).hex())
        return entry

    def commit(self) -> None:
        self._heads.update(self._pending)
        self._pending.clear()

    def discard(self) -> None:
        self._pending.clear()

    @property
    def heads(self) -> Mapping[str, tuple[int, str]]:
        return self._heads
