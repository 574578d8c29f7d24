"""Lists of the reviewer desk: calls that wait, cases in the pool, cases in one's own hand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from backoffice_console.views.places import StaffShown, outlet_name, staff_shown, window_name
from casework.actor import Actor
from casework.model.case import CaseState
from casework.store import schema_call as calls_table
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.views import hall
from casework.views.calls import call_of, cases_of
from casework.views.grants import certified_groups
from casework.views.pool import waiting_for

MAX_ROWS = 200

_c = s.cases.c


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A call that waits for the hall; `item` is empty for a consultation without a case."""

    call_id: str
    place: int
    kind: str
    state: str
    outlet: str
    window: str
    clerk: StaffShown
    item: str
    case_number: str
    case_priority: str | None
    for_me: bool
    requested_ms: int


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A case that waits for review. `kept` = mended after one's own return, so it comes first."""

    id: str
    number: str
    item: str
    outlet: str
    state: str
    priority: str | None
    kept: bool
    since_ms: int
    due_ms: int | None


@dataclass(frozen=True, slots=True)
class Pool:
    """The first `lines` of those that fit the filter, of which there are `fitting`; `total` wait in all.
    `items` and `outlets` are what the filters offer: [code, name].
    """

    lines: Sequence[PoolLine]
    fitting: int
    total: int
    items: Sequence[tuple[str, str]]
    outlets: Sequence[tuple[str, str]]


def queue_lines(conn: Connection, actor: Actor, now_ms: int) -> Sequence[QueueLine]:
    """Every waiting call in the order in which they are offered."""
    groups = certified_groups(conn, actor.id, now_ms)
    return [
        queue_line(conn, waiting.call_id, place, groups)
        for place, waiting in enumerate(hall.queue(conn), start=1)
    ]


def queue_line(
    conn: Connection, call_id: str, place: int = 0, groups: frozenset[str] = frozenset()
) -> QueueLine:
    """What one call is about; raises NotFound."""
    call = call_of(conn, call_id)
    case_ids = cases_of(conn, call_id)
    case = None
    if case_ids:
        case = conn.execute(
            select(_c.number, _c.priority, catalogue.item_version.c.name)
            .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
            .where(_c.id == case_ids[0])
        ).one_or_none()
    return QueueLine(
        call_id=call.id,
        place=place,
        kind=call.kind,
        state=call.state,
        outlet=outlet_name(conn, call.outlet_id),
        window=window_name(conn, call.window_id),
        clerk=staff_shown(conn, call.requested_by),
        item="" if case is None else case.name,
        case_number="" if case is None else case.number,
        case_priority=None if case is None else case.priority,
        for_me=call.group is None or call.group in groups,
        requested_ms=call.requested_ms,
    )


def pool(conn: Connection, actor: Actor, now_ms: int, *, item: str = "", outlet: str = "") -> Pool:
    """What the reviewer may take, in the order in which 领取下一件 gives it out.

    The filters narrow what is shown, never what comes next.
    """
    waiting = waiting_for(conn, actor.id, now_ms)
    fits = [waiting]
    if item:
        fits.append(_c.item_code == item)
    if outlet:
        fits.append(_c.outlet_id == outlet)
    rows = conn.execute(
        select(s.cases, catalogue.item_version.c.name.label("item"), org.outlet.c.name)
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .join(org.outlet, org.outlet.c.id == _c.outlet_id)
        .where(*fits)
        .order_by(
            _c.reserved_for.is_not_distinct_from(actor.id).desc(),
            _c.priority.is_(None),
            _c.accepted_at_ms,
            _c.id,
        )
        .limit(MAX_ROWS)
    ).all()
    kinds = Counter((row.item_code, row.item, row.outlet_id, row.name) for row in rows)
    if len(fits) > 1 or len(rows) == MAX_ROWS:
        kinds = _kinds(conn, waiting)  # more waits than is shown
    return Pool(
        lines=[
            PoolLine(
                id=row.id,
                number=row.number,
                item=row.item,
                outlet=row.name,
                state=row.state,
                priority=row.priority,
                kept=row.reserved_for == actor.id,
                since_ms=row.accepted_at_ms or row.opened_at_ms,
                due_ms=row.promised_due_ms,
            )
            for row in rows
        ],
        fitting=sum(
            count
            for (code, _, place, _), count in kinds.items()
            if item in {"", code} and outlet in {"", place}
        ),
        total=kinds.total(),
        items=sorted({(code, name) for code, name, _, _ in kinds}),
        outlets=sorted({(place, name) for _, _, place, name in kinds}, key=lambda pair: pair[1]),
    )


def _kinds(conn: Connection, waiting: ColumnElement[bool]) -> Counter[tuple[str, str, str, str]]:
    """How many wait, by item and its name, outlet and its name."""
    kind = (_c.item_code, catalogue.item_version.c.name, _c.outlet_id, org.outlet.c.name)
    rows = conn.execute(
        select(*kind, func.count())
        .select_from(s.cases)
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .join(org.outlet, org.outlet.c.id == _c.outlet_id)
        .where(waiting)
        .group_by(*kind)
    )
    return Counter({(row[0], row[1], row[2], row[3]): row[4] for row in rows})


def in_my_hand(conn: Connection, actor: Actor, now_ms: int) -> Sequence[PoolLine]:
    """Cases the reviewer holds now, and those he decided and has not handed back."""
    mine = or_(
        and_(
            _c.state == CaseState.IN_FIRST_REVIEW,
            _c.reviewer_id == actor.id,
            _c.lease_until_ms > now_ms,
        ),
        and_(_c.state.in_((CaseState.APPROVED, CaseState.REFUSED)), _c.decided_by == actor.id),
    )
    rows = conn.execute(
        select(s.cases, catalogue.item_version.c.name.label("item"), org.outlet.c.name)
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .join(org.outlet, org.outlet.c.id == _c.outlet_id)
        .where(mine)
        .order_by(_c.accepted_at_ms, _c.id)
        .limit(MAX_ROWS)
    )
    return [
        PoolLine(
            id=row.id,
            number=row.number,
            item=row.item,
            outlet=row.name,
            state=row.state,
            priority=row.priority,
            kept=False,
            since_ms=row.accepted_at_ms or row.opened_at_ms,
            due_ms=row.promised_due_ms,
        )
        for row in rows
    ]


def offered_call(conn: Connection, actor: Actor) -> str | None:
    """Id of the call that rings at this reviewer now."""
    return conn.scalar(
        select(calls_table.call_offer.c.call_id).where(
            calls_table.call_offer.c.staff_id == actor.id,
            calls_table.call_offer.c.outcome.is_(None),
        )
    )
