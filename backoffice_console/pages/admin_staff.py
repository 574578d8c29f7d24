"""/admin/staff: people, their employer and outlet, posts, certificates and first passwords."""

from aiohttp import web

from backoffice_console import admin_words
from backoffice_console.admin_forms import Deed, Form, act, code_of, end_of_day, first_password
from backoffice_console.admin_pages import render_admin
from backoffice_console.api.answers import id_in_path
from backoffice_console.api.signing import origin_of
from casework.actions.add_staff import AddStaff, add_staff
from casework.actions.certify import Certify, EndCertificate, certify, end_certificate
from casework.actions.change_staff import ChangeStaff, change_staff
from casework.actions.close_staff import CloseStaff, close_staff
from casework.actions.end_post import EndPost, end_post
from casework.actions.grant_post import GrantPost, grant_post
from casework.actions.reset_password import ResetPassword, reset_password
from casework.actor import Actor, Role
from casework.errors import NotFound
from casework.model.organisation import EmployerKind
from casework.views.centre import group_lines, outlet_lines, staff_lines
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.own_password import MIN_PASSWORD
from portal.problem import Problem

PATH = "/admin/staff"


async def people_page(request: web.Request, problem: Problem | None = None) -> web.Response:
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    context = {
        "lines": await store.read(staff_lines, now_ms),
        "outlets": [line for line in await store.read(outlet_lines, now_ms) if line.open],
        "least": MIN_PASSWORD,
        "problem": problem,
        "words": admin_words,
    }
    status = problem.status if problem else 200
    return render_admin(
        request, "backoffice_console/admin_staff.html", "staff", context, status=status
    )


async def person_page(
    request: web.Request, staff_id: str, problem: Problem | None = None
) -> web.Response:
    """Raises NotFound."""
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    lines = await store.read(staff_lines, now_ms, staff_id)
    if not lines:
        raise NotFound("no such person")
    groups = await store.read(group_lines, now_ms)
    context = {
        "person": lines[0],
        "outlets": [line for line in await store.read(outlet_lines, now_ms) if line.open],
        "groups": {group.code: group for group in groups},
        "least": MIN_PASSWORD,
        "problem": problem,
        "words": admin_words,
    }
    status = problem.status if problem else 200
    return render_admin(
        request, "backoffice_console/admin_person.html", "staff", context, status=status
    )


@require(Door.ADMIN)
async def show_staff(request: web.Request, _actor: Actor) -> web.Response:
    return await people_page(request)


@require(Door.ADMIN)
async def show_person(request: web.Request, _actor: Actor) -> web.Response:
    return await person_page(request, id_in_path(request, "id"))


@require(Door.ADMIN)
async def post_person(request: web.Request, actor: Actor) -> web.Response:
    async def command(form: Form) -> AddStaff:
        return AddStaff(
            origin_of(request),
            form["number"],
            form["name"],
            form["employer"],
            code_of(EmployerKind, form["employer_kind"], "employer_kind"),
            await first_password(request, form),
            form["login"],
            form["outlet"] or None,
        )

    return await act(request, actor, add_staff, command, page=people_page, onward=PATH)


@require(Door.ADMIN)
async def post_change(request: web.Request, actor: Actor) -> web.Response:
    """`deed` of the path says what becomes of the person."""
    staff_id, deed = id_in_path(request, "id"), request.match_info["deed"]
    origin = origin_of(request)

    async def change(form: Form) -> ChangeStaff:
        kind = code_of(EmployerKind, form["employer_kind"], "employer_kind")
        return ChangeStaff(
            origin, staff_id, form["name"], form["employer"], kind, form["outlet"] or None
        )

    async def close(_form: Form) -> CloseStaff:
        return CloseStaff(origin, staff_id)

    async def password(form: Form) -> ResetPassword:
        return ResetPassword(origin, staff_id, await first_password(request, form))

    async def post(form: Form) -> GrantPost:
        role = code_of(Role, form["role"], "role")
        until_ms = end_of_day(form["until"], "until")
        return GrantPost(origin, staff_id, role, form["post"], until_ms)

    async def end(form: Form) -> EndPost:
        return EndPost(origin, form["code"])

    async def certificate(form: Form) -> Certify:
        return Certify(origin, staff_id, form["group"])

    async def uncertify(form: Form) -> EndCertificate:
        return EndCertificate(origin, staff_id, form["group"])

    deeds: dict[str, Deed] = {
        "change": (change_staff, change),
        "close": (close_staff, close),
        "password": (reset_password, password),
        "posts": (grant_post, post),
        "end-post": (end_post, end),
        "certify": (certify, certificate),
        "end-certificate": (end_certificate, uncertify),
    }
    if deed not in deeds:
        raise NotFound("no such deed")
    action, command = deeds[deed]
    return await act(
        request,
        actor,
        action,
        command,
        page=lambda one, problem: person_page(one, staff_id, problem),
        onward=f"{PATH}/{staff_id}",
    )


def setup_admin_staff(app: web.Application) -> None:
    app.router.add_get(PATH, show_staff)
    app.router.add_post(PATH, post_person)
    app.router.add_get(f"{PATH}/{{id}}", show_person)
    app.router.add_post(f"{PATH}/{{id}}/{{deed}}", post_change)
