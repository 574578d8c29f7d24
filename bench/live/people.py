"""Clerk, citizen and reviewer without browsers: what their pages would ask, asked by the agent.

For tests that kill things many times: signalling is the public interface and protocol, media is
real (aiortc), and every frame carries its number and its station's.
"""

import contextlib
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from PIL import Image, ImageDraw

from bench.live.node import PASSWORD, LiveNode
from bench.live.until import until
from casework.model.notice import CURRENT_NOTICE
from casework.ports import TrackSource
from outlet_client.agent.browser import Browser
from outlet_client.agent.line import Line
from outlet_client.agent.page_text import page_data
from outlet_client.agent.refusal import LineLost
from outlet_client.agent.station import Station
from outlet_client.agent.stream_view import StreamView
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage

ITEM = "SB-001"
"""失业保险金账号变更: a high risk, a call and a transaction number are required."""
APPLICANT = {"name": "群众甲", "id_number": "990000198001010012", "phone": "13800000000"}
FORM = {"new_account": "6222020200000000006", "new_bank": "示范银行城关支行", "reason": "其他"}
WINDOW, CITIZEN, HALL = 1, 2, 3
"""Numbers of the stations, in the frames and in the pitch of the beeps."""
DRAWN_CITIZEN, DRAWN_DOCUMENT = 102, 103
"""Numbers in the frames that a page draws where its machine has no camera."""
_MIC, _CAM, _CITIZEN_CAM = (
    TrackSource.MICROPHONE,
    TrackSource.CAMERA,
    TrackSource.CITIZEN_CAMERA,
)
_PATIENCE_S = 30.0


def paper(text: str, width: int = 2339, height: int = 1654) -> bytes:
    """A photographed paper: A4 at 200 dpi as JPEG."""
    picture = Image.new("RGB", (width, height), "#f5f2e8")
    ImageDraw.Draw(picture).text((width // 8, height // 4), text, "#222222", font_size=height // 12)
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class Party:
    """Who meets: numbers of staff, and the window with a tablet at which the clerk sits."""

    clerk: str
    window: str
    reviewer: str


FIRST_PARTY = Party("101", "2号窗口", "01")


class Ringing(Protocol):
    """Where the call is noted, and what is seen of it at the three pages, by person."""

    call: str
    views: dict[str, StreamView]


@dataclass
class Company:
    """Everybody signed in at the window with the tablet and in the hall."""

    node: LiveNode
    clerk: Browser
    citizen: Browser
    reviewer: Browser
    lines: dict[str, Line] = field(default_factory=dict)

    async def accepted_case(self) -> str:
        """A case from the first click to acceptance for review by call; its id."""
        clerk = self.clerk
        opened = await clerk.act("/api/v1/cases", {"item": ITEM})
        path = f"/api/v1/cases/{opened['case_id']}"
        identity = {"method": "original_seen", "applicant": APPLICANT}
        await clerk.act(f"{path}/identity", identity)
        await clerk.act(f"{path}/form", {"values": FORM})
        for code, page in (("id_card", 1), ("id_card", 2), ("bank_card", 1)):
            picture = paper(code, 600, 400)
            address = f"{path}/materials/{code}?source=still&page={page}"
            await clerk.send(address, picture, "image/jpeg")
        sheet = await clerk.act(f"{path}/read-back")
        await clerk.act(
            "/api/v1/window/mirror",
            {"case": opened["case_id"], "task": "read_back"},
            method="PUT",
        )
        signature = f"{path}/signature?digest={sheet['digest']}"
        await self.citizen.send(signature, paper("群众甲", 400, 160), "image/jpeg")
        await clerk.act(f"{path}/accept", {"road": "call"})
        return str(opened["case_id"])

    async def open_lines(self, make_line: Callable[[Browser], Line] = Line) -> None:
        """Opens a socket for each page, in the place of those that were open."""
        await self.close_lines()
        pages = {"clerk": self.clerk, "citizen": self.citizen, "reviewer": self.reviewer}
        for name, browser in pages.items():
            self.lines[name] = line = make_line(browser)
            await line.start()

    async def close_lines(self) -> None:
        while self.lines:
            await self.lines.popitem()[1].close()

    async def call(self, case: str | None, stations: "Talk") -> None:
        """Rings the hall, agrees, answers, and is connected with media at all three."""
        await self.ring(case, stations)
        await stations.join(self.lines)

    async def ring(self, case: str | None, stations: "Ringing") -> None:
        """Until the hall has accepted. A call without a case is a consultation."""
        me = page_data(await self.reviewer.page("/hall"))["me"]
        staff = await self.lines["reviewer"].follow(f"staff:{me}")
        await self.lines["reviewer"].ask("presence.set", state="free")
        asked = await self.lines["clerk"].ask(
            "call.request",
            kind="consult" if case is None else "review",
            case=case,
            present=["citizen"],
        )
        stations.call = call = str(asked["call"])
        for name, line in self.lines.items():
            if name != "reviewer":
                stations.views[name] = await line.follow(f"call:{call}")
        await self.agree(call, stations.views["citizen"])
        rung = await staff.until(
            lambda data: (data.get("offer") or {}).get("call") == call, "ring", _PATIENCE_S
        )
        await self.lines["reviewer"].ask("offer.accept", offer=rung["offer"]["offer"])
        stations.views["reviewer"] = await self.lines["reviewer"].follow(f"call:{call}")

    async def all_answered(self) -> bool:
        """Whether every page's socket stands."""
        try:
            for line in self.lines.values():
                await line.ask("ping")
        except LineLost:
            return False
        return True

    async def agree(self, call: str, view: StreamView) -> None:
        for person, facts in view.data["persons"].items():
            if facts["kind"] == "citizen":
                await self.lines["citizen"].ask(
                    "notice.answer",
                    call=call,
                    person=person,
                    answer="agreed",
                    notice=CURRENT_NOTICE.version,
                    sha256=CURRENT_NOTICE.sha256,
                )


@contextlib.asynccontextmanager
async def company(
    node: LiveNode, party: Party = FIRST_PARTY, make_line: Callable[[Browser], Line] = Line
) -> AsyncIterator[Company]:
    """Signs all three in and opens their sockets."""
    async with contextlib.AsyncExitStack() as stack:
        clerk, citizen, reviewer = [
            await stack.enter_async_context(Browser(node.url, door))
            for door in ("clerk", "citizen", "reviewer")
        ]
        await clerk.sign_in(party.clerk, PASSWORD, window=party.window)
        await reviewer.sign_in(party.reviewer, PASSWORD)
        pairing = await clerk.act("/api/v1/window/pairing")
        await citizen.enter_by_code(str(pairing["code"]))
        made = Company(node, clerk, citizen, reviewer)
        stack.push_async_callback(made.close_lines)
        await made.open_lines(make_line)
        yield made


class Talk:
    """The three stations of one call: window with microphone, tablet without, hall with."""

    def __init__(
        self,
        camera: type[CameraTrack] = CameraTrack,
        microphone: type[MicrophoneTrack] = MicrophoneTrack,
    ) -> None:
        self.call = ""
        self.offers = dict.fromkeys((WINDOW, CITIZEN, HALL), 0)
        self.views: dict[str, StreamView] = {}
        self.stations: dict[int, Station] = {}
        self.cameras: dict[int, CameraTrack] = {}
        self.microphones: dict[int, MicrophoneTrack] = {}
        self._tracks: dict[int, dict[TrackSource, Any]] = {}
        for number, source, sound in (
            (WINDOW, _CAM, True),
            (CITIZEN, _CITIZEN_CAM, False),
            (HALL, _CAM, True),
        ):
            stage = Stage()
            self.cameras[number] = camera(stage, number, f"station {number}")
            self._tracks[number] = {source: self.cameras[number]}
            if sound:
                self.microphones[number] = microphone(stage, number)
                self._tracks[number][_MIC] = self.microphones[number]

    async def join(self, lines: dict[str, Line]) -> None:
        for number, name in ((WINDOW, "clerk"), (CITIZEN, "citizen"), (HALL, "reviewer")):
            await self.sit(number, lines[name], self.views[name])
        await self.until_all_see(_PATIENCE_S)
        await self.views["clerk"].until(
            lambda data: data["state"] == "active", "an active call", _PATIENCE_S
        )

    async def sit(self, number: int, line: Line, view: StreamView) -> None:
        """One of them takes a seat."""
        station = Station(line, view, self._tracks[number])
        self.stations[number] = station
        line.on("leg.offer", lambda _: self._count(number))
        await station.join()

    def _count(self, number: int) -> None:
        self.offers[number] += 1

    def legs(self) -> dict[str, int]:
        """Which station sits on which leg."""
        return {station.leg: number for number, station in self.stations.items()}

    async def until_all_see(self, seconds: float) -> None:
        """Waits for a picture that was sent after now, at each station of each other site."""
        floor = {number: camera.sent for number, camera in self.cameras.items()}
        for at, sender in ((WINDOW, HALL), (CITIZEN, HALL), (HALL, WINDOW), (HALL, CITIZEN)):
            sees = partial(self._sees, at, sender, floor[sender])
            await until(sees, f"station {at} sees {sender}", seconds)

    def _sees(self, at: int, sender: int, number: int) -> bool:
        return self.newest_seen(at, sender) >= number

    def newest_seen(self, at: int, sender: int) -> int:
        """Number of the last frame of `sender` that came to station `at`, -1 before the first."""
        codes = self.stations[at].seen.values()
        return max((code.number for code in codes if code.station == sender), default=-1)

    async def leave(self) -> None:
        for station in self.stations.values():
            await station.leave()
