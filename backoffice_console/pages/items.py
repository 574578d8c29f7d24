"""/admin/items: the catalogue. Forms without scripts: every act answers with the page it leads to."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from backoffice_console import catalogue_words as words
from backoffice_console.admin_pages import render_admin
from backoffice_console.api.signing import origin_of
from backoffice_console.catalogue_upload import read_catalogue_file, read_upload
from casework.actions.close_item import CloseItem, close_item
from casework.actions.discard_draft import DiscardDraft, discard_draft
from casework.actions.publish_draft import PublishDraft, publish_draft
from casework.actions.save_drafts import SavedDrafts, SaveDrafts, save_drafts
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actor import Actor
from casework.calendar import day_of
from casework.catalogue.faults import BadRow
from casework.catalogue.item_out import catalogue_yaml
from casework.catalogue.workbook_out import catalogue_workbook
from casework.errors import DomainError, InvalidInput
from casework.store.tx import Tx
from casework.views.catalogue import item_page, item_rows, items_in_force
from portal.access import require
from portal.acts import run
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.problem import problem_of

C = TypeVar("C")
R = TypeVar("R")

PATH = "/admin/items"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_BAD_ROWS = 200
_DONE = frozenset({"published", "discarded", "closed", "granted"})


@require(Door.ADMIN)
async def show_items(request: web.Request, _actor: Actor) -> web.Response:
    return await _list_page(request)


@require(Door.ADMIN)
async def import_items(request: web.Request, actor: Actor) -> web.Response:
    """All of the file becomes drafts, or nothing does and every bad row is told."""
    name, content = await read_upload(request)
    try:
        report = await asyncio.to_thread(read_catalogue_file, name, content)
        if report.bad_rows:
            return await _list_page(request, file=name, bad_rows=report.bad_rows)
        saved = await run(request, save_drafts, SaveDrafts(report.items), actor)
    except DomainError as refused:
        return await _list_page(request, file=name, problem=refused)
    if saved.bad_rows:
        return await _list_page(request, file=name, bad_rows=saved.bad_rows)
    return await _list_page(request, file=name, saved=saved)


@require(Door.ADMIN)
async def export_yaml(request: web.Request, _actor: Actor) -> web.Response:
    items = await request.app[STORE].read(items_in_force, _today(request))
    content = await asyncio.to_thread(catalogue_yaml, items)
    return _file(content, "application/yaml", "catalogue.yaml")


@require(Door.ADMIN)
async def export_workbook(request: web.Request, _actor: Actor) -> web.Response:
    items = await request.app[STORE].read(items_in_force, _today(request))
    content = await asyncio.to_thread(catalogue_workbook, items)
    return _file(content, XLSX, "catalogue.xlsx")


@require(Door.ADMIN)
async def empty_workbook(_request: web.Request, _actor: Actor) -> web.Response:
    return _file(await asyncio.to_thread(catalogue_workbook, []), XLSX, "catalogue-empty.xlsx")


@require(Door.ADMIN)
async def show_item(request: web.Request, _actor: Actor) -> web.Response:
    return await _item_page(request)


@require(Door.ADMIN)
async def export_item(request: web.Request, _actor: Actor) -> web.Response:
    """What the item's page shows; the draft, where `draft` is asked for and there is one."""
    page = await request.app[STORE].read(item_page, *_asked(request))
    draft = page.draft if "draft" in request.query else None
    item = draft.item if draft else page.item
    return _file(catalogue_yaml([item]), "application/yaml", f"{item.code}.yaml")


@require(Door.ADMIN)
async def publish(request: web.Request, actor: Actor) -> web.Response:
    form = await read_form(request, {"sha256": FormLine(64), "day": FormLine(10)})
    code = request.match_info["code"]
    return await _act(
        request,
        "published",
        publish_draft,
        lambda: PublishDraft(origin_of(request), code, form["sha256"], _day(form["day"])),
        actor,
    )


@require(Door.ADMIN)
async def discard(request: web.Request, actor: Actor) -> web.Response:
    form = await read_form(request, {"sha256": FormLine(64)})
    code = request.match_info["code"]
    return await _act(
        request, "discarded", discard_draft, lambda: DiscardDraft(code, form["sha256"]), actor
    )


@require(Door.ADMIN)
async def close(request: web.Request, actor: Actor) -> web.Response:
    form = await read_form(request, {"day": FormLine(10)})
    code = request.match_info["code"]
    return await _act(
        request,
        "closed",
        close_item,
        lambda: CloseItem(origin_of(request), code, _day(form["day"])),
        actor,
    )


@require(Door.ADMIN)
async def grant(request: web.Request, actor: Actor) -> web.Response:
    form = await read_form(request, {"outlet": FormLine(26), "grant": FormLine(10)})
    code = request.match_info["code"]
    return await _act(
        request,
        "granted",
        set_item_grant,
        lambda: SetItemGrant(origin_of(request), form["outlet"], code, _grant(form["grant"])),
        actor,
    )


async def _act(
    request: web.Request,
    done: str,
    action: Callable[[Tx, C], R],
    command: Callable[[], C],
    actor: Actor,
) -> web.Response:
    """Runs the act and leads back to where it shows; a refusal stands on the page it came from."""
    try:
        await run(request, action, command(), actor)
    except DomainError as refused:
        return await _item_page(request, problem=refused)
    code = request.match_info["code"]
    gone = done == "discarded" and not await request.app[STORE].read(_is_known, *_asked(request))
    raise web.HTTPSeeOther(PATH if gone else f"{PATH}/{code}?done={done}")


def _is_known(conn: Any, code: str, day: dt.date, now_ms: int) -> bool:
    """Whether anything of the item is left: a first draft that is discarded leaves nothing."""
    return any(row.code == code for row in item_rows(conn, day, now_ms))


async def _list_page(
    request: web.Request,
    *,
    file: str = "",
    bad_rows: tuple[BadRow, ...] = (),
    saved: SavedDrafts | None = None,
    problem: DomainError | None = None,
) -> web.Response:
    rows = await request.app[STORE].read(item_rows, _today(request), _now_ms(request))
    context: Mapping[str, Any] = {
        "rows": rows,
        "file": file,
        "bad_rows": bad_rows[:SHOWN_BAD_ROWS],
        "bad_count": len(bad_rows),
        "saved": saved,
        "problem": problem_of(problem) if problem else None,
        "words": words,
    }
    status = 422 if bad_rows else problem_of(problem).status if problem else 200
    return render_admin(request, "backoffice_console/items.html", "items", context, status=status)


async def _item_page(request: web.Request, *, problem: DomainError | None = None) -> web.Response:
    page = await request.app[STORE].read(item_page, *_asked(request))
    done = request.query.get("done", "")
    context: Mapping[str, Any] = {
        "shown": page,
        "item": page.item,
        "today": _today(request).isoformat(),
        "done": done if done in _DONE else "",
        "problem": problem_of(problem) if problem else None,
        "words": words,
    }
    status = problem_of(problem).status if problem else 200
    return render_admin(request, "backoffice_console/item.html", "items", context, status=status)


def _asked(request: web.Request) -> tuple[str, dt.date, int]:
    return request.match_info["code"], _today(request), _now_ms(request)


def _today(request: web.Request) -> dt.date:
    return day_of(_now_ms(request))


def _now_ms(request: web.Request) -> int:
    return request.app[CLOCK].wall_ms()


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("no day", field="day") from None


def _grant(text: str) -> ItemGrant:
    try:
        return ItemGrant(text)
    except ValueError:
        raise InvalidInput("no such grant", field="grant") from None


def _file(content: bytes, content_type: str, name: str) -> web.Response:
    return web.Response(
        body=content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def setup_item_pages(app: web.Application) -> None:
    app.router.add_get(PATH, show_items)
    app.router.add_post(f"{PATH}/import", import_items)
    app.router.add_get(f"{PATH}/catalogue.yaml", export_yaml)
    app.router.add_get(f"{PATH}/catalogue.xlsx", export_workbook)
    app.router.add_get(f"{PATH}/empty.xlsx", empty_workbook)
    app.router.add_get(f"{PATH}/{{code}}", show_item)
    app.router.add_get(f"{PATH}/{{code}}/item.yaml", export_item)
    app.router.add_post(f"{PATH}/{{code}}/publish", publish)
    app.router.add_post(f"{PATH}/{{code}}/discard", discard)
    app.router.add_post(f"{PATH}/{{code}}/close", close)
    app.router.add_post(f"{PATH}/{{code}}/grant", grant)
