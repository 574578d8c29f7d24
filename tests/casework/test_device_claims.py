"""What a window's computer says of itself is held against the log: no clerk can write into it what makes
the whole log be called tampered for ever.
"""

import pytest

from audit.checkpoint import TreeHead
from audit.errors import MalformedError, ProofError
from audit.merkle import EMPTY_ROOT
from audit.verifier.devices import Devices
from audit.verifier.entry import parse_leaf
from casework.actions.cancel_call import CancelCall, cancel_call
from casework.actions.request_call import RequestCall, request_call
from casework.model.call import CallKind
from casework.policy.device_refusals import AnswerUnknown, CheckpointUnknown, LogNotRead
from casework.store.reading import entries_of
from scenes.call_scene import Stage
from scenes.kernel import kernel
from scenes.shown_log import ORIGIN, ShownLog
from scenes.small_log import SmallLog
from scenes.window_device import WindowDevice

LOG = ShownLog(size=5)
OTHER = SmallLog(LOG.log.key, forked_at=2)


@pytest.fixture
def k(tmp_path, clock):
    with kernel(tmp_path, clock=clock, log=LOG) as made:
        yield made


@pytest.fixture
def computer(k, stage) -> WindowDevice:
    made = WindowDevice(k, stage.hall.clerk, 41, ORIGIN)
    made.propose()
    made.enrol(stage.hall.lead)
    return made


def ask(stage: Stage, signed) -> str:
    """Asked for, and over at once: the window is free for the next."""
    writer, clerk = stage.kernel.writer, stage.hall.clerk
    command = RequestCall(kind=CallKind.CONSULT, signed=signed)
    made = writer.run_sync(request_call, command, actor=clerk)
    writer.run_sync(cancel_call, CancelCall(made.call_id), actor=clerk)
    return made.call_id


def judged(k, calls) -> Devices:
    """What a verifier of the whole log makes of it."""
    with k.store.reading() as conn:
        entries = [one for at in (f"log:{ORIGIN}", *calls) for one in entries_of(conn, at)]
    told = Devices()
    for index, one in enumerate(sorted(entries, key=lambda one: one.position), LOG.size):
        leaf = parse_leaf(one.body, "", "")
        if leaf.type.startswith("device.") or leaf.members.get("akey"):
            told.add(index, leaf, ORIGIN, _ThisLog())
    return told


class _ThisLog:
    def began_with(self, _origin: str, size: int, root: bytes) -> bool:
        return LOG.root_at(size) == root


@pytest.mark.parametrize(
    ("told", "answered"),
    [([], 8), ([(3, 0)], 2), ([(3, 0), (7, 3)], 5), ([(3, 0), (7, 3)], 0), ([(3, 0), (7, 3)], 8)],
    ids=["of no call", "before the first", "between two", "taken back", "to come"],
)
def test_an_answer_that_the_log_does_not_have_is_refused(stage, computer, told, answered):
    for counter, before in told:
        ask(stage, computer.sign(counter, before))
    with pytest.raises(AnswerUnknown):
        ask(stage, computer.sign(9, answered))
    # Nothing was used up: the device goes on with what is so.
    ask(stage, computer.sign(9, told[-1][0] if told else 0))


@pytest.mark.parametrize(
    "seen",
    [
        TreeHead(6, LOG.log.head(6).root),
        TreeHead(4, OTHER.head(4).root),
        TreeHead(5, EMPTY_ROOT),
        TreeHead(2**53 - 1, b"\1" * 32),
    ],
    ids=["not yet", "another log's", "empty", "as large as can be"],
)
def test_a_checkpoint_that_is_none_of_the_log_is_refused(stage, computer, seen):
    with pytest.raises(CheckpointUnknown):
        ask(stage, computer.sign(1, 0, seen=seen))


@pytest.mark.parametrize(
    "fault", [FileNotFoundError, PermissionError, OSError(5, "EIO"), MalformedError, ProofError]
)
def test_a_log_that_cannot_be_read_stands_against_nobody(stage, computer, monkeypatch, fault):
    """Nothing signed is taken, and the window is not told that it saw another log."""

    def broken(_log, _size):
        raise fault

    with monkeypatch.context() as broken_log:
        broken_log.setattr(ShownLog, "root_at", broken)
        with pytest.raises(LogNotRead):
            ask(stage, computer.sign(1, 0))
        ask(stage, None)
    # Nothing was used up.
    ask(stage, computer.sign(1, 0))


def test_what_the_desk_takes_no_verifier_finds_fault_with(k, stage, computer):
    """Answers that were lost, one after the other, and became known late."""
    said = [
        (1, 0, 0),
        (2, 0, 1),
        (5, 1, 1),
        (6, 1, 4),
        (7, 5, 5),
        (8, 6, 5),
        (11, 8, 5),
        (12, 8, 2),
    ]
    calls = [
        ask(stage, computer.sign(counter, answered, seen=LOG.log.head(size)))
        for counter, answered, size in said
    ]
    told = judged(k, [f"call:{one}" for one in calls])
    assert told.requests == len(said)
    assert (told.unfit, told.forged, told.recounted) == ([], [], [])
    assert (told.omitted, told.foreign) == ([], [])
