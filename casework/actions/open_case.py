"""Opens a case at a window, or at the pre-fill desk."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.actions.note_at_hand import asked_for
from casework.actions.steps.applicant_index import index_applicant
from casework.actions.steps.case_act import tell
from casework.actions.steps.visit_act import locked_visit
from casework.actions.steps.visit_of_case import accepting_window, fill, handle, visit_here
from casework.actor import Role
from casework.calendar import day_of
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import IN_FORCE, in_force_asked, in_force_in
from casework.errors import InvalidInput, NotAllowed
from casework.ids import case_number, new_id
from casework.model.applicant import Applicant, normalise_applicant
from casework.model.case import Case, CaseState, Priority
from casework.model.form_field import normalise_value
from casework.model.visit import Visit
from casework.policy.case_verb import CaseVerb
from casework.policy.policy_decision import PolicyDecision
from casework.policy.refusals import ItemNotGranted
from casework.policy.transitions import transitions_of
from casework.store.case_rows import add_hand, insert_case, open_interval
from casework.store.prepared import ask
from casework.store.tx import Tx
from casework.views.grants import ACCEPTED
from casework.views.sealed_values import prefixed


@dataclass(frozen=True, slots=True)
class OpenCase:
    """`applicant` and `form` are what an usher filled in at the pre-fill desk. `visit_id` and `at_hand`
    are hers as well: whom she serves, and which materials the citizen has with her. A clerk's case
    belongs to the visit that stands at the window.
    """

    item_code: str
    priority: Priority | None = None
    applicant: Applicant | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    visit_id: str | None = None
    at_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """`left_out` names prefilled values that do not fit: the clerk types these."""

    case_id: str
    number: str
    version: int
    left_out: tuple[str, ...] = ()


def open_case(tx: Tx, command: OpenCase) -> OpenedCase:
    """By an usher: a draft that waits until a clerk takes it over. Raises NotAllowed, ItemNotInForce,
    ItemNotGranted or InvalidInput; for an usher also VisitOver, VisitTaken and NoWindowAccepts.
    """
    place = _place(tx, command)
    outlet, window, visit = place.outlet, place.window, place.visit
    code = command.item_code
    versions, grants = ask(
        tx.conn,
        (IN_FORCE, in_force_asked(code, day_of(tx.now_ms))),
        (ACCEPTED, {"outlet": outlet, "item": code, "now": tx.now_ms}),
    )
    item = in_force_in(versions, code)
    if not grants:
        raise ItemNotGranted(item=item.code)
    applicant, form, left_out = _prefilled(item, command, day_of(tx.now_ms))
    at_hand = asked_for(item, command.at_hand)
    priority = command.priority or (visit.priority if visit else None)
    # The key is durable before the case is: a crash in between leaves a key that opens nothing.
    case_id = new_id()
    tx.keys.create_case_key(case_id)
    tx.new_chain(f"case:{case_id}")
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
        priority=priority,
        applicant_seq=0 if applicant else None,
        form_seq=0 if form else None,
        visit_id=visit.id if visit else None,
        prepared_by=tx.actor.id if place.at_desk else None,
        at_hand_seq=0 if place.at_desk else None,
    )
    tx.entry(
        "desk.case.opened",
        case.chain,
        plain={"number": case.number},
        committed={
            "item": item.id,
            "outlet": outlet,
            "window": window,
            "priority": priority,
            **({"visit": visit.id} if visit else {}),
            **({"at_hand": list(at_hand)} if place.at_desk else {}),
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
    if visit is not None and place.at_desk:
        fill(tx, visit)
    elif visit is not None:
        handle(tx, visit)
    return OpenedCase(case_id, case.number, case.version, left_out)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a case is opened; `at_desk` by an usher."""

    outlet: str
    window: str
    visit: Visit | None
    at_desk: bool = False


def _place(tx: Tx, command: OpenCase) -> _Place:
    """The clerk's window, or the usher's outlet; the roles are those of the transition table."""
    if not any(tx.actor.role in row.roles for row in transitions_of(CaseVerb.OPEN_CASE, None)):
        raise NotAllowed(reason="role_may_not", verb=CaseVerb.OPEN_CASE)
    if tx.actor.role is Role.USHER:
        if command.visit_id is None:
            raise InvalidInput(field="visit")
        visit = locked_visit(tx, command.visit_id)
        return _Place(visit.outlet_id, accepting_window(tx, visit.outlet_id), visit, at_desk=True)
    if tx.actor.outlet is None or tx.actor.window is None:
        raise NotAllowed(reason="no_window", verb=CaseVerb.OPEN_CASE)
    return _Place(tx.actor.outlet, tx.actor.window, visit_here(tx, tx.actor.window))


def _number(tx: Tx) -> str:
    """Never used before: the series of the day has no gaps and never goes back."""
    day = day_of(tx.now_ms)
    return case_number(day, tx.next_serial(f"case-number:{day:%Y%m%d}"))


def _prefilled(
    item: ItemVersion, command: OpenCase, today: dt.date
) -> tuple[Applicant | None, dict[str, str], tuple[str, ...]]:
    """What of an usher's values fits; a value that does not is named, and loses nothing else."""
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
