"""What a page of a list shows: the filter as it was asked for, its lines, and where they go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.save_filter import MAX_NAME, MAX_SAVED
from casework.actor import Actor
from casework.errors import DomainError
from casework.keys.key_ring import KeyRing
from casework.views.lists.asked import Asked, asked
from casework.views.lists.case_filter import CaseFilter
from casework.views.lists.case_list import MAX_PAGE, PAGE, ListPage, list_page
from casework.views.lists.errors import FilterRefused, PlaceLost
from casework.views.lists.options import FilterOptions, filter_options
from casework.views.lists.saved import SavedFilter, saved_filters
from portal import case_words, coded
from portal.case_lists.place import ListPlace
from portal.keys import CLOCK, STORE
from portal.problem import Problem, problem_of

MIN_PAGE = 5
_SIZE_DIGITS = 3
BESIDE = frozenset({"after", "size", "door", "said"})
EMPTY = ListPage((), "", 0, more=False)


@dataclass(frozen=True, slots=True)
class ListShown:
    """`given` is what stands in the form, right or wrong; `wrong` names members that cannot be read.
    `said` is a word about what was just done, `problem` what was refused.
    """

    place: ListPlace
    filter: CaseFilter
    given: dict[str, str]
    wrong: Sequence[str]
    page: ListPage
    options: FilterOptions
    saved: Sequence[SavedFilter]
    next_url: str
    said: str
    problem: Problem | None
    now_ms: int

    @property
    def may_save(self) -> bool:
        named = self.filter.applicant or self.filter.number
        return self.filter.narrows and not named and not self.wrong

    @property
    def limits(self) -> dict[str, int]:
        return {"name": MAX_NAME, "saved": MAX_SAVED}

    @property
    def words(self) -> object:
        return case_words

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 200

    @staticmethod
    def word(table: str, key: str | None) -> str:
        return coded.word(getattr(case_words, table), key)

    @staticmethod
    def choices(table: str) -> list[list[str]]:
        return coded.choices(getattr(case_words, table))


async def list_shown(
    request: web.Request,
    actor: Actor,
    place: ListPlace,
    *,
    refused: DomainError | None = None,
) -> ListShown:
    """The page of the address. What cannot be read, and `refused`, stand in `problem`; then no line is
    shown, and every field keeps what was typed.
    """
    now_ms = request.app[CLOCK].wall_ms()
    found, size = asked_of(request)
    if found.wrong:
        refused = refused or refusal_of(found)
    wanted = _Wanted(found.filter, request.query.get("after", "")[:100], size, now_ms)
    read = await request.app[STORE].read(
        _read, place.keys, actor, wanted if refused is None else None
    )
    problem = refused or read.lost
    pairs = (*found.filter.pairs, *((("size", str(size)),) if size != PAGE else ()))
    after = read.page.after
    return ListShown(
        place=place,
        filter=found.filter,
        given={name: value[:100] for name, value in request.query.items()},
        wrong=found.wrong,
        page=read.page,
        options=read.options,
        saved=read.saved,
        next_url=f"{place.path}?{urlencode((*pairs, ('after', after)))}" if after else "",
        said=request.query.get("said", "")[:20],
        problem=problem_of(problem) if problem else None,
        now_ms=now_ms,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Lines of a list: whose, from which place on, how many, as of when."""

    filter: CaseFilter
    after: str
    size: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class _Read:
    page: ListPage
    options: FilterOptions
    saved: Sequence[SavedFilter]
    lost: PlaceLost | None


def _read(conn: Connection, keys: KeyRing, actor: Actor, wanted: _Wanted | None) -> _Read:
    """Everything of the page in one look at the store; no lines where none are wanted."""
    page, lost = EMPTY, None
    if wanted is not None:
        try:
            page = list_page(
                conn,
                keys,
                actor,
                wanted.filter,
                wanted.now_ms,
                after=wanted.after,
                size=wanted.size,
            )
        except PlaceLost as error:
            lost = error
    return _Read(page, filter_options(conn, actor), saved_filters(conn, actor), lost)


def asked_of(request: web.Request) -> tuple[Asked, int]:
    """The filter of the address, and how many lines a page has."""
    found = asked(request.query.items(), beside=BESIDE)
    text = request.query.get("size", "") or str(PAGE)
    fits = text.isascii() and text.isdigit() and len(text) <= _SIZE_DIGITS
    fits = fits and MIN_PAGE <= int(text) <= MAX_PAGE
    if fits:
        return found, int(text)
    return Asked(found.filter, (*found.wrong, "size")), PAGE


def refusal_of(found: Asked) -> FilterRefused:
    return FilterRefused(field=found.wrong[0])
