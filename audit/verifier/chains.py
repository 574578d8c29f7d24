"""Chains, as a whole log shows them: what came before each entry.

Only a whole log can show that no second entry stands at the same place of a chain.
"""

from collections.abc import Callable
from dataclasses import dataclass

from audit.verifier.digest import HASH_SIZE
from audit.verifier.plain_entry import Link
from audit.verifier.report import Finding


@dataclass(slots=True)
class Place:
    """Where an entry says it stands, and what the log has there.

    `count` is how many entries of its chain came before, `before` the leaf hash of the chain's
    entry at seq - 1, None if there is none.
    """

    index: int
    path: str
    chain: str
    seq: int
    prev: str | None
    count: int
    before: bytes | None

    @property
    def record(self) -> str:
        return f"{self.chain}#{self.seq}"


ChainCheck = Callable[[Place], Finding | None]


class Chains:
    """Every chain of a log, with the leaf hashes of its entries: entries are added in log order."""

    def __init__(self) -> None:
        self._hashes: dict[str, bytearray] = {}

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, index: int, path: str, link: Link, leaf_hash: bytes) -> Place:
        chain, seq, prev = link
        hashes = self._hashes.get(chain)
        if hashes is None:
            hashes = self._hashes[chain] = bytearray()
        count = len(hashes) // HASH_SIZE
        at = (seq - 1) * HASH_SIZE
        before = bytes(hashes[at : at + HASH_SIZE]) if at >= 0 else b""
        if seq == count:
            hashes += leaf_hash
        return Place(index, path, chain, seq, prev, count, before or None)
