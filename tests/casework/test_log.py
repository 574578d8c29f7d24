"""Signs of life, the status ladder, and the making of a log."""

import asyncio
import hashlib

import pytest

from audit.checkpoint import open_checkpoint
from audit.checkpoint_store import FileLockBackend
from audit.cosignature import cosign, witness_key
from audit.entry import Entry
from audit.errors import AlreadyInitialisedError, LogLockedError, MalformedError
from audit.note import Note, SigningKey
from casework.log.heartbeat import Heartbeat, newest_cosignature
from casework.log.sequencer import Sequencer
from casework.log.setup import LogKeyError, init_log, open_log
from casework.log.status import EntryStatus, Rung, entry_status
from casework.store import reading
from casework.store.tx import Tx

ORIGIN = "test.example/log"


def note(tx: Tx, count: int) -> None:
    for n in range(count):
        tx.entry("desk.case.noted", "case:A", plain={"n": n})


@pytest.fixture
def parts(tmp_path):
    made = tmp_path / "log", tmp_path / "checkpoint-store", tmp_path / "log-key"
    init_log(*made, ORIGIN)
    return made


@pytest.fixture
def log(parts):
    with open_log(*parts) as opened:
        yield opened


class TestHeartbeat:
    async def test_comes_at_once_and_then_after_its_interval(self, k, log, clock):
        heartbeat = Heartbeat(k.writer, clock)
        beats = []
        for _ in range(13):
            beats.append(await asyncio.to_thread(heartbeat.beat_if_due, log.checkpoint))
            clock.advance(10_000)
        assert [n for n, due in enumerate(beats) if due] == [0, 5, 10]
        entries = await k.store.read(reading.entries_of, f"log:{ORIGIN}")
        decoded = [Entry.decode(entry.body) for entry in entries]
        assert {entry.type for entry in decoded} == {"log.heartbeat"}
        assert decoded[1].t - decoded[0].t <= 60_000
        assert decoded[0].facts == {"size": 0, "cosignature": None}

    async def test_the_sequencer_beats_and_logs_the_beat(self, k, log, clock):
        heartbeat = Heartbeat(k.writer, clock)
        sequencer = Sequencer(k.store, k.writer, log, heartbeat=heartbeat)
        sequencer.start()
        await asyncio.to_thread(sequencer.stop)
        assert Entry.decode(log.entry(0)).type == "log.heartbeat"


def cosigned(log, parts, *times):
    """The log's checkpoint with a cosignature of a witness of its own for each time (s)."""
    witnesses = [SigningKey.generate(f"witness-{n}.example") for n, _ in enumerate(times)]
    signed = log.checkpoint.signed
    lines = [cosign(key, signed.text, t) for key, t in zip(witnesses, times, strict=True)]
    data = Note(signed.text, (*signed.signatures, *lines)).encode()
    keys = [witness_key(key) for key in witnesses]
    return open_checkpoint(data, SigningKey.load(parts[2]).verifying_key, keys), lines


async def test_the_newest_cosignature_is_named(log, parts):
    assert newest_cosignature(log.checkpoint) is None
    checkpoint, lines = cosigned(log, parts, 100, 300, 200)
    assert newest_cosignature(checkpoint) == hashlib.sha256(lines[1].line().encode()).hexdigest()


async def test_the_ladder_is_never_better_than_it_is(k, log, parts, clerk):
    sequencer = Sequencer(k.store, k.writer, log)
    await k.writer.run(note, 2, actor=clerk)
    await asyncio.to_thread(sequencer.turn)
    witnessed, _ = cosigned(log, parts, 100, 200)
    await k.writer.run(note, 1, actor=clerk)
    await asyncio.to_thread(sequencer.turn)
    now = log.checkpoint

    def status(index, by=witnessed):
        return entry_status(index, now, by, witnesses=3)

    assert status(None) == EntryStatus(Rung.RECORDED, 0, 3)
    assert status(3) == EntryStatus(Rung.RECORDED, 0, 3), (
        "an index beyond the checkpoint proves nothing"
    )
    assert status(2) == EntryStatus(Rung.LOGGED, 0, 3)
    assert status(1) == EntryStatus(Rung.WITNESSED, 2, 3)
    assert status(1, None) == status(1, now) == EntryStatus(Rung.LOGGED, 0, 3)


class TestSetup:
    def test_nothing_is_made_twice(self, parts):
        with pytest.raises(AlreadyInitialisedError):
            init_log(*parts, ORIGIN)

    @pytest.mark.parametrize("origin", ["", "a b", "a+b", "log\n"])
    def test_an_origin_is_a_chain_name(self, tmp_path, origin):
        with pytest.raises(MalformedError):
            init_log(tmp_path / "l", tmp_path / "c", tmp_path / "k", origin)
        assert list(tmp_path.iterdir()) == []

    def test_one_writer_at_a_time(self, log, parts):
        with pytest.raises(LogLockedError):
            open_log(*parts)

    def test_the_key_is_for_its_owner_alone(self, parts):
        parts[2].chmod(0o644)
        with pytest.raises(LogKeyError, match="0600"):
            open_log(*parts)
        parts[2].unlink()
        with pytest.raises(LogKeyError, match="cannot be read"):
            open_log(*parts)

    def test_the_store_holds_the_empty_head(self, log, parts):
        assert FileLockBackend(parts[1]).fetch(ORIGIN).size == 0
