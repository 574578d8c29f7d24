"""What a hostile leg sends reaches the recorder: it neither fails nor grows, and others are recorded."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from mischief import campaign
from mischief.relay_scene import SSRCS, RelayScene
from mischief.rtcp_compounds import RtcpCompounds
from mischief.rtp_packets import RtpPackets

from casework.clock import SystemClock
from casework.ports import TrackSource
from casework.worker_link.messages import (
    MAX_PARTS,
    DurableEvent,
    Event,
    Gap,
    Health,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)
from recording.parts import PartReader
from recording.webm_index import read_clusters, read_header
from recording.worker.call_store import MAX_WAITING_BYTES
from recording.worker.recorder import CallRecorder
from recording.worker.reorder import MAX_JUMP, MAX_SPANS

CALL = "01JD00000000000000000000CA"
KEY = bytes(range(32))
JOIN_S = 20.0


class Heard(list[Event]):
    """Everything the recorder told."""

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self if isinstance(event, kind)]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def recorder(tmp_path, heard, caplog) -> Iterator[CallRecorder]:
    sources = (TrackSource.MICROPHONE, TrackSource.CAMERA)
    made = CallRecorder(
        CALL,
        KEY,
        tmp_path / CALL,
        {"window": sources, "stranger": sources},
        NobodyAsks(),
        SystemClock(),
        heard.append,
    )
    with caplog.at_level(logging.ERROR, logger="recording"):
        made.start()
        yield made
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


class NobodyAsks:
    def request_keyframe(self, track: int) -> None:
        """Whoever is hostile sends none because he is asked."""


@pytest.fixture
async def recorded(recorder) -> AsyncIterator[RelayScene]:
    made = RelayScene(recorder.tap)
    try:
        await made.open()
        yield made
    finally:
        await made.close()


def sizes(recorder: CallRecorder) -> dict[str, tuple[int, int]]:
    """(how many, how many it may be) of all that grows with what is sent."""
    core, store = recorder._core, recorder._store
    found = {
        "queue": (len(recorder._queue._items), 16_384 + 64),
        "waiting bytes": (store.waiting_bytes, MAX_WAITING_BYTES),
        "ledger": (len(store.ledger._pending), 64),
        "tracks": (len(core._tracks), 6),
    }
    for number, track in list(core._tracks.items()):
        found[f"held by {number}"] = (len(track.reorder._held), MAX_JUMP + 1)
        found[f"spans of {number}"] = (len(track.reorder._lost), MAX_SPANS)
    return found


async def test_a_hostile_leg_spoils_its_own_recording_at_most(
    recorded: RelayScene, recorder: CallRecorder, heard: Heard, tmp_path
):
    own = SSRCS["stranger"]
    protect = recorded.hostile.dtls
    packets = RtpPackets(campaign.dice("recorded rtp"), *own, protect.protect)
    compounds = RtcpCompounds(campaign.dice("recorded rtcp"), own, dict)
    dice = campaign.dice("recorded")

    def one() -> None:
        if dice.random() < 0.05:
            recorded.send([protect.protect_rtcp(compounds.hostile())])
        else:
            recorded.send([packets.hostile()])
        if dice.random() < 0.01:
            for name, (size, most) in sizes(recorder).items():
                assert size <= most, f"{name} has grown to {size}"

    await recorded.in_turns(campaign.datagrams(10), one)
    await recorded.close()
    recorder.close("ended")
    assert recorder.join(JOIN_S)
    assert isinstance(heard.of(DurableEvent)[-1], RoomClosed)
    assert [one.detail for one in heard.of(RecordingFault)] == []
    assert not [one for one in heard.of(Health) if one.cause == "recorder_error"]
    opened = heard.of(PartOpened)
    assert len(opened) == len(heard.of(PartClosed)) < MAX_PARTS
    assert {one.leg for one in opened} >= {"window"}
    assert all(gap.from_mono_ms <= gap.to_mono_ms for gap in heard.of(Gap))
    for part in opened:
        data = b"".join(PartReader.open(tmp_path / CALL, part.part).plaintexts(KEY))
        header = read_header(data)
        times_ms = [cluster.time_ms for cluster in read_clusters(data, header.size, 0)]
        assert times_ms == sorted(times_ms)
    honest = [
        one
        for one in heard.of(PartClosed)
        if one.part in {p.part for p in opened if p.leg == "window"}
    ]
    assert sum(one.audio_frames for one in honest) > 0
    assert sum(one.video_frames for one in honest) > 0
