"""A station's seat: which offers it answers, and what it sends when."""

import asyncio
import contextlib

import pytest
from aiortc import InvalidStateError

from casework.ports import TrackSource
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused
from outlet_client.agent.station import Station
from outlet_client.agent.stream_view import StreamView

CAM, MIC = TrackSource.CAMERA, TrackSource.MICROPHONE
LEG = "01JD000000000000000000000L"


class FakeLine:
    def __init__(self):
        self.handlers = {}
        self.resumed = []
        self.asked = []
        self.answers = {"leg.join": {"leg": LEG, "incarnation": 3}, "leg.attach": {"kept": True}}

    def on(self, type_, handler):
        self.handlers[type_] = handler

    def on_resumed(self, listener):
        self.resumed.append(listener)

    async def ask(self, type_, **members):
        self.asked.append((type_, members))
        answer = self.answers.get(type_, {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def tell(self, type_, **members):
        self.handlers[type_]({"type": type_, "call": "X", "leg": LEG, **members})

    def of(self, kind):
        return [members for type_, members in self.asked if type_ == kind]


class FakePeer:
    def __init__(self):
        self.offers = []
        self.sending = {CAM: None, MIC: None}
        self.closed = False
        self.fails = None
        self.state = "new"

    async def answer(self, sdp, ice_servers):
        self.offers.append(sdp)
        if self.fails:
            raise self.fails
        return f"answer to {sdp}"

    def send(self, source, track):
        self.sending[source] = track

    async def close(self):
        self.closed = True


async def until(condition, seconds=30.0):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture
def line():
    return FakeLine()


@pytest.fixture
def call():
    return StreamView("call:X", 1, {"state": "connecting"})


@pytest.fixture
async def station(line, call):
    made = Station(line, call, {CAM: "camera", MIC: "microphone"})
    made._peer = FakePeer()
    yield made
    await made.close()


def offer(line, number=1, sdp="offer", **members):
    line.tell("leg.offer", number=number, sdp=sdp, **members)


def admit(call, *sources):
    call.take(call.seq + 1, {"legs": {LEG: {"state": "connected", "admitted": list(sources)}}})


async def test_it_joins_with_what_it_has_and_answers_the_offer(station, line):
    await station.join()
    assert line.of("leg.join") == [{"call": "X", "sources": ["camera", "microphone"]}]
    offer(line)
    await until(lambda: line.of("leg.answer"))
    assert line.of("leg.answer") == [{"leg": LEG, "number": 1, "sdp": "answer to offer"}]


async def test_an_offer_may_overtake_the_answer_to_the_join(station, line):
    offer(line)
    await station.join()
    await until(lambda: line.of("leg.answer"))


async def test_nothing_is_sent_before_it_is_admitted(station, line, call):
    await station.join()
    assert station._peer.sending == {CAM: None, MIC: None}
    admit(call, "camera")
    assert station._peer.sending == {CAM: "camera", MIC: None}
    admit(call, "camera", "microphone")
    assert station._peer.sending == {CAM: "camera", MIC: "microphone"}
    admit(call)
    assert station._peer.sending == {CAM: None, MIC: None}


@pytest.mark.parametrize("legs", [None, [], {LEG: None}, {LEG: {"admitted": "camera"}}, {LEG: 7}])
async def test_odd_words_about_legs_admit_nothing_more(station, line, call, legs):
    await station.join()
    call.replace(call.seq, {"state": "active", "legs": legs})
    assert station._peer.sending[MIC] is None


async def test_what_is_no_offer_of_this_call_is_left_alone(station, line):
    await station.join()
    line.handlers["leg.offer"]({"type": "leg.offer", "call": "OTHER", "leg": LEG})
    line.tell("leg.offer", number="one", sdp="x")
    line.tell("leg.offer", number=1, sdp="")
    line.tell("leg.offer", number=1, sdp="x" * 70_000)
    offer(line, sdp="good")
    await until(lambda: line.of("leg.answer"))
    assert station._peer.offers == ["good"]


async def test_of_two_offers_the_last_heard_counts(station, line):
    offer(line, 1, "older")
    offer(line, 2, "newer")
    await station.join()
    await until(lambda: line.of("leg.answer"))
    assert station._peer.offers == ["newer"]


async def test_a_worker_that_begins_anew_is_answered_though_it_counts_from_one_again(station, line):
    await station.join()
    offer(line, 3, "of the first")
    await until(lambda: line.of("leg.answer"))
    offer(line, 1, "of the second")
    await until(lambda: len(line.of("leg.answer")) == 2)
    assert station._peer.offers == ["of the first", "of the second"]
    assert line.of("leg.answer")[1]["number"] == 1


@pytest.mark.parametrize("error", [ValueError("no sdp"), InvalidStateError("closed")])
async def test_an_offer_that_cannot_be_read_does_not_end_the_station(station, line, error):
    await station.join()
    station._peer.fails = error
    offer(line, 1)
    await until(lambda: station._peer.offers)
    station._peer.fails = None
    offer(line, 2)
    await until(lambda: line.of("leg.answer"))


@pytest.mark.parametrize("error", [Refused("S-07", "leg_not_yours"), LineLost("gone")])
async def test_an_answer_that_is_not_taken_does_not_end_the_station(station, line, error):
    await station.join()
    line.answers["leg.answer"] = error
    offer(line, 1)
    await until(lambda: line.of("leg.answer"))
    offer(line, 2)
    await until(lambda: len(line.of("leg.answer")) == 2)


async def test_streams_are_what_was_told_last(station, line):
    stream = {"mid": "d0", "source_leg": "L", "site": "hall", "source": "camera", "kind": "video"}
    line.tell("leg.streams", streams=[stream])
    assert [one.mid for one in station.streams] == ["d0"]
    line.tell("leg.streams", streams=[{**stream, "source": "telepathy"}])
    assert len(station.streams) == 1
    line.tell("leg.streams", streams=[])
    assert station.streams == ()


async def test_a_seat_taken_by_another_page_is_given_up(station, line):
    await station.join()
    line.tell("leg.replaced")
    await until(lambda: station._peer.closed)
    offer(line)
    line.resumed[0]()
    await station.leave()
    assert not line.of("leg.answer")
    assert not line.of("leg.attach")
    assert not line.of("leg.leave")


@pytest.mark.parametrize(("kept", "joins"), [(True, 1), (False, 2)])
async def test_after_a_break_it_attaches_or_joins_again(station, line, kept, joins):
    await station.join()
    line.answers["leg.attach"] = {"kept": kept}
    line.resumed[0]()
    await until(lambda: line.of("leg.attach") and len(line.of("leg.join")) == joins)
    assert line.of("leg.attach") == [{"call": "X", "leg": LEG, "incarnation": 3}]


async def test_a_station_that_a_newer_page_put_off_stops(station, line):
    await station.join()
    line.answers["leg.attach"] = Refused("S-10", "newer_page")
    line.resumed[0]()
    await until(lambda: station._peer.closed)
    assert station.replaced
    assert len(line.of("leg.join")) == 1


@pytest.mark.parametrize("answer", [LineLost("gone"), {"leg": LEG}])
async def test_a_station_that_cannot_know_which_page_it_is_joins_again(station, line, answer):
    await station.join()
    right, line.answers["leg.join"] = line.answers["leg.join"], answer
    with contextlib.suppress(LineLost):
        await station.join()
    line.answers["leg.join"] = right
    line.resumed[0]()
    await until(lambda: len(line.of("leg.join")) == 3)
    assert not line.of("leg.attach")


@pytest.mark.parametrize("answer", [{}, {"leg": None}, {"leg": 7}])
async def test_a_seat_without_a_leg_is_odd(station, line, answer):
    line.answers["leg.join"] = answer
    with pytest.raises(OddAnswer):
        await station.join()


async def test_it_leaves_in_order_even_when_the_desk_is_gone(station, line):
    await station.join()
    line.answers["leg.leave"] = LineLost("gone")
    await station.leave()
    assert line.of("leg.leave") == [{"leg": LEG}]
    assert station._peer.closed
