"""A log in memory that answers for any of its sizes; for tests of those who look at it from outside."""

from audit import merkle
from audit.checkpoint import Checkpoint, TreeHead, sign_checkpoint
from audit.note import SigningKey
from audit.witness.request import AddCheckpoint


class SmallLog:
    """`forked_at` is the first entry that is another one than in a log without it."""

    def __init__(self, key: SigningKey, *, forked_at: int | None = None) -> None:
        self.key = key
        self._forked_at = forked_at

    @property
    def vkey(self) -> str:
        return self.key.verifying_key.vkey

    def leaf(self, index: int) -> bytes:
        forked = self._forked_at is not None and index >= self._forked_at
        return merkle.leaf_hash(b"%d %d" % (index, forked))

    def node(self, level: int, index: int) -> bytes:
        return merkle.root_of(self.leaf(n) for n in range(index << level, (index + 1) << level))

    def head(self, size: int) -> TreeHead:
        return TreeHead(size, merkle.root_of(self.leaf(index) for index in range(size)))

    def checkpoint(self, size: int) -> bytes:
        return sign_checkpoint(Checkpoint(self.key.name, self.head(size)), self.key).encode()

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        return tuple(merkle.consistency_proof(old, size, self.node)) if old else ()

    def request(self, old: int, size: int) -> bytes:
        return AddCheckpoint(old, self.proof(old, size), self.checkpoint(size)).encode()
