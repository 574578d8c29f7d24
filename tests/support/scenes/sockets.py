"""A desk with real sockets on a real kernel, and pages that talk to it, for tests."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from casework.actor import Actor
from casework.bus.memory import MemoryBus
from casework.bus.outbox import OutboxPump
from casework.errors import DomainError
from casework.model.notice import CURRENT_NOTICE
from portal.errors import NotSignedIn, WrongDoor
from scenes.fake_worker import FakeWorker
from scenes.hall_scene import Hall
from scenes.kernel import Kernel
from scenes.waiting import DEADLINE_S, until
from signaling.rooms.files import RecordingFiles
from signaling.setup import SIGNALING, Signaling, setup_signaling


class Party:
    """One page: asks, and keeps everything it was told."""

    def __init__(self, socket: ClientWebSocketResponse, actor: Actor) -> None:
        self.socket = socket
        self.actor = actor
        self.told: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.close_code: int | None = None
        self._next = 1_000  # apart from ids that a test sends by hand
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for frame in self.socket:
            if frame.type is WSMsgType.TEXT:
                self.told.append(json.loads(frame.data))
        self.close_code = self.socket.close_code

    async def ask(self, type_: str, **members: Any) -> dict[str, Any]:
        """The `ok`; an `error` raises Refused."""
        answer = await self.ask_raw(type_, **members)
        if answer["type"] == "error":
            raise Refused(answer)
        return answer

    async def ask_raw(self, type_: str, **members: Any) -> dict[str, Any]:
        number, self._next = self._next, self._next + 1
        await self.socket.send_str(json.dumps({"type": type_, "id": number, **members}))
        return await self.hears(lambda message: message.get("re") == number, type_)

    async def hears(
        self,
        wanted: str | Callable[[dict[str, Any]], bool],
        what: str = "",
        after: int = 0,
        seconds: float = DEADLINE_S,
    ) -> dict[str, Any]:
        """The first message told, from number `after` on, of that type or for which it is true."""
        test = (lambda message: message["type"] == wanted) if isinstance(wanted, str) else wanted
        found = await until(
            lambda: next((one for one in self.told[after:] if test(one)), None),
            what or str(wanted),
            seconds,
        )
        return dict(found)

    async def follow(self, *streams: str) -> None:
        await self.ask("subscribe", streams=dict.fromkeys(streams, 0))

    async def hears_event(self, kind: str, after: int = 0) -> dict[str, Any]:
        return await self.hears(
            lambda message: message["type"] == "event" and message["kind"] == kind, kind, after
        )

    async def snapshot(self, stream: str) -> dict[str, Any]:
        return dict((await self.ask("snapshot", stream=stream))["data"])

    async def sees(self, stream: str, **members: Any) -> dict[str, Any]:
        """Waits until the snapshot of `stream` has these members."""
        loop = asyncio.get_running_loop()
        end = loop.time() + DEADLINE_S
        while True:
            data = await self.snapshot(stream)
            if all(data.get(key) == value for key, value in members.items()):
                return data
            if loop.time() > end:
                raise AssertionError(f"{stream} never became {members}: {data}")
            await asyncio.sleep(0.02)

    async def rung(self, other_than: str = "") -> str:
        """The offer that rings here, once it does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + DEADLINE_S
        while True:
            offer = (await self.snapshot(f"staff:{self.actor.id}")).get("offer", {}).get("offer")
            if offer not in {None, other_than}:
                return str(offer)
            if loop.time() > end:
                raise AssertionError("it never rang")
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self.socket.close()
        await self._reader


class Refused(Exception):
    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["code"], answer["slug"])
        self.code = answer["code"]
        self.slug = answer["slug"]
        self.details = answer["details"]


class HeaderAuth:
    """Trusts a header; signing out is a set of ids."""

    def __init__(self) -> None:
        self.actors: dict[str, Actor] = {}
        self.signed_out: set[str] = set()

    async def admit(self, request: web.Request, door: str) -> Actor:
        actor = self.actors.get(request.headers.get("X-Actor", ""))
        if actor is None or actor.id in self.signed_out:
            raise NotSignedIn(door=door)
        doors = {
            "clerk": "clerk",
            "citizen": "citizen",
            "reviewer": "reviewer",
            "lead": "duty_lead",
        }
        if doors.get(door) != actor.role.value:
            raise WrongDoor(door=door, signed_in=actor.role.value)
        return actor

    async def still_admitted(self, request: web.Request, door: str, actor: Actor) -> bool:
        try:
            return await self.admit(request, door) == actor
        except DomainError:
            return False


class DeskUnderTest:
    """One desk process: application, pump and tasks; `stop` and `start` make it anew on the same
    store, as a restart does. `worker` is a fake, `workers` are sockets of real ones.
    """

    def __init__(
        self,
        k: Kernel,
        hall: Hall,
        files: RecordingFiles,
        *,
        worker: FakeWorker | None = None,
        workers: Sequence[tuple[str, Path]] = (),
    ) -> None:
        self.k = k
        self.hall = hall
        self.files = files
        self.auth = HeaderAuth()
        for actor in (
            hall.clerk,
            hall.tablet_clerk,
            hall.screen,
            hall.tablet_screen,
            hall.lead,
            *hall.reviewers,
        ):
            self.auth.actors[actor.id] = actor
        self.worker = worker
        self.workers = workers
        self.parties: list[Party] = []

    @property
    def made(self) -> Signaling:
        return self.app[SIGNALING]

    async def start(self) -> None:
        bus = MemoryBus()
        self.app = web.Application()
        setup_signaling(
            self.app,
            store=self.k.store,
            writer=self.k.writer,
            clock=self.k.clock,
            bus=bus,
            keys=self.k.keys,
            files=self.files,
            auth=self.auth,
            workers=self.workers,
        )
        self.pump = asyncio.create_task(OutboxPump(self.k.store, self.k.writer, bus).run())
        self.client = TestClient(TestServer(self.app))
        await self.client.start_server()
        if self.worker is not None:
            await self.worker.connect(self.made.rooms, again=True)

    async def stop(self) -> None:
        if self.worker is not None:
            self.worker.here = False
        await self.client.close()
        self.pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.pump
        for party in self.parties:
            await party.close()
        self.parties.clear()

    async def page(self, actor: Actor, door: str | None = None) -> Party:
        doors = {"duty_lead": "lead"}
        door = door or doors.get(actor.role.value, actor.role.value)
        socket = await self.client.ws_connect(f"/ws/{door}", headers={"X-Actor": actor.id})
        party = Party(socket, actor)
        self.parties.append(party)
        return party


@dataclass
class Scene:
    """Clerk, citizen and reviewer in one call."""

    desk: DeskUnderTest
    clerk: Party
    citizen: Party
    reviewer: Party
    call: str = ""
    incarnations: dict[str, int] = field(default_factory=dict)

    @property
    def stream(self) -> str:
        return f"call:{self.call}"

    async def ring(self) -> str:
        """The clerk calls, the reviewer is rung; the offer's id."""
        asked = await self.clerk.ask("call.request", case=self.desk.hall.case_id)
        self.call = asked["call"]
        await self.clerk.follow(self.stream)
        await self.citizen.follow(self.stream)
        return await self.reviewer.rung()

    async def agree(self) -> None:
        persons = (await self.citizen.snapshot(self.stream))["persons"]
        for id_, person in persons.items():
            if person["kind"] in {"citizen", "agent"} and "answer" not in person:
                await self.citizen.ask(
                    "notice.answer",
                    call=self.call,
                    person=id_,
                    answer="agreed",
                    notice=CURRENT_NOTICE.version,
                    sha256=CURRENT_NOTICE.sha256,
                )

    async def accept(self, offer: str) -> None:
        await self.reviewer.ask("offer.accept", offer=offer)
        await self.reviewer.follow(self.stream)

    async def join(self, party: Party, *sources: str) -> str:
        """Joins, answers the offer, and is connected; the leg's id."""
        before = len(party.told)
        joined = await party.ask("leg.join", call=self.call, sources=list(sources))
        self.incarnations[joined["leg"]] = joined["incarnation"]
        await self.answer(party, before)
        return str(joined["leg"])

    async def attach(self, party: Party, leg: str) -> bool:
        """As the page that joined last; whether its connection was kept."""
        members = {"leg": leg, "incarnation": self.incarnations[leg]}
        return bool((await party.ask("leg.attach", call=self.call, **members))["kept"])

    async def answer(self, party: Party, after: int = 0) -> None:
        offer = await party.hears("leg.offer", after=after)
        await party.ask("leg.answer", leg=offer["leg"], number=offer["number"], sdp="v=0\r\n")

    async def talk(self) -> tuple[str, str]:
        """To a running call; the legs of window and hall."""
        offer = await self.ring()
        await self.agree()
        await self.accept(offer)
        window = await self.join(self.clerk, "microphone", "camera", "citizen_camera")
        hall = await self.join(self.reviewer, "microphone", "camera")
        await self.clerk.sees(self.stream, state="active")
        return window, hall
