"""The handlers of a list: the page, finding by a number, filters to keep, and the file.

A room calls `add_case_list(app, ListPlace(...))`; whom the list shows what is the kernel's rule for the
role of the door (`casework.views.lists.scope`).
"""

from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from casework.actions.save_filter import RemoveFilter, SaveFilter, remove_filter, save_filter
from casework.actor import Actor
from casework.errors import DomainError
from casework.views.lists.asked import asked
from casework.views.lists.errors import FilterRefused
from casework.views.lists.finding import filter_of
from portal.access import require
from portal.acts import run
from portal.bodies import FormLine, read_form
from portal.case_lists.export import send_export
from portal.case_lists.place import ListPlace
from portal.case_lists.shown import list_shown, refusal_of
from portal.templating import render

_QUERY = FormLine(2_000)


class CaseListPages:
    """Handlers of one place; every answer to a refusal is the page itself, with what was typed."""

    def __init__(self, place: ListPlace) -> None:
        self._place = place

    async def show(self, request: web.Request, actor: Actor) -> web.Response:
        return await self._page(request, actor)

    async def find(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        form = await read_form(request, {"find": FormLine(40)})
        try:
            wanted = filter_of(self._place.keys, form["find"])
        except FilterRefused as refused:
            return await self._page(request, actor, refused)
        raise web.HTTPSeeOther(f"{self._place.path}?{wanted.query}")

    async def save(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        form = await read_form(request, {"name": FormLine(100), "query": _QUERY})
        try:
            await run(request, save_filter, SaveFilter(form["name"], form["query"]), actor)
        except DomainError as refused:
            return await self._page(request, actor, refused)
        raise web.HTTPSeeOther(self._back(form["query"], "saved"))

    async def remove(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        form = await read_form(request, {"name": FormLine(100), "query": _QUERY})
        await run(request, remove_filter, RemoveFilter(form["name"]), actor)
        raise web.HTTPSeeOther(self._back(form["query"], "removed"))

    async def export(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        form = await read_form(request, {"query": _QUERY})
        found = asked(parse_qsl(form["query"]))
        if found.wrong:
            return await self._page(request, actor, refusal_of(found))
        return await send_export(request, actor, self._place, found.filter)

    def _back(self, query: str, said: str) -> str:
        """To the same list; only what we can read of its address goes back into it."""
        pairs = asked(parse_qsl(query)).filter.pairs
        return f"{self._place.path}?{urlencode((*pairs, ('said', said)))}"

    async def _page(
        self, request: web.Request, actor: Actor, refused: DomainError | None = None
    ) -> web.Response:
        shown = await list_shown(request, actor, self._place, refused=refused)
        return render(request, self._place.template, {"list": shown}, status=shown.status)


def add_case_list(app: web.Application, place: ListPlace) -> None:
    pages, guard = CaseListPages(place), require(place.door)
    app.router.add_get(place.path, guard(pages.show))
    app.router.add_post(f"{place.path}/find", guard(pages.find))
    app.router.add_post(f"{place.path}/saved", guard(pages.save))
    app.router.add_post(f"{place.path}/saved/remove", guard(pages.remove))
    app.router.add_post(f"{place.path}/export", guard(pages.export))
