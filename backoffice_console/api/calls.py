"""What a call is about, in words: for the ringing card and the head of the call's page."""

from dataclasses import asdict

from aiohttp import web
from sqlalchemy import Connection

from backoffice_console.api.answers import id_in_path, json_answer
from backoffice_console.views.desk_lists import QueueLine, offered_call, queue_line
from backoffice_console.words import PRIORITIES, word
from casework.actor import Actor
from casework.errors import NotFound
from casework.policy.call_rules import takes_part
from casework.views.calls import call_of
from portal.access import require
from portal.doors import Door
from portal.keys import STORE


@require(Door.REVIEWER)
async def show_call(request: web.Request, actor: Actor) -> web.Response:
    """Only for whoever is rung by it or leads it; raises NotFound for others."""
    line = await request.app[STORE].read(_call_shown, actor, id_in_path(request, "call_id"))
    return json_answer({**asdict(line), "priority": word(PRIORITIES, line.case_priority)})


def _call_shown(conn: Connection, actor: Actor, call_id: str) -> QueueLine:
    if not takes_part(actor, call_of(conn, call_id)) and offered_call(conn, actor) != call_id:
        raise NotFound("no such call")
    return queue_line(conn, call_id)


def setup_calls(app: web.Application) -> None:
    app.router.add_get("/api/v1/review/calls/{call_id}", show_call)
