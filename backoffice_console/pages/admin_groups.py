"""/admin/groups: groups of reviewers."""

from aiohttp import web

from backoffice_console.admin_forms import Deed, Form, act
from backoffice_console.admin_pages import render_admin
from backoffice_console.api.signing import origin_of
from casework.actions.change_group import ChangeGroup, change_group
from casework.actions.close_group import CloseGroup, close_group
from casework.actions.open_group import OpenGroup, open_group
from casework.actor import Actor
from casework.errors import NotFound
from casework.views.centre import group_lines
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.problem import Problem

PATH = "/admin/groups"


async def groups_page(request: web.Request, problem: Problem | None = None) -> web.Response:
    lines = await request.app[STORE].read(group_lines, request.app[CLOCK].wall_ms())
    context = {"lines": lines, "problem": problem}
    status = problem.status if problem else 200
    return render_admin(
        request, "backoffice_console/admin_groups.html", "groups", context, status=status
    )


@require(Door.ADMIN)
async def show_groups(request: web.Request, _actor: Actor) -> web.Response:
    return await groups_page(request)


@require(Door.ADMIN)
async def post_group(request: web.Request, actor: Actor) -> web.Response:
    async def command(form: Form) -> OpenGroup:
        return OpenGroup(origin_of(request), form["code"], form["name"])

    return await act(request, actor, open_group, command, page=groups_page, onward=PATH)


@require(Door.ADMIN)
async def post_change(request: web.Request, actor: Actor) -> web.Response:
    origin, code = origin_of(request), request.match_info["code"][:40]

    async def change(form: Form) -> ChangeGroup:
        return ChangeGroup(origin, code, form["name"])

    async def close(_form: Form) -> CloseGroup:
        return CloseGroup(origin, code)

    deeds: dict[str, Deed] = {"change": (change_group, change), "close": (close_group, close)}
    deed = request.match_info["deed"]
    if deed not in deeds:
        raise NotFound("no such deed")
    action, command = deeds[deed]
    return await act(request, actor, action, command, page=groups_page, onward=PATH)


def setup_admin_groups(app: web.Application) -> None:
    app.router.add_get(PATH, show_groups)
    app.router.add_post(PATH, post_group)
    app.router.add_post(f"{PATH}/{{code}}/{{deed}}", post_change)
