"""A scripted clerk at a `one_pc` window: opens a case, prepares it, calls the hall, issues."""

import asyncio
from dataclasses import dataclass
from typing import Any

from outlet_client.agent.device import StationDevice
from outlet_client.agent.people.equipment import Equipment
from outlet_client.agent.people.papers import still
from outlet_client.agent.people.person import Person
from outlet_client.agent.people.scene import Scene
from outlet_client.agent.refusal import LineLost
from outlet_client.agent.stream_view import StreamView


@dataclass(frozen=True, slots=True)
class OpenCase:
    id: str
    number: str

    @property
    def path(self) -> str:
        return f"/api/v1/cases/{self.id}"


class Clerk(Person):
    """With a `device` that is enrolled he asks for calls by numbered and signed requests."""

    DOOR = "clerk"

    def __init__(
        self,
        origin: str,
        equipment: Equipment | None = None,
        device: StationDevice | None = None,
    ) -> None:
        super().__init__(origin, equipment)
        self.device = device

    async def come_in(self, number: str, password: str, window: str) -> None:
        await self.browser.sign_in(number, password, window=window)
        await self.line.start()
        await self.line.ask("presence.set", state="free")

    async def pairing_code(self) -> str:
        """A code by which the citizen screen joins this window."""
        return str((await self.browser.act("/api/v1/window/pairing"))["code"])

    async def open_case(self, item: str) -> OpenCase:
        opened = await self.browser.act("/api/v1/cases", {"item": item})
        return OpenCase(str(opened["case_id"]), str(opened["number"]))

    async def confirm_identity(self, case: OpenCase, scene: Scene) -> None:
        body = {"method": "original_seen", "applicant": dict(scene.applicant)}
        await self.browser.act(f"{case.path}/identity", body)

    async def fill_in(self, case: OpenCase, scene: Scene) -> None:
        await self.browser.act(f"{case.path}/form", {"values": dict(scene.form)})

    async def capture(self, case: OpenCase, scene: Scene) -> None:
        """A still of each page that is asked for of each paper, as the original lies there."""
        asked = (await self.browser.get(case.path))["case"]["materials"]
        pages = {slot["code"]: int(slot["pages"]) for slot in asked}
        for code, title in scene.materials.items():
            picture = await asyncio.to_thread(still, title, scene.material_note)
            for page in range(1, pages.get(code, 1) + 1):
                path = f"{case.path}/materials/{code}?source=still&page={page}"
                await self.browser.send(path, picture, "image/jpeg")

    async def show(self, case: OpenCase, task: str) -> None:
        """Puts a task before the citizen."""
        body = {"case": case.id, "task": task}
        await self.browser.act("/api/v1/window/mirror", body, method="PUT")

    async def read_back(self, case: OpenCase) -> str:
        """The digest of what the citizen is shown to sign."""
        sheet = await self.browser.act(f"{case.path}/read-back")
        await self.show(case, "read_back")
        return str(sheet["digest"])

    async def accept(self, case: OpenCase) -> None:
        """受理, by the road of the call."""
        await self.browser.act(f"{case.path}/accept", {"road": "call"})

    async def call_hall(self, case: OpenCase) -> StreamView:
        """Raises what `Line.ask` raises; a signed request whose answer was lost is sent once more."""
        request: dict[str, Any] = {"kind": "review", "case": case.id, "present": ["citizen"]}
        if self.device is None:
            asked = await self.line.ask("call.request", **request)
        else:
            signed = await self.device.sign(self.browser)
            try:
                asked = await self.line.ask("call.request", **request, device=signed)
            except LineLost:
                asked = await self.line.ask("call.request", **request, device=signed)
            self.device.became(str(asked["call"]))
        return await self.line.follow(f"call:{asked['call']}")

    async def cancel_call(self, call: StreamView) -> None:
        await self.line.ask("call.cancel", call=call.data["call"], reason="cancelled")

    async def case_becomes(self, case: OpenCase, state: str, seconds: float) -> None:
        view = await self.line.follow(f"case:{case.id}")
        await view.until(lambda data: data.get("state") == state, f"the case is {state}", seconds)

    async def check_receiver(self, case: OpenCase) -> None:
        body = {"receiver": "applicant", "method": "original_seen"}
        await self.browser.act(f"{case.path}/receiver", body)
        await self.show(case, "receipt")

    async def print_decision(self, case: OpenCase) -> str:
        """Prints a copy; the path of its PDF."""
        printed = await self.browser.act(f"{case.path}/papers", {"paper": "decision"})
        return str(printed["url"])

    async def issue(self, case: OpenCase) -> None:
        """出件, with the signature that the citizen gave on the screen."""
        await self.browser.act(f"{case.path}/issue")
        await self.show(case, "rate")

    async def complete(self, case: OpenCase) -> None:
        await self.browser.act(f"{case.path}/completion")
