"""The peer: Janus's video room, spoken to over a WebSocket."""

import asyncio
import contextlib
import itertools
import socket
from pathlib import Path
from typing import Any

import aiohttp

from bench.media.clients import ClientPool
from bench.media.schedule import PARTICIPANTS
from bench.media.servers.port import participants
from bench.server_process import START_SECONDS, ServerProcess

_LIBRARIES = next(
    (path for path in Path("/usr/lib").glob("*/janus") if path.is_dir()), Path("/usr/lib/janus")
)
_ANSWER_SECONDS = 10.0
_VIDEO_BITS = 3_000_000  # a cap no client reaches: nobody is asked to send less
Json = dict[str, Any]  # Janus's messages are read field by field


class JanusRefusedError(Exception):
    """Janus answered a request with an error."""


class Janus(ServerProcess):
    """Each participant has a publishing connection and one subscribing to both others: the fewest
    that the plugin allows. ICE-lite, all other plugins and transports off. Janus never gathers on
    the loopback interface: it announces the machine's own address, to which the kernel takes the
    same way.
    """

    def __init__(self, folder: Path, *, recording: bool, event_loops: int) -> None:
        super().__init__(folder)
        self._recording = recording
        self._event_loops = event_loops
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._session = 0
        self._publishing: set[int] = set()
        self._up: set[int] = set()
        self._came_up = asyncio.Event()

    async def start(self) -> None:
        port = _free_port()
        self._write_configuration(port)
        configuration = self.folder / "janus.jcfg"
        await self.spawn("janus", f"--config={configuration}", f"--configs-folder={self.folder}")
        self._http = aiohttp.ClientSession()
        async with asyncio.timeout(START_SECONDS):
            while self._socket is None:
                if self.died():
                    raise OSError("Janus ended at once; see its log")
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    self._socket = await self._http.ws_connect(
                        f"http://127.0.0.1:{port}", protocols=("janus-protocol",)
                    )
                await asyncio.sleep(0.05)
        self._reader = asyncio.create_task(self._read())
        created = await self._ask({"janus": "create"})
        self._session = created["data"]["id"]

    async def open_room(self, room: int, clients: ClientPool) -> None:
        control = await self._handle()
        await self._message(
            control,
            {
                "request": "create",
                "room": _number(room),
                "publishers": PARTICIPANTS,
                "bitrate": _VIDEO_BITS,
                "fir_freq": 0,
                "audiocodec": "opus",
                "videocodec": "vp8",
                "transport_wide_cc_ext": False,
                "record": self._recording,
                "rec_dir": str(self.folder / "recordings" / f"room-{room}"),
            },
        )
        for participant in participants(room):
            await self._publish(room, participant, clients)
        await clients.connected()
        async with asyncio.timeout(_ANSWER_SECONDS):
            # A publisher can be subscribed to when Janus, too, has finished the handshake.
            while not self._publishing <= self._up:
                self._came_up.clear()
                await self._came_up.wait()
        for participant in participants(room):
            await self._subscribe(room, participant, clients)

    async def settled(self) -> None:
        """Nothing more to do than wait."""

    async def stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        if self._http is not None:
            await self._http.close()
        await self.end()

    async def _publish(self, room: int, participant: int, clients: ClientPool) -> None:
        handle = await self._handle()
        join = {
            "request": "join",
            "ptype": "publisher",
            "room": _number(room),
            "id": _number(participant),
        }
        await self._message(handle, join)
        self._publishing.add(handle)
        connection = f"publisher-{participant}"
        offer = await clients.offer(participant, connection)
        reply = await self._message(handle, {"request": "publish"}, ("offer", offer))
        await clients.accept(participant, connection, reply["jsep"]["sdp"])

    async def _subscribe(self, room: int, participant: int, clients: ClientPool) -> None:
        others = [p for p in participants(room) if p != participant]
        handle = await self._handle()
        join = {
            "request": "join",
            "ptype": "subscriber",
            "room": _number(room),
            "streams": [{"feed": _number(other)} for other in others],
        }
        reply = await self._message(handle, join)
        connection = f"subscriber-{participant}"
        answer = await clients.answer(participant, connection, reply["jsep"]["sdp"])
        await self._message(handle, {"request": "start"}, ("answer", answer))

    async def _handle(self) -> int:
        attached = await self._ask({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        return int(attached["data"]["id"])

    async def _message(
        self, handle: int, body: Json, description: tuple[str, str] | None = None
    ) -> Json:
        request: Json = {"janus": "message", "handle_id": handle, "body": body}
        if description is not None:
            request["jsep"] = {"type": description[0], "sdp": description[1]}
        reply = await self._ask(request)
        data = reply.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise JanusRefusedError(data["error"])
        return reply

    async def _ask(self, request: Json) -> Json:
        """The final answer: an acknowledgement alone is none."""
        assert self._socket is not None
        transaction = str(next(self._numbers))
        request |= {"transaction": transaction}
        if self._session:
            request |= {"session_id": self._session}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = answer
        await self._socket.send_json(request)
        return await asyncio.wait_for(answer, _ANSWER_SECONDS)

    async def _read(self) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            message = frame.json()
            if message["janus"] == "webrtcup":
                self._up.add(message["sender"])
                self._came_up.set()
            waiting = self._waiting.get(message.get("transaction", ""))
            if waiting is None or waiting.done() or message["janus"] == "ack":
                continue
            if message["janus"] == "error":
                waiting.set_exception(JanusRefusedError(message["error"]["reason"]))
            else:
                waiting.set_result(message)

    def _write_configuration(self, port: int) -> None:
        plugins = _all_but("plugins", "libjanus_videoroom.so")
        transports = _all_but("transports", "libjanus_websockets.so")
        loops = f"event_loops = {self._event_loops}" if self._event_loops else ""
        (self.folder / "janus.jcfg").write_text(
            f"""general: {{
    configs_folder = "{self.folder}"
    plugins_folder = "{_LIBRARIES}/plugins"
    transports_folder = "{_LIBRARIES}/transports"
    debug_level = 2
    session_timeout = 0
    {loops}
}}
certificates: {{ }}
media: {{ ipv6 = false }}
nat: {{
    nice_debug = false
    ice_lite = true
    ignore_mdns = true
}}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
loggers: {{ disable = "libjanus_jsonlog.so" }}
events: {{ broadcast = false }}
""",
            encoding="utf-8",
        )
        (self.folder / "janus.transport.websockets.jcfg").write_text(
            f"""general: {{
    json = "compact"
    ws = true
    ws_port = {port}
    ws_interface = "lo"
    wss = false
}}
admin: {{ admin_ws = false }}
""",
            encoding="utf-8",
        )
        (self.folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n", encoding="utf-8")


def _free_port() -> int:
    """Janus does not tell what it chose; nobody else is likely to take it in between."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _number(index: int) -> int:
    """Janus numbers from one."""
    return index + 1


def _all_but(kind: str, wanted: str) -> str:
    return ",".join(sorted(p.name for p in (_LIBRARIES / kind).glob("*.so") if p.name != wanted))
