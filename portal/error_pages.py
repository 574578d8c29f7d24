"""The outermost answer: every exception leaves as a problem document or as a page with a code."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from casework.errors import DomainError
from portal.access import route_name
from portal.errors import NotSignedIn, PasswordToChange, WindowNotChosen, WrongDoor
from portal.keys import TRACE_ID
from portal.problem import PROBLEM_TYPE, Problem, as_domain_error, problem_of
from portal.sign_in_page import change_password_url, choose_window_url, sign_in_page
from portal.templating import render

log = structlog.get_logger(component="portal")


def wants_page(request: web.Request) -> bool:
    """A navigation gets a page; scripts, sockets and other programs get a problem document."""
    if request.path.startswith("/api/"):
        return False
    accept = request.headers.get("Accept", "")
    return "text/html" in accept and "Upgrade" not in request.headers


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as exc:
        if exc.status < 400:  # a redirect is an answer
            raise
        return _answer(request, exc)
    except DomainError as exc:
        return _answer(request, exc)
    except Exception as exc:  # the last line of defence of every handler
        log.exception(
            "request.failed", route=route_name(request), trace_id=request.get(TRACE_ID, "")
        )
        return _answer(request, exc)


def _answer(request: web.Request, exc: BaseException) -> web.StreamResponse:
    error = as_domain_error(exc)
    problem = problem_of(error)
    log.info(
        "request.refused",
        code=problem.code,
        status=problem.status,
        route=route_name(request),
        trace_id=request.get(TRACE_ID, ""),
    )
    if not wants_page(request):
        return problem_response(request, problem)
    # Four tabs of one browser play four people: who is in at another door may come in here, too.
    if isinstance(error, NotSignedIn | WrongDoor):
        door = str(error.details.get("door", ""))
        return sign_in_page(request, door, problem=problem, onward=_onward(request))
    if isinstance(error, WindowNotChosen) and request.method in {"GET", "HEAD"}:
        return web.Response(
            status=303, headers={"Location": choose_window_url(request.rel_url.path_qs)}
        )
    if isinstance(error, PasswordToChange) and request.method in {"GET", "HEAD"}:
        door = str(error.details["door"])
        onward = change_password_url(door, request.rel_url.path_qs)
        return web.Response(status=303, headers={"Location": onward})
    return render(request, "portal/error.html", {"problem": problem}, status=problem.status)


def _onward(request: web.Request) -> str:
    """The page that a sign-in leads back to: of a form that was sent, the one it stands on, which may
    have kept what was typed. Empty when nobody can say.
    """
    if request.method in {"GET", "HEAD"}:
        return request.rel_url.path_qs
    try:
        sender = URL(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return sender.path_qs if sender.host and sender.authority == request.host else ""


def problem_response(request: web.Request, problem: Problem) -> web.Response:
    return web.json_response(
        problem.document(instance=request.path, trace_id=request.get(TRACE_ID, "")),
        status=problem.status,
        content_type=PROBLEM_TYPE,
        headers=problem.headers,
    )


def setup_error_pages(app: web.Application) -> None:
    app.middlewares.append(answer_errors)
