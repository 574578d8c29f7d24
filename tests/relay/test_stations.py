"""aiortc stations meet through the relay, with real Opus and VP8, by the offer every page gets."""

from casework.ports import TrackKind, TrackSource
from signaling.relay.events import Presence

MIC, CAM, CITIZEN, DOC = (
    TrackSource.MICROPHONE,
    TrackSource.CAMERA,
    TrackSource.CITIZEN_CAMERA,
    TrackSource.DOCUMENT_CAMERA,
)
CALL = "call-1"


async def test_three_stations_of_two_sites(relay, station, events, tap, eventually):
    """A window and its tablet share a site, a hall stands apart: pictures pass everywhere, sound
    only between the sites; what each shows is what the publisher sent.
    """
    await relay.open_room(CALL, tap)
    window = station("window", "counter", MIC, CAM, DOC)
    tablet = station("tablet", "counter", MIC, CITIZEN)
    hall = station("hall", "hall", MIC, CAM)
    for one in (window, tablet, hall):
        await relay.admit_leg(CALL, one.spec.leg, [MIC, CAM, CITIZEN, DOC])
        await one.join()
    await eventually(lambda: len(events.streams("hall")) == 5)
    await eventually(lambda: len(events.streams("window")) == 4 - 1)
    await eventually(lambda: len(events.streams("tablet")) == 5 - 1)
    assert set(events.streams("window").values()) == {
        ("tablet", CITIZEN),
        ("hall", MIC),
        ("hall", CAM),
    }
    sources = {one.spec.leg: one for one in (window, tablet, hall)}
    for one in (window, tablet, hall):
        shown = events.streams(one.spec.leg)
        await eventually(lambda o=one, s=shown: all(o.received[mid] > 12 for mid in s))
        assert {mid for mid, count in one.received.items() if count} == set(shown)
        for mid, (leg, source) in shown.items():
            if source is not MIC:
                assert abs(one.hues[mid] - sources[leg].hue) <= 3
    face_and_voice = {
        source: mid[-1] for mid, (leg, source) in events.streams("hall").items() if leg == "window"
    }
    assert face_and_voice[MIC] == face_and_voice[CAM], "played in step"
    assert sorted((t.leg, t.source) for t in tap.opened.values()) == sorted(
        (one.spec.leg, source) for one in (window, tablet, hall) for source in one.sends
    )
    codecs = {(t.kind, t.codec, t.clock_rate, t.channels) for t in tap.opened.values()}
    assert codecs == {
        (TrackKind.AUDIO, "opus", 48_000, 2),
        (TrackKind.VIDEO, "vp8", 90_000, 1),
    }
    await eventually(lambda: all(events.qualities(leg) for leg in sources))
    # The first report may tell of an interval in which the station had hardly begun to send.
    await eventually(lambda: any(e.up_kbps > 10 for e in events.qualities("window")))
    assert not any(e.up_loss_permille for e in events.qualities("window"))


async def test_a_station_recovers_lost_packets_both_ways(
    relay, station, events, tap, eventually, monkeypatch
):
    """Every tenth RTP packet is lost on each side of the relay."""
    await relay.open_room(CALL, tap)
    count = {"in": 0, "out": 0}
    socket = relay._sockets[0]
    receive, send_all = socket._receive, type(socket).send_all

    def passes(way, datagram):
        if datagram[0] < 128 or 192 <= datagram[1] <= 223:
            return True
        count[way] += 1
        return count[way] % 10 != 0

    def lossy_in(sock, arrived, now_ns):
        receive(sock, [one for one in arrived if passes("in", one[0])], now_ns)

    def lossy_out(self, datagrams, to):
        send_all(self, [one for one in datagrams if passes("out", one)], to)

    monkeypatch.setattr(socket, "_receive", lossy_in)
    monkeypatch.setattr(type(socket), "send_all", lossy_out)
    window, hall = station("window", "counter", MIC, CAM), station("hall", "hall", MIC, CAM)
    for one in (window, hall):
        await relay.admit_leg(CALL, one.spec.leg, [MIC, CAM])
        await one.join()
    await eventually(lambda: len(events.streams("hall")) == len(events.streams("window")) == 2)
    mid = next(m for m, (_, source) in events.streams("hall").items() if source is CAM)
    await eventually(lambda: hall.received[mid] > 40, seconds=20)
    video = next(t.track for t in tap.opened.values() if (t.leg, t.source) == ("window", CAM))
    first = int.from_bytes(tap.packets[video][0][2:4], "big")

    def sent():
        """How many after the first each of those is that came."""
        numbers = {int.from_bytes(p[2:4], "big") for p in tap.packets[video]}
        return {ahead for n in numbers if (ahead := (n - first) & 0xFFFF) < 0x8000}

    span = max(sent())
    assert span >= 40
    # Lost video was asked for and came; what was lost a moment ago has not been asked for yet.
    await eventually(lambda: sum(n <= span for n in sent()) >= 0.97 * (span + 1))
    assert relay.counters["rtcp.nacks_sent"] > 0


async def test_leaving_is_noticed_at_once(relay, station, events, eventually):
    await relay.open_room(CALL, None)
    window, hall = station("window", "counter", MIC), station("hall", "hall", MIC)
    for one in (window, hall):
        await relay.admit_leg(CALL, one.spec.leg, [MIC])
        await one.join()
    await eventually(lambda: events.streams("hall"))
    await window.leave()
    await eventually(lambda: events.states("window")[-1] is Presence.CLOSED)
    assert events.streams("hall") == {}
