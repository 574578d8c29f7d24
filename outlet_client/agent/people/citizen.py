"""A scripted citizen before the second screen of a window: answers, checks, signs, rates."""

import hashlib
from typing import Any

from outlet_client.agent.people.clerk import OpenCase
from outlet_client.agent.people.papers import signature
from outlet_client.agent.people.person import Person
from outlet_client.agent.refusal import OddAnswer
from outlet_client.agent.stream_view import StreamView


class Citizen(Person):
    """In the profile `one_pc` the screen sends nothing: this person speaks into the window's
    microphone.
    """

    DOOR = "citizen"

    async def come_in(self, code: str) -> StreamView:
        """Pairs the screen; its window, kept true."""
        await self.browser.enter_by_code(code)
        await self.line.start()
        screen = await self.browser.get("/api/v1/screen")
        return await self.line.follow(f"window:{screen['window']['window_id']}")

    async def sign(self, case: OpenCase, digest: str) -> None:
        """Signs what is shown. Raises OddAnswer when the screen shows something else."""
        shown = (await self.browser.get("/api/v1/screen"))["case"]
        if not isinstance(shown, dict) or shown.get("digest") != digest:
            raise OddAnswer("the screen does not show what is to be signed")
        await self.browser.send(f"{case.path}/signature?digest={digest}", signature(), "image/png")

    async def answer_notice(self, call_id: str) -> StreamView:
        """Agrees to the recording, having been shown the very text that is named."""
        call = await self.line.follow(f"call:{call_id}")
        notice = (await self.browser.get("/api/v1/screen"))["notice"]
        if hashlib.sha256(str(notice["text"]).encode()).hexdigest() != notice["sha256"]:
            raise OddAnswer("the notice is not the text that its hash names")
        for person, facts in _who_answers(call.data):
            if "answer" not in facts:
                await self.line.ask(
                    "notice.answer",
                    call=call_id,
                    person=person,
                    answer="agreed",
                    notice=notice["version"],
                    sha256=notice["sha256"],
                )
        return call

    async def sign_receipt(self, case: OpenCase) -> None:
        await self.browser.send(f"{case.path}/receipt-signature", signature(), "image/png")

    async def rate(self, case: OpenCase, level: int = 5) -> None:
        await self.browser.act(f"{case.path}/rating", {"level": level, "reasons": ["quick"]})


def _who_answers(call: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    persons = call.get("persons", {})
    return [
        (id_, facts) for id_, facts in persons.items() if facts.get("kind") in {"citizen", "agent"}
    ]
