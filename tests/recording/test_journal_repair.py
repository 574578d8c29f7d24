"""A journal that the disk damaged: no number twice, no recording open for ever, nothing hidden."""

import random

import pytest

from casework.clock import SystemClock
from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import PartClosed, PartOpened, RecordingFault, RoomClosed
from recording.call_files import CallFiles
from recording.reconcile import unfinished
from recording.worker.journal import JOURNAL_NAME, JournalDamagedError, read_journal

S = 1_000_000_000
CALL = "01JD00000000000000000000CA"


@pytest.fixture
def dead(scene, camera, microphone, synthetic):
    """Eight seconds of a call whose recorder is gone; its directory and what the journal said."""
    scene.core.expect("clerk", [TrackSource.CAMERA, TrackSource.MICROPHONE])
    scene.open(1)
    scene.open(2)
    start = scene.clock.ns
    stream = synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    scene.play([one for one in stream if one[1].at_ns < start + 8 * S], until_ns=start + 8 * S)
    scene.store.abandon()
    return scene.directory, read_journal(scene.directory)


def settle(directory, logged=0):
    return CallFiles(directory.parent, SystemClock()).settle(CALL, logged, [("clerk", "camera")])


def spoil(directory, change):
    path = directory / JOURNAL_NAME
    path.write_bytes(change(path.read_bytes()))


def flip(line):
    """Damages a line of the journal in its middle."""

    def change(data):
        lines = data.splitlines(keepends=True)
        lines[line] = lines[line][:20] + b"\0\0\0\0" + lines[line][24:]
        return b"".join(lines)

    return change


@pytest.mark.parametrize("line", [0, 1, -1])
@pytest.mark.parametrize("logged", [0, 1, 99])
def test_a_damaged_line_costs_itself_and_the_recording_ends(dead, line, logged):
    directory, before = dead
    spoil(directory, flip(line))
    with pytest.raises(JournalDamagedError):
        read_journal(directory)
    told = settle(directory, logged)
    after = read_journal(directory)
    assert [event.n for event in after] == list(range(1, len(after) + 1))
    assert told == [event for event in after if event.n > logged]
    assert isinstance(after[-1], RoomClosed)
    assert list(unfinished(directory.parent)) == []
    for event, was in zip(after, before, strict=False):
        assert event == was or isinstance(event, RecordingFault)
    # It is told under a number that the desk cannot have had.
    assert any(isinstance(e, RecordingFault) and "damaged" in e.detail for e in told)
    assert min(event.n for event in told) > logged
    kept = directory / "journal.damaged-1.jsonl"
    assert b"\0\0\0\0" in kept.read_bytes()
    assert settle(directory, logged) == told


def test_a_part_that_is_still_announced_is_closed_as_ever(dead):
    directory, before = dead
    spoil(directory, flip(-1))
    opened = [event.part for event in before if isinstance(event, PartOpened)]
    closed = [event.part for event in settle(directory) if isinstance(event, PartClosed)]
    assert closed == opened


def test_a_journal_that_lost_its_end_gives_no_number_twice(dead):
    directory, before = dead
    spoil(directory, lambda data: data.splitlines(keepends=True)[0])
    told = settle(directory, len(before))
    assert told[0].n == len(before) + 1
    assert told[0].cause is GapCause.STORE_FAULT


@pytest.mark.parametrize("seed", range(30))
def test_whatever_becomes_of_its_bytes_the_recording_has_an_end(dead, seed):
    directory, before = dead
    rng = random.Random(seed)

    def change(data):
        data = bytearray(data)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randrange(400)]
                case 2:
                    data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(60)))
                case _:
                    data[at : at + 64] = bytes(64)
        return bytes(data)

    spoil(directory, change)
    told = settle(directory, len(before))
    assert isinstance(told[-1], RoomClosed)
    assert [e.n for e in told] == list(range(told[0].n, told[0].n + len(told)))
    assert told[0].n == len(before) + 1


def test_a_recorder_that_takes_over_goes_on_behind_the_damage(dead, make_scene, recorder_scene):
    directory, before = dead
    spoil(directory, flip(1))
    scene = make_scene()
    assert scene.store.fault is None
    numbers = [event.n for event in read_journal(directory)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > len(before)
    scene.until(scene.clock.ns + 2 * S)
    [fault] = scene.of(RecordingFault)
    assert fault.detail == "journal damaged, lines lost: 1"
