"""Choosing a password of one's own: at the first sign-in, or whenever one wants to."""

from aiohttp import web

from casework.actor import Actor
from casework.errors import DomainError
from portal.access import require
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.errors import NewPasswordRefused, SignInFailed
from portal.keys import PASSWORDS, SESSION, SETTINGS, STORE, THROTTLE, WRITER
from portal.passwords import MAX_PASSWORD
from portal.problem import Problem, problem_of
from portal.session_acts import ChangePassword, change_password
from portal.session_rows import Session, password_hash_of
from portal.sign_in_page import CHANGE_PATH, safe_onward
from portal.templating import render

MIN_PASSWORD = 10
_DOORS = tuple(door for door in Door if door.spec.staff)


@require(*_DOORS, seated=False, own_password=False)
async def show_password(request: web.Request, _actor: Actor) -> web.Response:
    return _page(request, request[SESSION], request.query.get("onward", ""))


@require(*_DOORS, seated=False, own_password=False)
async def save_password(request: web.Request, actor: Actor) -> web.StreamResponse:
    """Every other session of the person ends; this one goes on."""
    app, session = request.app, request[SESSION]
    # A line beyond the limit is refused in words below, not as a broken form.
    lines = dict.fromkeys(("old", "new", "again"), FormLine(4 * MAX_PASSWORD))
    form = await read_form(request, {**lines, "onward": FormLine(500)})
    try:
        app[THROTTLE].take(
            f"number:{session.number}", per_minute=app[SETTINGS].tries_per_minute_number
        )
        _check(form, session.number)
        stored = await app[STORE].read(password_hash_of, actor.id)
        if not await app[PASSWORDS].fits(stored, form["old"]):
            raise SignInFailed
        new = await app[PASSWORDS].hash(form["new"])
        command = ChangePassword(session.token_sha256, stored or "", new)
        await app[WRITER].run(change_password, command, actor=actor)
    except DomainError as exc:
        return _page(request, session, form["onward"], problem_of(exc))
    raise web.HTTPSeeOther(safe_onward(form["onward"], session.door.spec.home))


def _check(form: dict[str, str], number: str) -> None:
    new = form["new"]
    for reason, refused in (
        ("short", len(new) < MIN_PASSWORD),
        ("long", len(new) > MAX_PASSWORD),
        ("same", new == form["old"]),
        ("number", len(number) > 2 and number in new),
        ("differ", new != form["again"]),
    ):
        if refused:
            raise NewPasswordRefused(reason=reason)


def _page(
    request: web.Request, session: Session, onward: str, problem: Problem | None = None
) -> web.Response:
    context = {
        "door": session.door.spec,
        "onward": safe_onward(onward, session.door.spec.home),
        "problem": problem,
        "first": session.password_to_change,
        "least": MIN_PASSWORD,
    }
    return render(
        request, "portal/own_password.html", context, status=problem.status if problem else 200
    )


def setup_own_password(app: web.Application) -> None:
    app.router.add_get(CHANGE_PATH, show_password)
    app.router.add_post(CHANGE_PATH, save_password)
