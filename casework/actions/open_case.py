"""Opens a case at a window, by hand or from a launch link of the city's intake platform."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from casework.actions.steps.applicant_index import index_applicant
from casework.actions.steps.case_act import tell
from casework.calendar import day_of
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import item_in_force
from casework.errors import InvalidInput, NotAllowed
from casework.ids import case_number, new_id
from casework.model.applicant import Applicant, normalise_applicant
from casework.model.case import Case, CaseState, Priority
from casework.model.form_field import normalise_value
from casework.policy.case_verb import CaseVerb
from casework.policy.policy_decision import PolicyDecision
from casework.policy.refusals import ItemNotGranted
from casework.policy.transitions import transitions_of
from casework.store import schema_case as s
from casework.store.case_rows import add_hand, insert_case, open_interval
from casework.store.tx import Tx
from casework.views.grants import may_accept
from casework.views.sealed_values import prefixed

MAX_EXTERNAL_REF = 80


@dataclass(frozen=True, slots=True)
class OpenCase:
    """`applicant` and `form` are what a launch link filled in. `external_ref` is the intake
    platform's number: opening it again at this outlet gives the same case.
    """

    item_code: str
    priority: Priority | None = None
    external_ref: str | None = None
    applicant: Applicant | None = None
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """`left_out` names prefilled values that do not fit: the clerk types these."""

    case_id: str
    number: str
    version: int
    left_out: tuple[str, ...] = ()
    existing: bool = False


def open_case(tx: Tx, command: OpenCase) -> OpenedCase:
    """Raises NotAllowed, ItemNotInForce, ItemNotGranted or InvalidInput."""
    outlet, window = _counter(tx)
    known = _opened_before(tx, outlet, command.external_ref)
    if known is not None:
        return known
    item = item_in_force(tx.conn, command.item_code, day_of(tx.now_ms))
    if not may_accept(tx.conn, outlet, item.code, tx.now_ms):
        raise ItemNotGranted(item=item.code)
    applicant, form, left_out = _prefilled(item, command, day_of(tx.now_ms))
    # The key is durable before the case is: a crash in between leaves a key that opens nothing.
    case_id = new_id()
    tx.keys.create_case_key(case_id)
    case = Case(
        id=case_id,
        number=_number(tx),
        item_version_id=item.id,
        item_code=item.code,
        group_code=item.group,
        state=CaseState.DRAFT,
        version=1,
        outlet_id=outlet,
        window_id=window,
        first_asked_by=tx.actor.id,
        owner=tx.actor.id,
        opened_at_ms=tx.now_ms,
        priority=command.priority,
        external_ref=command.external_ref,
        applicant_seq=0 if applicant else None,
        form_seq=0 if form else None,
    )
    tx.entry(
        "desk.case.opened",
        case.chain,
        plain={"number": case.number},
        committed={
            "item": item.id,
            "outlet": outlet,
            "window": window,
            "priority": command.priority,
            "external_ref": command.external_ref,
            **prefixed("applicant", applicant.values() if applicant else {}),
            **prefixed("form", form),
        },
        decision=PolicyDecision(allow=True, reason="ok"),
    )
    insert_case(tx.conn, case)
    if applicant is not None:
        index_applicant(tx, case_id, applicant)
    open_interval(tx.conn, case, CaseVerb.OPEN_CASE, tx.actor.id, tx.now_ms)
    add_hand(tx.conn, case_id, tx.actor.id, tx.actor.role)
    tell(tx, case, "desk.case.opened", before={})
    return OpenedCase(case_id, case.number, case.version, left_out)


def _counter(tx: Tx) -> tuple[str, str]:
    """Outlet and window of the clerk; the roles are those of the transition table."""
    if not any(tx.actor.role in row.roles for row in transitions_of(CaseVerb.OPEN_CASE, None)):
        raise NotAllowed(reason="role_may_not", verb=CaseVerb.OPEN_CASE)
    if tx.actor.outlet is None or tx.actor.window is None:
        raise NotAllowed(reason="no_window", verb=CaseVerb.OPEN_CASE)
    return tx.actor.outlet, tx.actor.window


def _number(tx: Tx) -> str:
    """Never used before: the series of the day has no gaps and never goes back."""
    day = day_of(tx.now_ms)
    return case_number(day, tx.next_serial(f"case-number:{day:%Y%m%d}"))


def _opened_before(tx: Tx, outlet: str, external_ref: str | None) -> OpenedCase | None:
    if external_ref is None:
        return None
    if not 1 <= len(external_ref) <= MAX_EXTERNAL_REF or not external_ref.isprintable():
        raise InvalidInput(field="external_ref")
    row = tx.conn.execute(
        select(s.cases.c.id, s.cases.c.number, s.cases.c.version)
        .where(
            s.cases.c.outlet_id == outlet,
            s.cases.c.external_ref == external_ref,
            s.cases.c.state != CaseState.WITHDRAWN,
        )
        .limit(1)
    ).one_or_none()
    return row and OpenedCase(row.id, row.number, row.version, existing=True)


def _prefilled(
    item: ItemVersion, command: OpenCase, today: dt.date
) -> tuple[Applicant | None, dict[str, str], tuple[str, ...]]:
    """What of a launch link fits; a value that does not is named, and loses nothing else."""
    left_out: list[str] = []
    applicant = None
    if command.applicant is not None:
        try:
            applicant = normalise_applicant(command.applicant)
        except ValueError:
            left_out.append("applicant")
    form: dict[str, str] = {}
    for code, text in command.form.items():
        described = item.field(code)
        try:
            value = normalise_value(described, text, today) if described else ""
        except ValueError:
            value = ""
        if value:
            form[code] = value
        elif text.strip():
            left_out.append(code[:40])
    return applicant, form, tuple(left_out[:40])
