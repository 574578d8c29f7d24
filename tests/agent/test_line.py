"""The agent's socket against a desk that loses lines, skips events and says odd things."""

import asyncio
import json

import pytest
from aiohttp import WSMsgType, web

from outlet_client.agent import line as module
from outlet_client.agent.line import Line
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused


class OddSocket:
    """Answers `ping` and `subscribe` with ok; a test says the rest."""

    def __init__(self):
        self.heard = []
        self.sockets = []
        self.snapshot = {"seq": 3, "data": {"state": "queued"}}
        self.answers = {}

    async def __call__(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                message = json.loads(frame.data)
                self.heard.append(message)
                await self._answer(socket, message)
        return socket

    async def _answer(self, socket, message):
        kind = message["type"]
        if kind in self.answers:
            answer = self.answers[kind]
        elif kind == "snapshot":
            answer = {"type": "ok", **self.snapshot}
        else:
            answer = {"type": "ok"}
        if answer is not None:
            await socket.send_json({"re": message["id"], **answer})

    async def say(self, **message):
        await self.sockets[-1].send_json(message)

    async def event(self, seq, **data):
        await self.say(type="event", stream="call:X", seq=seq, kind="any", data=data)

    def asked(self, kind):
        return [message for message in self.heard if message["type"] == kind]


@pytest.fixture
def desk(odd_desk):
    socket = OddSocket()
    odd_desk.answers["/ws/clerk"] = socket
    return socket


@pytest.fixture
async def line(desk, browser, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.01)
    made = Line(browser)
    await made.start()
    yield made
    await made.close()


async def until(condition, seconds=30.0):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def test_requests_are_answered_by_their_numbers(desk, line):
    desk.answers["call.end"] = {
        "type": "error",
        "code": "L-01",
        "slug": "call_state",
        "details": {},
    }
    first, second = await asyncio.gather(
        line.ask("call.hold", call="X", on=True),
        line.ask("call.end", call="X"),
        return_exceptions=True,
    )
    assert first["type"] == "ok"
    assert isinstance(second, Refused)
    assert (second.code, second.slug) == ("L-01", "call_state")
    numbers = [message["id"] for message in desk.heard]
    assert numbers == sorted(set(numbers))


async def test_a_stream_is_a_snapshot_and_the_patches_after_it(desk, line):
    view = await line.follow("call:X")
    assert desk.asked("subscribe")[-1]["streams"] == {"call:X": 3}
    await desk.event(4, state="active", legs={"A": {"state": "connected"}})
    await desk.event(5, legs={"A": None, "B": {}})
    await view.until(lambda data: data.get("legs") == {"B": {}}, "leg B", 30)
    assert view.data == {"state": "active", "legs": {"B": {}}}
    assert await line.follow("call:X") is view


async def test_an_event_that_comes_twice_changes_nothing(desk, line):
    view = await line.follow("call:X")
    await desk.event(4, state="active")
    await desk.event(4, state="wrong")
    await desk.event(5, done=True)
    await view.until(lambda data: "done" in data, "done", 30)
    assert view.data["state"] == "active"


async def test_a_gap_in_the_events_is_healed_by_a_new_snapshot(desk, line):
    view = await line.follow("call:X")
    desk.snapshot = {"seq": 9, "data": {"state": "ended"}}
    await desk.event(8, state="wrap_up")
    await view.until(lambda data: data["state"] == "ended", "ended", 30)
    assert view.seq == 9


async def test_after_a_break_streams_go_on_from_the_last_number(desk, line):
    view = await line.follow("call:X")
    await desk.event(4, state="active")
    await view.until(lambda data: data["state"] == "active", "active", 30)
    resumed = asyncio.Event()
    line.on_resumed(resumed.set)
    await desk.sockets[-1].close(code=1012)
    await asyncio.wait_for(resumed.wait(), 30)
    assert len(desk.sockets) == 2
    assert desk.asked("subscribe")[-1]["streams"] == {"call:X": 4}
    await desk.event(5, state="held")
    await view.until(lambda data: data["state"] == "held", "held", 30)


async def test_what_was_asked_when_the_line_broke_has_an_unknown_outcome(desk, line):
    desk.answers["call.end"] = None
    asking = asyncio.create_task(line.ask("call.end", call="X"))
    await until(lambda: desk.asked("call.end"))
    await desk.sockets[-1].close(code=1011)
    with pytest.raises(LineLost):
        await asking
    await until(lambda: len(desk.sockets) == 2)
    assert len(desk.asked("call.end")) == 1


@pytest.mark.parametrize("code", [4401, 4403])
async def test_a_final_close_is_final(desk, line, code):
    await desk.sockets[-1].close(code=code)
    await until(lambda: line.closed_for_good)
    with pytest.raises(LineLost):
        await line.ask("ping")
    assert len(desk.sockets) == 1


async def test_an_answer_that_never_comes_is_given_up(desk, line, monkeypatch):
    monkeypatch.setattr(module, "ANSWER_S", 0.1)
    desk.answers["call.end"] = None
    with pytest.raises(LineLost):
        await line.ask("call.end", call="X")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        "{",
        "[" * 20_000,
        '{"type": 7}',
        '{"type": "ok"}',
        '{"type": "ok", "re": 999}',
        '{"type": "ok", "re": [1]}',
        '{"type": "error", "re": null, "code": "S-01"}',
        '{"type": "event"}',
        '{"type": "event", "stream": "call:X", "seq": "4", "data": {}}',
        '{"type": "event", "stream": "call:X", "seq": 4, "data": []}',
        '{"type": "event", "stream": ["call:X"], "seq": 4, "data": {}}',
        '{"type": "event", "stream": "call:OTHER", "seq": 4, "data": {"state": "x"}}',
        '{"type": "leg.unheard-of"}',
    ],
)
async def test_an_odd_message_neither_ends_the_line_nor_changes_a_stream(desk, line, text):
    view = await line.follow("call:X")
    await desk.sockets[-1].send_str(text)
    await desk.sockets[-1].send_bytes(b"\x00")
    assert (await line.ask("ping"))["type"] == "ok"
    assert (view.seq, view.data) == (3, {"state": "queued"})
    assert len(desk.sockets) == 1


@pytest.mark.parametrize("snapshot", [{}, {"seq": "3", "data": {}}, {"seq": 3, "data": []}])
async def test_a_snapshot_without_number_or_state_is_odd(desk, line, snapshot):
    desk.snapshot = snapshot
    with pytest.raises(OddAnswer):
        await line.follow("call:X")
    assert not desk.asked("subscribe")


async def test_a_message_larger_than_any_breaks_the_line_only(desk, line, monkeypatch):
    await desk.sockets[-1].send_str(json.dumps({"type": "x", "y": "z" * module.MAX_MESSAGE}))
    await until(lambda: len(desk.sockets) == 2)
    await until(lambda: not line._socket.closed)
    assert (await line.ask("ping"))["type"] == "ok"


async def test_waiting_for_a_state_ends_in_time_and_says_for_what(desk, line):
    view = await line.follow("call:X")
    with pytest.raises(TimeoutError, match="the call runs"):
        await view.until(lambda data: data["state"] == "active", "the call runs", 0.05)


async def test_a_desk_that_is_not_there_is_told_at_once(odd_desk, browser):
    await odd_desk.server.close()
    line = Line(browser)
    with pytest.raises(LineLost):
        await line.start()
    await line.close()
