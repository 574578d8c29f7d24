"""The counter driven over HTTP, for tests of every room: a browser's requests without a browser."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import TestClient
from PIL import Image

from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.prepare_decision import PrepareDecision, prepare_decision
from casework.actions.take_case import TakeCase, take_case
from casework.actor import Actor
from casework.model.case import Outcome
from casework.model.decision import RefusalReason, Remedy
from casework.model.form_field import FieldKind, FormField
from scenes.case_scene import a_bank_card, a_value, an_applicant
from scenes.kernel import Kernel
from signaling.page import Page
from signaling.protocol.base import Message

APPLICANT = {
    code: value
    for code, value in an_applicant().values().items()
    if code in {"name", "id_number", "phone"}
}
CARD = a_bank_card()


def still(width: int = 1654, height: int = 2339, kind: str = "JPEG") -> bytes:
    """A picture as a document camera gives it: A4 at 200 dpi."""
    picture = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(picture, kind)
    return picture.getvalue()


@dataclass
class Told:
    """A hub that keeps what the room told the pages of a window; `changed` is what it would call."""

    messages: list[tuple[str, Message]] = field(default_factory=list)
    open_pages: list[Page] = field(default_factory=list)
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def tell(self, stream: str, message: Message) -> None:
        self.messages.append((stream, message))

    def pages(self) -> Iterator[Page]:
        return iter(self.open_pages)

    def on_change(self, listener: Callable[[], None]) -> None:
        self.listeners.append(listener)

    def changed(self) -> None:
        for listener in self.listeners:
            listener()


@dataclass
class Counter:
    """One person's browser at the counter; `post` and `get` answer (status, JSON)."""

    client: TestClient[Any, Any]

    async def post(self, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        answer = await self.client.post(path, json={} if body is None else body, **options)
        return answer.status, await answer.json()

    async def put(self, path: str, body: Any) -> tuple[int, Any]:
        answer = await self.client.put(path, json=body)
        return answer.status, await answer.json()

    async def send(self, path: str, content: bytes) -> tuple[int, Any]:
        answer = await self.client.post(path, data=io.BytesIO(content))
        return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, Any]:
        answer = await self.client.get(path)
        return answer.status, await answer.json()


@dataclass
class Hall:
    """What the hall does, act by act, without its pages."""

    k: Kernel
    reviewer: Actor

    def refuse(self, case_id: str) -> None:
        self._decide(
            PrepareDecision(
                case_id,
                Outcome.REFUSED,
                reasons=(RefusalReason.CONDITIONS_NOT_MET,),
                text="The data on file say otherwise.",
                remedy=Remedy.RECONSIDERATION_OR_LAWSUIT,
            )
        )

    def approve(self, case_id: str) -> None:
        self._decide(PrepareDecision(case_id, Outcome.APPROVED))

    def _decide(self, command: PrepareDecision) -> None:
        run, reviewer = self.k.writer.run_sync, self.reviewer
        run(take_case, TakeCase(command.case_id), actor=reviewer)
        prepared = run(prepare_decision, command, actor=reviewer)
        confirm = ConfirmDecision(command.case_id, prepared.decision_id)
        run(confirm_decision, confirm, actor=reviewer)
        run(hand_back, HandBack(command.case_id), actor=reviewer)


def done(answered: tuple[int, Any]) -> Any:
    """The JSON of an answer that must be a success; AssertionError shows the refusal."""
    status, answer = answered
    if status >= HTTPStatus.BAD_REQUEST:
        raise AssertionError(answer)
    return answer


async def opened(clerk: Counter, item: str = "SK-001") -> str:
    answer = done(await clerk.post("/api/v1/cases", {"item": item}))
    return str(answer["case_id"])


async def filled(clerk: Counter, item: str = "SK-001") -> str:
    """A case with identity, form and materials, ready to be read back."""
    case = await opened(clerk, item)
    path = f"/api/v1/cases/{case}"
    identity = {"method": "original_seen", "applicant": APPLICANT}
    done(await clerk.post(f"{path}/identity", identity))
    _, page = await clerk.get(path)
    values = {one["code"]: _value(one) for one in page["case"]["fields"] if one["required"]}
    done(await clerk.post(f"{path}/form", {"values": values}))
    for slot in page["case"]["materials"]:
        if slot["required"]:
            for page in range(1, slot["pages"] + 1):
                address = f"{path}/materials/{slot['code']}?source=still&page={page}"
                done(await clerk.send(address, still(400, 300)))
    return case


async def signed(clerk: Counter, screen: Counter, item: str = "SK-001") -> str:
    """A case that was read back and signed on the citizen's screen."""
    case = await filled(clerk, item)
    _, sheet = await clerk.post(f"/api/v1/cases/{case}/read-back")
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "read_back"})
    picture = still(300, 120, "PNG")
    path = f"/api/v1/cases/{case}/signature?digest={sheet['digest']}"
    done(await screen.send(path, picture))
    return case


async def accepted(clerk: Counter, screen: Counter, item: str = "SK-001") -> str:
    case = await signed(clerk, screen, item)
    done(await clerk.post(f"/api/v1/cases/{case}/accept", {"road": "desk"}))
    return case


def _value(described: dict[str, Any]) -> str:
    field = FormField(
        described["code"], "", FieldKind(described["kind"]), choices=tuple(described["choices"])
    )
    return a_value(field)
