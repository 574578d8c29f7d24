"""A scripted reviewer: is on duty, answers, looks, asks, and approves."""

import asyncio
from collections.abc import Mapping
from typing import Any

from outlet_client.agent.page_text import page_data
from outlet_client.agent.people.person import Person, call_id
from outlet_client.agent.people.scene import Scene
from outlet_client.agent.refusal import Refused
from outlet_client.agent.stream_view import StreamView

_LOOK_AGAIN_S = 0.3


class Reviewer(Person):
    DOOR = "reviewer"
    staff: StreamView

    async def come_in(self, number: str, password: str) -> None:
        await self.browser.sign_in(number, password)
        me = page_data(await self.browser.page("/hall"))["me"]
        await self.line.start()
        self.staff = await self.line.follow(f"staff:{me}")

    async def be(self, presence: str) -> None:
        """`free` or `off`."""
        await self.line.ask("presence.set", state=presence)

    async def answer(self, seconds: float) -> StreamView:
        """Waits to be rung and takes the call."""
        rung = await self.staff.until(lambda data: "offer" in data, "a call rings", seconds)
        taken = await self.line.ask("offer.accept", offer=rung["offer"]["offer"])
        return await self.line.follow(f"call:{taken['call']}")

    async def look_at(self, case: str) -> dict[str, Any]:
        """The case as the reviewer's page shows it."""
        return await self.browser.get(_path(case))

    async def find_materials_good(self, case: str) -> None:
        for slot in (await self.look_at(case))["materials"]:
            for version in slot["versions"][:1]:
                if version["check"] == "unchecked":
                    path = f"{_path(case)}/materials/{version['id']}/check"
                    await self.browser.act(path, {"check": "good"})

    async def confirm_identity(self, call: StreamView, case: str, scene: Scene) -> None:
        """人证一致, 出示证件, 随机一问: all three were seen."""
        await self.browser.act(
            f"{_path(case)}/identity",
            {
                "call": call_id(call),
                "face_matches": True,
                "document_shown": True,
                "question": scene.question,
                "question_answered": True,
            },
        )

    async def until_recording(self, call: StreamView, case: str, seconds: float) -> None:
        """Waits for the green light: what is said and marked before it is in no recording.

        Raises TimeoutError.
        """
        path = f"{_path(case)}/evidence?call={call_id(call)}"
        async with asyncio.timeout(seconds):
            # The desk is asked again and again: of this it tells nobody.
            while not _is_green((await self.browser.get(path))["recording"]):  # noqa: ASYNC110 - see above
                await asyncio.sleep(_LOOK_AGAIN_S)

    async def approve(self, call: StreamView, case: str, scene: Scene, seconds: float) -> None:
        """Both phases, once nothing stands in the way any more. Raises Refused with what does."""
        await self._until_nothing_blocks(call, case, seconds)
        shown = await self.look_at(case)
        before = await self._values(case, shown, "before", scene.before, scene)
        after = await self._values(case, shown, "after", scene.after, scene)
        prepared = await self.browser.act(
            f"{_path(case)}/decision",
            {
                "outcome": "approved",
                "call": call_id(call),
                "transaction_number": scene.transaction_number,
                "before": before,
                "after": after,
            },
        )
        await self.browser.act(f"{_path(case)}/decision/{prepared['decision_id']}/confirm")

    async def wrap_up(self, call: StreamView, scene: Scene) -> None:
        """小结: free again."""
        said = {"topic": scene.topic, "answer": scene.answer, "basis": ""}
        await self.line.ask("call.close", call=call_id(call), **said)

    async def _until_nothing_blocks(self, call: StreamView, case: str, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        path = f"{_path(case)}/evidence?call={call_id(call)}"
        while (blocked := (await self.browser.get(path))["blocked"]) is not None:
            if loop.time() > end:
                raise Refused(str(blocked["code"]), str(blocked["slug"]))
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def _values(
        self,
        case: str,
        shown: dict[str, Any],
        when: str,
        known: Mapping[str, str],
        scene: Scene,
    ) -> dict[str, str]:
        """For each change what the form says of it, else what the scene does, else what fits."""
        said = {field["code"]: field for field in shown["form"]}
        values = {}
        for change in shown["item"]["changes"]:
            field = said.get(change[f"{when}_from"])
            if field is None:
                values[change["code"]] = known.get(change["code"]) or fitting(change, scene)
            elif field["reveal"]:
                body = {"field": field["reveal"]}
                revealed = await self.browser.act(f"{_path(case)}/reveal", body)
                values[change["code"]] = str(revealed["value"])
            else:
                values[change["code"]] = str(field["value"])
        return values


def fitting(change: Mapping[str, Any], scene: Scene) -> str:
    """A value that an item's change would take, by its choices or its kind."""
    choices = change.get("choices") or ()
    return str(choices[0]) if choices else str(scene.values.get(str(change["kind"]), ""))


def _is_green(light: Mapping[str, Any] | None) -> bool:
    return light is not None and bool(light["ok"]) and light["durable_ago_ms"] is not None


def _path(case: str) -> str:
    return f"/api/v1/review/cases/{case}"
