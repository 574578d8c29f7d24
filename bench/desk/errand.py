"""What people at the desk ask for: lists with filters, case pages, and acts, each one request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

from bench.desk.city import City, Person
from casework.model.case import CaseState
from portal.doors import Door


class Kind(StrEnum):
    LIST = "list"
    PAGE = "page"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Request:
    """`expects` is the status of an answer in order; a redirect is not followed."""

    kind: Kind
    method: str
    path: str
    body: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    expects: tuple[int, ...] = (200,)


class WrongAnswerError(Exception):
    """The desk answered with another status than it should: no figure is taken of that."""


Ask = Callable[[Person, Request], Awaitable[str]]
LISTS = {
    Door.CLERK: "/api/v1/window/cases",
    Door.REVIEWER: "/hall/cases",
    Door.LEAD: "/lead/cases",
    Door.AUDITOR: "/audit",
}
_WORK = ("results", "returned", "to_issue", "drafts", "in_hall", "today")
_HTML = {"Accept": "text/html"}


@dataclass
class Errands:
    """Draws what a person does next. `seen` holds cases that the person's lists showed him."""

    city: City
    seed: int
    seen: dict[str, list[str]] = field(default_factory=dict)
    _dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)

    def draw_kind(self) -> Kind:
        """Of ten requests five are lists, three are case pages and two are acts."""
        return self._dice.choices((Kind.LIST, Kind.PAGE, Kind.ACT), (5, 3, 2))[0]

    def a_list(self, person: Person) -> Request:
        dice = self._dice
        if person.door is Door.CLERK and dice.random() < 0.4:
            return Request(Kind.LIST, "GET", f"/api/v1/window/lists/{dice.choice(_WORK)}")
        if person.door is not Door.CLERK and dice.random() < 0.3:
            home = {Door.REVIEWER: "/hall", Door.LEAD: "/lead"}.get(person.door, "/audit")
            return Request(Kind.LIST, "GET", home)
        asked: list[tuple[str, str]] = []
        if dice.random() < 0.5:
            asked += [
                ("state", one) for one in dice.sample(sorted(CaseState), dice.choice((1, 1, 2)))
            ]
        if dice.random() < 0.4:
            asked.append(("item", dice.choice(self.city.items)))
        if dice.random() < 0.2:
            asked.append(("outlet", dice.choice(self.city.at(Door.CLERK)).outlet or ""))
        if dice.random() < 0.2:
            asked += [("opened_from", f"2026-{dice.randrange(1, 13):02d}-01"), ("order", "oldest")]
        return Request(Kind.LIST, "GET", f"{LISTS[person.door]}?{urlencode(asked)}")

    def a_page(self, person: Person) -> Request | None:
        """None until a list has shown a case."""
        seen = self.seen.get(person.id)
        if not seen:
            return None
        case_id = self._dice.choice(seen)
        path = {
            Door.CLERK: f"/api/v1/cases/{case_id}",
            Door.REVIEWER: f"/api/v1/review/cases/{case_id}",
        }.get(person.door)
        return None if path is None else Request(Kind.PAGE, "GET", path)

    async def act(self, person: Person, ask: Ask) -> None:
        """A clerk opens a case, a reviewer takes the next one and gives it back, an auditor or a lead
        opens a case under a purpose and looks at it.
        """
        if person.door is Door.CLERK:
            body = {"item": self._dice.choice(self.city.items)}
            await ask(person, Request(Kind.ACT, "POST", "/api/v1/cases", body, expects=(201,)))
        elif person.door is Door.REVIEWER:
            text = await ask(person, Request(Kind.ACT, "POST", "/api/v1/review/next", {}))
            case_id = (
                text.partition('"case_id":"')[2][:26] or text.partition('"case_id": "')[2][:26]
            )
            path = f"/api/v1/review/cases/{case_id}/release"
            await ask(person, Request(Kind.ACT, "POST", path, {}))
        elif self.seen.get(person.id):
            case_id = self._dice.choice(self.seen[person.id])
            path = f"{'/audit' if person.door is Door.AUDITOR else '/lead'}/cases/{case_id}"
            form = {"purpose": "例行抽查"}
            location = await ask(person, Request(Kind.ACT, "POST", path, form=form, expects=(303,)))
            await ask(person, Request(Kind.PAGE, "GET", location))


async def send(session: aiohttp.ClientSession, person: Person, request: Request) -> str:
    """The body, or where a redirect leads. Raises WrongAnswerError."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items())}
    headers |= {"Yc-Door": person.door.value}
    if not request.path.startswith("/api/"):
        headers |= _HTML
    if request.method == "POST":
        headers["Idempotency-Key"] = str(uuid4())
    async with session.request(
        request.method,
        request.path,
        json=request.body,
        data=request.form,
        headers=headers,
        allow_redirects=False,
    ) as answer:
        text = await answer.text()
        if answer.status not in request.expects:
            raise WrongAnswerError(f"{request.method} {request.path}: {answer.status} {text[:300]}")
        return answer.headers.get("Location", text)
