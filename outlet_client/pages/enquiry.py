"""/q: where the code on a paper leads. Anybody with number and code learns how the case stands.

The code travels in the address's fragment and in the body of a form, so no log ever sees it. What
is shown is what the paper's holder knows anyway, and how far the case has come; nothing personal.
"""

from aiohttp import web

from casework.errors import DomainError, NotFound
from casework.model.case import CaseState, Outcome
from outlet_client.api.answer import read
from outlet_client.keys import OUTLET
from outlet_client.views.enquiry import Enquiry, enquire
from portal.access import public
from portal.bodies import FormLine, read_form
from portal.errors import TooManyTries
from portal.i18n import N_
from portal.keys import THROTTLE
from portal.problem import problem_of
from portal.templating import render
from portal.visitor import visitor_address

TRIES_PER_MINUTE = 10
WORDS = {
    CaseState.DRAFT: N_("Filling in"),
    CaseState.ACCEPTED: N_("Accepted, waiting for review"),
    CaseState.IN_FIRST_REVIEW: N_("In review"),
    CaseState.RETURNED_TO_OUTLET: N_("Returned to the window"),
    CaseState.SUPPLEMENT_REQUIRED: N_("Waiting for the supplement"),
    CaseState.APPROVED: N_("Approved by the hall"),
    CaseState.REFUSED: N_("Refused"),
    CaseState.ISSUED: N_("Issued"),
    CaseState.COMPLETED: N_("Case completed"),
    CaseState.WITHDRAWN: N_("Withdrawn"),
    CaseState.LAPSED: N_("Not supplied in time, deemed withdrawn"),
}


@public
async def show_enquiry(request: web.Request) -> web.Response:
    return _page(request, number=request.match_info.get("number", ""))


@public
async def answer_enquiry(request: web.Request) -> web.Response:
    """Limited by address: a code has too many values to be tried out."""
    form = await read_form(request, {"number": FormLine(40), "code": FormLine(40)})
    number = "".join(form["number"].split())
    try:
        request.app[THROTTLE].take(
            f"enquiry:{visitor_address(request)}", per_minute=TRIES_PER_MINUTE
        )
        found = await read(request, enquire, request.app[OUTLET].keys, number, form["code"])
    except NotFound:
        return _page(request, number=number, wrong=True, status=404)
    except TooManyTries as refused:
        return _page(request, number=number, problem=refused, status=429)
    return _page(request, number=number, found=found)


def state_words(found: Enquiry) -> str:
    """English words of the state; those of a decision that waits at the window name it."""
    if found.state is CaseState.HANDED_BACK:
        refused = found.outcome is Outcome.REFUSED
        return N_("Refused, to be handed over") if refused else N_("Approved, to be issued")
    return WORDS[found.state]


def _page(
    request: web.Request,
    *,
    number: str,
    found: Enquiry | None = None,
    wrong: bool = False,
    problem: DomainError | None = None,
    status: int = 200,
) -> web.Response:
    context = {
        "number": number,
        "found": found,
        "words": state_words(found) if found else "",
        "wrong": wrong,
        "problem": problem_of(problem) if problem else None,
    }
    return render(request, "outlet_client/enquiry.html", context, status=status)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/q", show_enquiry)
    app.router.add_get("/q/{number}", show_enquiry)
    app.router.add_post("/q", answer_enquiry)
