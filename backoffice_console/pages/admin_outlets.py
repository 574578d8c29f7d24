"""/admin/outlets: outlets, their windows, and the items that each may accept."""

from aiohttp import web

from backoffice_console import admin_words
from backoffice_console.admin_forms import Deed, Form, act, code_of
from backoffice_console.admin_pages import render_admin
from backoffice_console.api.answers import id_in_path
from backoffice_console.api.signing import origin_of
from casework.actions.change_outlet import ChangeOutlet, change_outlet
from casework.actions.change_window import ChangeWindow, change_window
from casework.actions.close_outlet import CloseOutlet, close_outlet
from casework.actions.close_window import CloseWindow, close_window
from casework.actions.grant_items import GrantItems, grant_items
from casework.actions.open_outlet import OpenOutlet, open_outlet
from casework.actions.open_window import OpenWindow, open_window
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actor import Actor
from casework.errors import NotFound
from casework.model.outlet import OutletKind, WindowProfile
from casework.views.centre import item_lines, outlet_lines, window_lines
from casework.views.organisation import window_place
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.problem import Problem

PATH = "/admin/outlets"
ALL_ITEMS = "*"


async def outlets_page(request: web.Request, problem: Problem | None = None) -> web.Response:
    lines = await request.app[STORE].read(outlet_lines, request.app[CLOCK].wall_ms())
    context = {"lines": lines, "problem": problem, "words": admin_words}
    status = problem.status if problem else 200
    return render_admin(
        request, "backoffice_console/admin_outlets.html", "outlets", context, status=status
    )


async def outlet_page(
    request: web.Request, outlet_id: str, problem: Problem | None = None
) -> web.Response:
    """Raises NotFound."""
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    lines = await store.read(outlet_lines, now_ms)
    outlet = next((line for line in lines if line.id == outlet_id), None)
    if outlet is None:
        raise NotFound("no such outlet")
    context = {
        "outlet": outlet,
        "windows": await store.read(window_lines, outlet_id),
        "items": await store.read(item_lines, outlet_id, now_ms),
        "problem": problem,
        "words": admin_words,
    }
    status = problem.status if problem else 200
    return render_admin(
        request, "backoffice_console/admin_outlet.html", "outlets", context, status=status
    )


@require(Door.ADMIN)
async def show_outlets(request: web.Request, _actor: Actor) -> web.Response:
    return await outlets_page(request)


@require(Door.ADMIN)
async def show_outlet(request: web.Request, _actor: Actor) -> web.Response:
    return await outlet_page(request, id_in_path(request, "id"))


@require(Door.ADMIN)
async def post_outlet(request: web.Request, actor: Actor) -> web.Response:
    async def command(form: Form) -> OpenOutlet:
        return OpenOutlet(
            origin_of(request), form["name"], code_of(OutletKind, form["kind"], "kind")
        )

    return await act(request, actor, open_outlet, command, page=outlets_page, onward=PATH)


@require(Door.ADMIN)
async def post_change(request: web.Request, actor: Actor) -> web.Response:
    """`deed` of the path says what becomes of the outlet."""
    outlet_id, deed = id_in_path(request, "id"), request.match_info["deed"]
    origin, now_ms = origin_of(request), request.app[CLOCK].wall_ms()

    async def change(form: Form) -> ChangeOutlet:
        return ChangeOutlet(
            origin, outlet_id, form["name"], code_of(OutletKind, form["kind"], "kind")
        )

    async def close(_form: Form) -> CloseOutlet:
        return CloseOutlet(origin, outlet_id)

    async def window(form: Form) -> OpenWindow:
        return OpenWindow(
            origin,
            outlet_id,
            form["number"],
            form["name"],
            code_of(WindowProfile, form["profile"], "profile"),
            accepts=bool(form["accepts"]),
            issues=bool(form["issues"]),
        )

    async def items(form: Form) -> GrantItems:
        known = await request.app[STORE].read(item_lines, outlet_id, now_ms)
        every = tuple(item.code for item in known)
        codes = every if form["item"] == ALL_ITEMS else (form["item"],)
        return GrantItems(origin, outlet_id, codes)

    async def end(form: Form) -> SetItemGrant:
        return SetItemGrant(origin, outlet_id, form["item"], ItemGrant.NONE)

    deeds: dict[str, Deed] = {
        "change": (change_outlet, change),
        "close": (close_outlet, close),
        "windows": (open_window, window),
        "items": (grant_items, items),
        "end-item": (set_item_grant, end),
    }
    if deed not in deeds:
        raise NotFound("no such deed")
    action, command = deeds[deed]
    return await act(
        request,
        actor,
        action,
        command,
        page=lambda one, problem: outlet_page(one, outlet_id, problem),
        onward=f"{PATH}/{outlet_id}",
    )


@require(Door.ADMIN)
async def post_window(request: web.Request, actor: Actor) -> web.Response:
    window_id, deed = id_in_path(request, "id"), request.match_info["deed"]
    origin = origin_of(request)
    outlet_id = (await request.app[STORE].read(window_place, window_id)).outlet_id

    async def change(form: Form) -> ChangeWindow:
        return ChangeWindow(
            origin,
            window_id,
            form["name"],
            code_of(WindowProfile, form["profile"], "profile"),
            accepts=bool(form["accepts"]),
            issues=bool(form["issues"]),
        )

    async def close(_form: Form) -> CloseWindow:
        return CloseWindow(origin, window_id)

    deeds: dict[str, Deed] = {"change": (change_window, change), "close": (close_window, close)}
    if deed not in deeds:
        raise NotFound("no such deed")
    action, command = deeds[deed]
    return await act(
        request,
        actor,
        action,
        command,
        page=lambda one, problem: outlet_page(one, outlet_id, problem),
        onward=f"{PATH}/{outlet_id}",
    )


def setup_admin_outlets(app: web.Application) -> None:
    app.router.add_get(PATH, show_outlets)
    app.router.add_post(PATH, post_outlet)
    app.router.add_get(f"{PATH}/{{id}}", show_outlet)
    app.router.add_post(f"{PATH}/{{id}}/{{deed}}", post_change)
    app.router.add_post("/admin/windows/{id}/{deed}", post_window)
