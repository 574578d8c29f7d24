"""Frames of a hostile desk at a worker, and of a hostile worker at a desk."""

import asyncio
import base64
import contextlib
import json
import re
import struct
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
from mischief import campaign
from mischief.json_texts import spoilt
from mischief.mutation import EXTREMES

from casework.clock import SystemClock
from casework.worker_link import client as client_module
from casework.worker_link import messages as m
from casework.worker_link.client import LinkClient
from casework.worker_link.codec import LinkBrokenError, read_frame
from casework.worker_link.server import LinkServer
from recording.worker import recorder
from scenes.relay_peers import eventually
from signaling.relay.engine import Relay
from signaling.relay.spec import RelayConfig
from yunchuang import media_rooms

PAPER = Path(__file__).parents[2] / "docs" / "worker-protocol.md"
CALLS = ("C1", "C2", "a:b")
KEY = base64.b64encode(bytes(32)).decode()
KNOWN = (
    *CALLS,
    "L1",
    "L2",
    "hall",
    "camera",
    "microphone",
    KEY,
    "AAAA",
    "rec",
    "rec\x00",
    "v=0\r\n",
)
A_TURN = 20
MOST_ROOMS = 3


def documented_codes() -> set[str]:
    told = PAPER.read_text(encoding="utf-8").partition("**Codes of `failed`.**")[2]
    return set(re.findall(r"`(\w+)`", told.partition("\n\n")[0]))


def shown(union: Any) -> list[dict[str, Any]]:
    """One message of each kind, as the paper shows them."""
    kinds = {kind.model_fields["type"].default for kind in get_args(get_args(union)[0])}
    found = re.findall(r"```json\n(\{.*\})\n```", PAPER.read_text(encoding="utf-8"))
    return [one for one in map(json.loads, found) if one["type"] in kinds - {"drain"}]


def names_a_place_outside(text: str) -> bool:
    """A desk says where recordings lie, and is believed; this one would write all over the disk."""
    try:
        return str(json.loads(text)["directory"]).startswith("/")
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


@pytest.fixture
async def worker(tmp_path, monkeypatch):
    below = tmp_path / "somewhere" / "below"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)  # a directory that a hostile desk makes up is made there
    loop = asyncio.get_running_loop()
    broken: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: broken.append(context))
    relay = Relay(RelayConfig(addresses=("127.0.0.1",), max_rooms=MOST_ROOMS), lambda _: None)
    link: LinkServer

    def tell(event: m.Event) -> None:
        # A recorder whose disk never works goes on trying for a while after its room is gone.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(link.send, event)

    monkeypatch.setattr(media_rooms, "_END_S", 0.5)
    monkeypatch.setattr(recorder, "CLOSE_PATIENCE_S", 1.0)
    rooms = media_rooms.MediaRooms(relay, SystemClock(), tell, lambda: None)
    link = LinkServer(tmp_path / "w.sock", rooms)
    await relay.start()
    await link.start()
    yield tmp_path / "w.sock"
    await rooms.close("ended")
    await link.stop()
    await relay.stop()
    assert not [name for name in relay.counters if name.startswith("fault.")]
    assert broken == []


class HostileDesk:
    """Writes frames of any kind, and counts what it is told: every frame is answered once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.codes: Counter[str] = Counter()
        self.done = 0
        self._sent = 0
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        reader, self._writer = await asyncio.open_unix_connection(str(self._path))
        self._reader = asyncio.create_task(self._read(reader))
        self.send(json.dumps({"type": "hello", "id": 0, "desk": "hostile"}).encode())
        await self.answered()

    def send(self, body: bytes) -> None:
        assert self._writer is not None
        self._writer.write(struct.pack(">I", len(body)) + body)
        self._sent += 1

    async def answered(self) -> None:
        reader = self._reader
        assert reader is not None
        await eventually(lambda: reader.done() or self.done + self.codes.total() == self._sent, 30)
        assert not reader.done(), reader.exception() or "the worker hung up on whole frames"

    async def leave(self, last_words: bytes) -> None:
        """The worker hangs up, or lets go."""
        assert self._writer is not None
        assert self._reader is not None
        self._writer.write(last_words)
        self._writer.write_eof()
        async with asyncio.timeout(30):
            await self._reader
        self._writer.close()
        await self._writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while (frame := await read_frame(reader)) is not None:
            message = m.FROM_WORKER.validate_json(frame)
            if isinstance(message, m.Failed):
                self.codes[message.code] += 1
            self.done += isinstance(message, m.Done)


async def test_a_worker_serves_on_whatever_a_desk_sends(worker):
    dice = campaign.dice("worker link")
    samples = shown(m.Command)
    codes: Counter[str] = Counter()
    for _ in range(campaign.texts() // A_TURN):
        desk = HostileDesk(worker)
        await desk.connect()
        for _ in range(A_TURN):
            sample = {**dice.choice(samples), "call": dice.choice(CALLS)}
            if sample["type"] == "hello":
                del sample["call"]
            elif sample["type"] == "open_room":
                sample["directory"] = sample["call"]
            text = json.dumps(sample) if dice.random() < 0.3 else spoilt(dice, sample, KNOWN)
            if text and not names_a_place_outside(text):  # an empty frame is none
                desk.send(text.encode(errors="surrogatepass"))
        await desk.answered()
        head = struct.pack(">I", dice.choice((*EXTREMES, 40)))
        await desk.leave(head + dice.randbytes(dice.randint(0, 40)))
        codes += desk.codes
    assert "internal" not in codes, codes
    assert set(codes) <= documented_codes()
    assert codes["bad_command"] > 0
    assert await still_serves(worker)


async def nothing(*_: object) -> None:
    """No event matters here."""


async def no_acks() -> dict[str, int]:
    return {}


async def still_serves(path: Path) -> bool:
    client = LinkClient(
        path, desk="desk-1", acks=no_acks, on_hello=nothing, on_event=nothing, on_gone=nothing
    )
    client.start()
    try:
        await asyncio.wait_for(client.connected.wait(), 30)
        await client.request(m.CloseRoom(id=client.next_id(), call="C1", reason="ended"))
    finally:
        await client.stop()
    return True


async def test_a_desk_stands_whatever_a_worker_sends(tmp_path, monkeypatch):
    """It takes what is whole, hangs up on the rest, and comes again."""
    monkeypatch.setattr(client_module, "_RETRY_S", 0.001)
    dice = campaign.dice("hostile worker")
    samples = shown(m.Event)
    rounds = campaign.texts() // A_TURN
    heard: list[m.Event] = []
    hellos = began = 0
    served: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal began
        began += 1
        with contextlib.suppress(LinkBrokenError, ConnectionError):
            hello = json.loads(await read_frame(reader) or b"{}")
            rooms = {"type": "done", "id": hello.get("id", 0), "rooms": []}
            for one in (rooms, *(dice.choice(samples) for _ in range(A_TURN))):
                whole = one is rooms or dice.random() < 0.5
                text = json.dumps(one) if whole else spoilt(dice, one, KNOWN)
                body = text.encode(errors="surrogatepass")
                writer.write(struct.pack(">I", len(body)) + body)
            writer.write(struct.pack(">I", dice.choice(EXTREMES)) + dice.randbytes(8))
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        served.append(writer)

    async def hello(_: object) -> None:
        nonlocal hellos
        hellos += 1

    async def event(one: m.Event) -> None:
        heard.append(one)

    server = await asyncio.start_unix_server(serve, path=str(tmp_path / "w.sock"))
    client = LinkClient(
        tmp_path / "w.sock", desk="d", acks=no_acks, on_hello=hello, on_event=event, on_gone=nothing
    )
    client.start()
    await eventually(lambda: hellos >= rounds, 20 + rounds)
    server.close()
    await client.stop()
    await eventually(lambda: began >= rounds and len(served) == began)
    assert heard
    assert {one.type for one in heard} <= {sample["type"] for sample in samples}
