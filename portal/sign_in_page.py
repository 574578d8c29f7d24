"""The sign-in page of a door; also what a visitor without a session sees in place of any page."""

from aiohttp import web
from yarl import URL

from portal.doors import Door
from portal.problem import Problem
from portal.templating import render

WINDOW_PATH = "/sign-in/clerk/window"
CHANGE_PATH = "/own-password"


def choose_window_url(onward: str) -> str:
    return str(URL(WINDOW_PATH).with_query(onward=onward))


def change_password_url(door: str, onward: str) -> str:
    return str(URL(CHANGE_PATH).with_query(door=door, onward=onward))


def safe_onward(path: str, default: str) -> str:
    """`path` if it is a path of this site, else `default`: a sign-in never leads elsewhere."""
    local = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if local and not any(ord(character) < 32 for character in path) else default


def sign_in_page(
    request: web.Request,
    door_name: str,
    *,
    problem: Problem | None = None,
    onward: str = "",
    number: str = "",
) -> web.Response:
    """`problem` is shown above the form and gives the status; unknown doors fall back to clerk."""
    door = Door(door_name) if door_name in set(Door) else Door.CLERK
    template = "portal/pair.html" if door is Door.CITIZEN else "portal/sign_in.html"
    context = {
        "door": door.spec,
        "problem": problem,
        "onward": safe_onward(onward, door.spec.home),
        "number": number,
        "first_visit": problem is None or problem.slug in {"not_signed_in", "wrong_door"},
    }
    return render(request, template, context, status=200 if problem is None else problem.status)
