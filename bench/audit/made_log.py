"""A log as a city's years would leave it: chains of cases and calls, heartbeats in between."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from audit.canonical import JsonValue
from audit.checkpoint_store import FileLockBackend
from audit.durable import Disk
from audit.entry import Entry, Policy
from audit.log import MerkleLog
from audit.note import SigningKey, VerifyingKey

ORIGIN = "bench.example/log"
BATCH = 2_048
LENGTHS = {"case": 24, "call": 60}
"""Entries of a chain before it ends and another begins."""
OPEN = 400
"""Chains that grow at the same time, so that neighbours in the log are strangers."""
TYPES = ("desk.case.form_saved", "desk.case.viewed", "rec.head", "desk.material.added")
FIELDS = ("form.name", "item", "outlet", "reason")


class QuickDisk(Disk):
    """Makes nothing durable: the log is for reading alone."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_directory(self, path: Path) -> None:
        pass


@dataclass
class _Chain:
    name: str
    left: int
    seq: int = 0
    head: str | None = None


@dataclass
class MadeEntries:
    """Encoded entries without end, always the same ones."""

    _dice: random.Random = field(default_factory=lambda: random.Random(4))
    _made: int = 0
    _open: list[_Chain] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        beats = _Chain(f"log:{ORIGIN}", 0)
        while True:
            number = self._made
            self._made += 1
            chain = beats if number % 1_000 == 0 else self._some_chain()
            entry = self._entry(number, chain)
            data = entry.encode()
            chain.seq, chain.head = chain.seq + 1, sha256(b"\0" + data).hexdigest()
            chain.left -= 1
            yield data

    def _some_chain(self) -> _Chain:
        if len(self._open) < OPEN:
            kind = self._dice.choice(tuple(LENGTHS))
            self._open.append(_Chain(f"{kind}:{self._made:026d}", LENGTHS[kind]))
        at = self._dice.randrange(len(self._open))
        chain = self._open[at]
        if chain.left == 1:
            self._open[at] = self._open[-1]
            self._open.pop()
        return chain

    def _entry(self, number: int, chain: _Chain) -> Entry:
        of_log = chain.name.startswith("log:")
        commitment = sha256(number.to_bytes(8, "big")).hexdigest()
        kind = "log.heartbeat" if of_log else TYPES[number % len(TYPES)]
        return Entry(
            type=kind,
            t=1_790_000_000_000 + number,
            mono=number,
            chain=chain.name,
            seq=chain.seq,
            prev=chain.head,
            actor="system" if of_log else f"clerk-{number % 40:02d}",
            role="system" if of_log else "clerk",
            policy=None if of_log else Policy("allow", "ok"),
            c={} if of_log else dict.fromkeys(FIELDS[: number % 4], commitment),
            facts=_facts(kind, number, chain.seq, commitment),
        )


def _facts(kind: str, number: int, seq: int, digest: str) -> Mapping[str, JsonValue]:
    """Of the forms that are frequent in a log: flat ones, and the heads of a call's three parts."""
    match kind:
        case "log.heartbeat":
            return {"size": number, "cosignature": None}
        case "rec.head":
            part, segments = digest[:32], seq * 7
            head = {"part": part, "record_sha256": digest, "segments": segments}
            return {"heads": [dict(head) for _ in range(3)]}
        case _:
            return {"version": seq, "state": "in_first_review"}


def make_log(folder: Path, size: int) -> VerifyingKey:
    """Writes a log of `size` entries at `folder` / log; returns the key it is signed with."""
    key = SigningKey.generate(ORIGIN)
    disk = QuickDisk()
    store = FileLockBackend(folder / "checkpoint-store", disk=disk)
    entries = iter(MadeEntries())
    with MerkleLog.init(folder / "log", store, key, disk=disk) as log:
        while log.size < size:
            log.append([next(entries) for _ in range(min(BATCH, size - log.size))])
    return key.verifying_key
