"""The status ladder of a case, as a piece of a page that asks for it again (`static/js/ladder.js`)."""

from aiohttp import web
from sqlalchemy import Connection

from casework.actor import Actor
from casework.errors import NotFound
from casework.ids import is_id
from casework.log.case_status import CaseStanding, LogStatus, case_status
from casework.views.case_standing import case_standing
from casework.views.visible_cases import visible_case
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, LOG_STATUS, STORE
from portal.templating import render


@require(Door.CLERK, Door.REVIEWER, Door.LEAD, Door.AUDITOR)
async def serve_ladder(request: web.Request, actor: Actor) -> web.Response:
    """HTML. Raises NotFound for a case one may not see."""
    case_id = request.match_info["case"]
    if not is_id(case_id):
        raise NotFound("no such id")
    now_ms = request.app[CLOCK].wall_ms()
    standing = await request.app[STORE].read(_standing, actor, case_id, now_ms)
    status = case_status(standing, request.app[LOG_STATUS])
    return render(request, "portal/case_ladder.html", {"status": status})


def _standing(conn: Connection, actor: Actor, case_id: str, now_ms: int) -> CaseStanding:
    return case_standing(conn, visible_case(conn, actor, case_id, now_ms))


def setup_case_ladder(app: web.Application, status: LogStatus) -> None:
    """After `setup_portal`; without it the pages of cases show no ladder."""
    app[LOG_STATUS] = status
    app.router.add_get("/cases/{case}/ladder", serve_ladder)
