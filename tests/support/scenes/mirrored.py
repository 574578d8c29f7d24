"""A log to be mirrored: entries as an honest writer writes them, and a source that is the log's folder."""

from pathlib import Path

from audit import merkle
from audit.entry import Entry
from audit.errors import MalformedError

CHAINS = ("case:A", "case:B", "call:C")


class Story:
    """Entries of three chains in turns, as an honest writer writes them."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, str | None]] = {}

    def make(self, index: int, **members) -> Entry:
        """The next entry of its chain, as it would be; nothing is written down yet."""
        chain = members.pop("chain", CHAINS[index % len(CHAINS)])
        seq, prev = self.heads.get(chain, (0, None))
        fields = {"type": "desk.case.noted", "t": index, "mono": index, "chain": chain, "seq": seq,
                  "prev": prev, "actor": "clerk-01", "role": "clerk"}  # fmt: skip
        return Entry(**(fields | members))

    def write(self, entry: Entry) -> bytes:
        seq, _ = self.heads.get(entry.chain, (0, None))
        data = entry.encode()
        self.heads[entry.chain] = (seq + 1, merkle.leaf_hash(data).hex())
        return data

    def next(self, index: int, **members) -> bytes:
        return self.write(self.make(index, **members))

    def some(self, start: int, count: int) -> list[bytes]:
        return [self.next(index) for index in range(start, start + count)]


class Files:
    """A source that is a log's folder; `changed` has other bytes for some paths."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changed: dict[str, bytes] = {}
        self.asked: list[str] = []

    def read(self, path: str, limit: int) -> bytes:
        self.asked.append(path)
        data = self.changed.get(path)
        data = (self.folder / path).read_bytes() if data is None else data
        if len(data) > limit:
            raise MalformedError(path)
        return data
