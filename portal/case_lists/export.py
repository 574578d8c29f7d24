"""A list taken away as a file. The entry is written first: no row leaves that nobody answers for."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.export_list import ExportList, export_list
from casework.actor import Actor
from casework.calendar import day_of
from casework.views.lists.case_filter import CaseFilter
from casework.views.lists.case_list import matching
from casework.views.lists.lines import ListLine, lines_of
from portal import case_words
from portal.case_lists.csv_file import BOM, row
from portal.case_lists.place import ListPlace
from portal.coded import word
from portal.display import DisplayTime
from portal.i18n import N_, _, current_language
from portal.keys import CLOCK, SETTINGS, STORE, WRITER

MAX_ROWS = 10_000
AT_ONCE = 500
"""Rows that are read, opened and sent together: what an export holds in memory, and how long one of
the store's readers is busy with it at a time.
"""

_COLUMNS = (
    N_("Case number"),
    N_("Item code"),
    N_("Item"),
    N_("Applicant (masked)"),
    N_("State"),
    N_("Outcome"),
    N_("Road"),
    N_("Outlet"),
    N_("Window"),
    N_("Clerk's number"),
    N_("Reviewer's number"),
    N_("Calls"),
    N_("Opened"),
    N_("Accepted"),
    N_("Decided"),
    N_("Due"),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the file will hold: at most `MAX_ROWS`; `cut` when the list has more."""

    case_ids: Sequence[str]
    cut: bool


async def send_export(
    request: web.Request, actor: Actor, place: ListPlace, wanted: CaseFilter
) -> web.StreamResponse:
    """Raises what `export_list` raises, before anything is sent."""
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    chosen = await store.read(_chosen, actor, wanted, now_ms)
    command = ExportList(place.origin(), wanted, len(chosen.case_ids), chosen.cut)
    # Never under an idempotency key, by which a second file would leave without an entry.
    await request.app[WRITER].run(export_list, command, actor=actor)
    # Neither name nor filter: file names stay in histories and on desktops.
    name = f"cases-{day_of(now_ms):%Y%m%d}.csv"
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )
    await response.prepare(request)
    async for text in _texts(request, place, chosen):
        await response.write(text.encode())
    await response.write_eof()
    return response


async def _texts(request: web.Request, place: ListPlace, chosen: Chosen) -> AsyncIterator[str]:
    store = request.app[STORE]
    clock = DisplayTime(request.app[SETTINGS].time_zone, current_language())
    yield BOM + row(_(column) for column in _COLUMNS)
    for start in range(0, len(chosen.case_ids), AT_ONCE):
        some = chosen.case_ids[start : start + AT_ONCE]
        lines = await store.read(lines_of, place.keys, some)
        yield "".join(row(_cells(line, clock)) for line in lines)


def _chosen(conn: Connection, actor: Actor, wanted: CaseFilter, now_ms: int) -> Chosen:
    found = matching(conn, actor, wanted, now_ms, MAX_ROWS + 1)
    return Chosen(found[:MAX_ROWS], len(found) > MAX_ROWS)


def _cells(line: ListLine, clock: DisplayTime) -> tuple[str, ...]:
    return (
        line.number,
        line.item_code,
        line.item_name,
        line.applicant,
        word(case_words.CASE_STATES, line.state),
        word(case_words.OUTCOMES, line.outcome),
        word(case_words.ROADS, line.road),
        line.outlet_name,
        line.window_name,
        line.clerk,
        line.reviewer,
        str(line.calls),
        clock.datetime(line.opened_at_ms),
        clock.datetime(line.accepted_at_ms),
        clock.datetime(line.decided_at_ms),
        clock.datetime(line.promised_due_ms),
    )
