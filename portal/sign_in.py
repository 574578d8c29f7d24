"""Signing in by staff number and password, choosing a window, signing out."""

import structlog
from aiohttp import web

from casework.actor import SYSTEM, Actor
from casework.errors import DomainError
from portal.access import public, require
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.errors import AccountLocked, PageNotFound, SignInFailed
from portal.keys import CLOCK, PASSWORDS, SESSION, SESSIONS, SETTINGS, STORE, THROTTLE, WRITER
from portal.passwords import Passwords
from portal.problem import problem_of
from portal.session_acts import NoteFailure, RenewHash, note_failure, renew_hash
from portal.session_rows import Account, account_of, windows_of
from portal.sign_in_page import WINDOW_PATH, choose_window_url, safe_onward, sign_in_page
from portal.templating import render
from portal.visitor import visitor_address

log = structlog.get_logger(component="portal")

WINDOW_COOKIE = "yc_window"
_YEAR_S = 366 * 24 * 3600


@public
async def show_sign_in(request: web.Request) -> web.Response:
    door = _staff_door(request)
    return sign_in_page(request, door, onward=request.query.get("onward", ""))


@public
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Answers with the door's cookie and a redirect, or with the page and a stable code."""
    door = _staff_door(request)
    form = await read_form(
        request, {"number": FormLine(60), "password": FormLine(200), "onward": FormLine(500)}
    )
    number = form["number"].strip()
    onward = safe_onward(form["onward"], door.spec.home)
    try:
        account = await _check(request, door, number, form["password"])
    except DomainError as exc:
        log.warning("sign_in.refused", door=door.value, code=exc.code)
        return sign_in_page(request, door, problem=problem_of(exc), onward=onward, number=number)
    window_id = None
    if door is Door.CLERK:
        window_id = await _remembered_window(request, account)
        if window_id is None:
            onward = choose_window_url(onward)
    sessions = request.app[SESSIONS]
    await sessions.close_held(request, door)
    token = await sessions.open_for_staff(
        door, staff_id=account.staff_id, grant_id=account.grant_id or "", window_id=window_id
    )
    log.info("sign_in.done", door=door.value, staff=account.staff_id)
    response = web.HTTPSeeOther(onward)
    sessions.set_cookie(response, door, token)
    raise response


async def _check(request: web.Request, door: Door, number: str, password: str) -> Account:
    """The account, or TooManyTries, AccountLocked, SignInFailed; costs the same for each wrong way."""
    app, settings = request.app, request.app[SETTINGS]
    app[THROTTLE].take(
        f"address:{visitor_address(request)}", per_minute=settings.tries_per_minute_address
    )
    app[THROTTLE].take(f"number:{number}", per_minute=settings.tries_per_minute_number)
    now_ms = app[CLOCK].wall_ms()
    account = await app[STORE].read(account_of, number, door.spec.role, now_ms)
    if account is not None and account.locked_until_ms > now_ms:
        raise AccountLocked(minutes=_minutes(account.locked_until_ms - now_ms))
    stored = None if account is None else account.password_hash
    fits = await app[PASSWORDS].fits(stored, password)
    if account is None:
        raise SignInFailed
    if not fits:
        command = NoteFailure(account.staff_id, settings.lock_after_failures, settings.lock_ms)
        until = await app[WRITER].run(note_failure, command, actor=SYSTEM)
        if until:
            raise AccountLocked(minutes=_minutes(until - now_ms))
        raise SignInFailed
    if account.grant_id is None:
        raise SignInFailed
    if Passwords.is_outdated(account.password_hash):
        renewed = RenewHash(account.staff_id, await app[PASSWORDS].hash(password))
        await app[WRITER].run(renew_hash, renewed, actor=SYSTEM)
    return account


async def _remembered_window(request: web.Request, account: Account) -> str | None:
    """The outlet's only window, or the one this computer stood at last time."""
    if account.outlet_id is None:
        return None
    windows = await request.app[STORE].read(windows_of, account.outlet_id)
    if len(windows) == 1:
        return windows[0].id
    remembered = request.cookies.get(WINDOW_COOKIE, "")
    return remembered if remembered in {window.id for window in windows} else None


@require(Door.CLERK, seated=False)
async def show_windows(request: web.Request, actor: Actor) -> web.Response:
    windows = (
        [] if actor.outlet is None else await request.app[STORE].read(windows_of, actor.outlet)
    )
    onward = safe_onward(request.query.get("onward", ""), Door.CLERK.spec.home)
    return render(request, "portal/choose_window.html", {"windows": windows, "onward": onward})


@require(Door.CLERK, seated=False)
async def take_window(request: web.Request, _actor: Actor) -> web.StreamResponse:
    form = await read_form(request, {"window": FormLine(26), "onward": FormLine(500)})
    await request.app[SESSIONS].choose_window(request[SESSION], form["window"])
    response = web.HTTPSeeOther(safe_onward(form["onward"], Door.CLERK.spec.home))
    response.set_cookie(
        WINDOW_COOKIE,
        form["window"],
        max_age=_YEAR_S,
        path="/sign-in",
        httponly=True,
        secure=request.app[SETTINGS].secure_cookies,
        samesite="Lax",
    )
    raise response


@public
async def sign_out(request: web.Request) -> web.StreamResponse:
    """Closes the door's session, if there is one, and leads back to the doors."""
    name = request.match_info["door"]
    if name not in set(Door):
        raise PageNotFound
    door, sessions = Door(name), request.app[SESSIONS]
    await sessions.close_held(request, door)
    response = web.HTTPSeeOther("/")
    sessions.drop_cookie(response, door)
    raise response


def _staff_door(request: web.Request) -> Door:
    name = request.match_info["door"]
    if name not in set(Door) or Door(name) is Door.CITIZEN:
        raise PageNotFound
    return Door(name)


def _minutes(ms: int) -> int:
    return max(1, -(-ms // 60_000))


def setup_sign_in(app: web.Application) -> None:
    app.router.add_get(WINDOW_PATH, show_windows)
    app.router.add_post(WINDOW_PATH, take_window)
    app.router.add_get("/sign-in/{door}", show_sign_in)
    app.router.add_post("/sign-in/{door}", sign_in)
    app.router.add_post("/sign-out/{door}", sign_out)
