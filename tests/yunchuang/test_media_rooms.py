"""What a worker refuses of a desk, by the code that is written down for it."""

import asyncio
import base64

import pytest
from pydantic import ValidationError

from casework.clock import SystemClock
from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from casework.worker_link import messages as m
from casework.worker_link.server import CommandRefusedError
from outlet_client.agent.peer import StationPeer
from signaling.relay.engine import Relay
from signaling.relay.events import RelayEvent
from signaling.relay.spec import RelayConfig
from yunchuang.media_rooms import MediaRooms, _Room, link_event

KEY = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "wrong", [{"call_key": "AAAA"}, {"call_key": "钥匙"}, {"call_key": "A"}, {"call": "a:b"}]
)
async def test_a_recorded_room_that_cannot_be_is_a_bad_command(tmp_path, wrong):
    relay = Relay(RelayConfig(addresses=("127.0.0.1",)), lambda _: None)
    rooms = MediaRooms(relay, SystemClock(), lambda _: None, asyncio.Event().set)
    right = {"call": "C1", "call_key": KEY, "directory": str(tmp_path / "C1")}
    command = m.OpenRoom(id=1, epoch=1, record=True, **{**right, **wrong})
    with pytest.raises(CommandRefusedError) as refused:
        await rooms.handle(command)
    assert refused.value.code == "bad_command"
    assert relay.rooms() == {}


@pytest.mark.parametrize("directory", ["", "a\0b", "x" * 5_000])
def test_a_directory_that_no_disk_knows_is_no_command(directory):
    with pytest.raises(ValidationError):
        m.OpenRoom(id=1, call="C1", epoch=1, record=True, call_key=KEY, directory=directory)


async def test_a_desk_that_comes_back_is_told_whose_legs_are_held_and_what_nobody_answered(
    tmp_path,
):
    told: list[RelayEvent] = []
    relay = Relay(RelayConfig(addresses=("127.0.0.1",)), told.append)
    await relay.start()
    rooms = MediaRooms(relay, SystemClock(), lambda _: None, asyncio.Event().set)
    station = StationPeer({TrackSource.MICROPHONE: None})

    async def held() -> list[m.HeldLeg]:
        return (await rooms.handle(m.Hello(id=1, desk="desk"))).rooms[0].legs

    try:
        await rooms.handle(m.OpenRoom(id=1, call="C1", epoch=1, record=False))
        members = {"call": "C1", "leg": "L1", "site": "counter", "microphone": True}
        for incarnation in (4, 5):
            command = m.OpenLeg(
                id=2, incarnation=incarnation, speaker=True, videos=[], expected=[], **members
            )
            offer = (await rooms.handle(command)).offer
            assert await held() == [
                m.HeldLeg(leg="L1", incarnation=incarnation, unanswered=offer.number)
            ]
        sdp = await station.answer(offer.sdp)
        await rooms.handle(m.AnswerLeg(id=3, call="C1", leg="L1", offer=offer.number, sdp=sdp))
        assert await held() == [m.HeldLeg(leg="L1", incarnation=5)]
        await rooms.handle(m.CloseLeg(id=4, call="C1", leg="L1", cause=None))
        assert await held() == []
        states = [link_event(one) for one in told]
        assert [(one.incarnation, one.state) for one in states] == [
            (4, "new"),
            (5, "new"),
            (5, "connecting"),
            (5, "closed"),
        ]
    finally:
        await station.close()
        await rooms.close("over")
        await relay.stop()


class Recorder:
    """Remembers what it was told to expect."""

    def set_expected(self, leg, sources, held_back=None):
        self.told = leg, list(sources), dict(held_back or {})


def test_a_picture_held_back_is_expected_all_the_same():
    room = _Room(1, Recorder(), None)
    both = [TrackSource.CITIZEN_CAMERA, TrackSource.MICROPHONE]
    room.expect("L1", both)
    assert room.recorder.told == ("L1", [], {})
    room.limit("L1", Rung.AUDIO_FIRST, GapCause.BAD_LINE)
    room.admit("L1", both)
    held_back = {TrackSource.CITIZEN_CAMERA: GapCause.BAD_LINE}
    assert room.recorder.told == ("L1", both, held_back)
    room.limit("L1", Rung.FULL, None)
    assert room.recorder.told == ("L1", both, {})
    room.forget("L1")
    assert room.recorder.told == ("L1", [], {})
