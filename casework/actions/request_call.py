"""The clerk calls the hall, or the reviewer who holds the case calls its window."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from audit.device import FACT, REQUESTED_TYPE
from casework.actions.attach_case import put_case_into_call
from casework.actions.offer_call import ring
from casework.actions.steps.device_request import check_request, request_attestation
from casework.actions.steps.intervals import begin_interval
from casework.actions.steps.persons import add_present, add_staff
from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.catalogue.stored_item import load_item
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.ids import new_id
from casework.model.call import CallKind, CallState, Direction, PersonKind, Presence
from casework.model.case import Case, CaseState
from casework.model.device import SignedRequest
from casework.model.interruption import InterruptionPolicy
from casework.model.outlet import WindowProfile
from casework.policy.admission import is_supported
from casework.policy.call_refusals import (
    CaseNotCallable,
    ProfileUnsupported,
    StaffBusy,
    WindowBusy,
)
from casework.policy.device_refusals import RequestNotSigned
from casework.policy.policy_decision import PolicyDecision
from casework.store import schema_call as s
from casework.store import schema_org as org
from casework.store.case_rows import load_case
from casework.store.tx import Tx
from casework.views.calls import call_of, open_call_of_window
from casework.views.hall import occupied

_ALLOWED = PolicyDecision(allow=True, reason="ok")
_CALLABLE = frozenset({CaseState.ACCEPTED, CaseState.IN_FIRST_REVIEW})
_BEFORE_ACCEPTANCE = frozenset({CaseState.DRAFT})


@dataclass(frozen=True, slots=True)
class RequestCall:
    """`present` are those at the counter besides the clerk; empty only for a consultation. A pre-check
    is about a draft, any other call about a case that was accepted.

    `group` is the item group of a consultation without a case, None when it is not known.
    A reviewer gives `case_id` alone: who is present is said by the clerk who answers.
    `signed` is by the window's device, and then names the call that is to be.
    """

    kind: CallKind = CallKind.REVIEW
    case_id: str | None = None
    group: str | None = None
    present: tuple[PersonKind, ...] = (PersonKind.CITIZEN,)
    signed: SignedRequest | None = None


@dataclass(frozen=True, slots=True)
class CallRequested:
    call_id: str
    place: int | None
    expected_wait_ms: int | None


@dataclass(frozen=True, slots=True)
class _Window:
    id: str
    outlet_id: str
    profile: WindowProfile


def request_call(tx: Tx, command: RequestCall) -> CallRequested:
    """Queues a call of the actor's window, or rings the clerk at the window of the actor's case.

    Raises NotAllowed, InvalidInput, NotFound, WindowBusy, StaffBusy, CaseNotCallable,
    ProfileUnsupported, and what `check_request` raises.
    """
    match tx.actor.role:
        case Role.CLERK:
            return _call_the_hall(tx, command)
        case Role.REVIEWER:
            return _call_the_window(tx, command)
        case _:
            raise NotAllowed(reason="role_may_not")


def _call_the_hall(tx: Tx, command: RequestCall) -> CallRequested:
    if tx.actor.window is None:
        raise NotAllowed("a clerk calls from a window", reason="no_window")
    signed = command.signed
    if signed is not None and (again := check_request(tx, signed)) is not None:
        call = call_of(tx.conn, again)
        return CallRequested(call.id, call.place, call.expected_wait_ms)
    case = _case(tx, command)
    if not command.present and command.kind is not CallKind.CONSULT:
        raise InvalidInput("a review call has somebody at the counter", field="present")
    window = _free_window(tx, tx.actor.window)
    if case is not None:
        _require_callable(case, window, command.kind)
    call_id = new_id() if signed is None else _chosen(tx, signed)
    with publishing(tx, "call.requested", f"call:{call_id}", f"window:{window.id}"):
        _write(tx, call_id, command, window, case, Direction.TO_HALL)
        add_staff(tx, call_id, PersonKind.CLERK, tx.actor.id)
        add_present(tx, call_id, command.present)
    call = call_of(tx.conn, call_id)
    return CallRequested(call.id, call.place, call.expected_wait_ms)


def _require_callable(case: Case, window: _Window, kind: CallKind) -> None:
    callable_in = _BEFORE_ACCEPTANCE if kind is CallKind.PRECHECK else _CALLABLE
    if (
        case.outlet_id != window.outlet_id
        or case.state not in callable_in
        or case.waits_at_desk  # the ushers', until a clerk has taken it over
    ):
        raise CaseNotCallable(state=case.state.value)


def _call_the_window(tx: Tx, command: RequestCall) -> CallRequested:
    case = _case(tx, command)
    if (
        case is None
        or command.kind is CallKind.PRECHECK
        or case.state is not CaseState.IN_FIRST_REVIEW
        or case.reviewer_id != tx.actor.id
    ):
        raise CaseNotCallable("a reviewer calls the window about the case he holds")
    if tx.actor.id in occupied(tx.conn):
        raise StaffBusy(reason="in_call")
    window = _free_window(tx, case.window_id)
    clerk_id = _clerk_at(tx, window.id, case.owner)
    call_id = new_id()
    staff = (f"staff:{tx.actor.id}", f"staff:{clerk_id}")
    with publishing(tx, "call.requested", f"call:{call_id}", f"window:{window.id}", *staff):
        _write(tx, call_id, command, window, case, Direction.TO_WINDOW)
        add_staff(tx, call_id, PersonKind.REVIEWER, tx.actor.id)
        ring(tx, call_of(tx.conn, call_id), clerk_id)
    return CallRequested(call_id, None, None)


def _write(
    tx: Tx,
    call_id: str,
    command: RequestCall,
    window: _Window,
    case: Case | None,
    direction: Direction,
) -> None:
    """The call's row, key and first entry; a call to the hall is queued in the same act."""
    to_hall = direction is Direction.TO_HALL
    state = CallState.QUEUED if to_hall else CallState.REQUESTED
    in_review = case is not None and case.state is CaseState.IN_FIRST_REVIEW
    kind = _kind(command, case)
    # Nothing is decided in a pre-check, so an interruption costs nothing.
    decides = case is not None and kind is not CallKind.PRECHECK
    item = load_item(tx.conn, case.item_version_id) if case is not None and decides else None
    tx.keys.create_call_key(call_id)
    tx.conn.execute(
        insert(s.call).values(
            id=call_id,
            kind=kind,
            direction=direction,
            group_code=case.group_code if case is not None else command.group,
            outlet_id=window.outlet_id,
            window_id=window.id,
            profile=window.profile,
            interruption=item.interruption if item is not None else InterruptionPolicy.RESUME,
            requested_by=tx.actor.id,
            clerk_id=tx.actor.id if to_hall else None,
            reviewer_id=None if to_hall else tx.actor.id,
            own_reviewer_id=case.reviewer_id if case is not None and in_review else None,
            priority=case is not None and case.priority is not None,
            state=state,
            since_ms=tx.now_ms,
            version=0,
            requested_ms=tx.now_ms,
            queued_ms=tx.now_ms if to_hall else None,
        )
    )
    begin_interval(tx, f"call:{call_id}", state)
    signed = command.signed if to_hall else None
    tx.entry(
        REQUESTED_TYPE,
        f"call:{call_id}",
        plain={"direction": direction.value}
        | ({} if signed is None else {FACT: signed.said.facts()}),
        committed={
            "outlet": window.outlet_id,
            "window": window.id,
            "kind": command.kind.value,
            "profile": window.profile.value,
            "present": [kind.value for kind in command.present],
        },
        decision=_ALLOWED,
        attest=None if signed is None else request_attestation(tx, signed),
    )
    if case is not None:
        put_case_into_call(tx, call_id, case.id, kind)


def _kind(command: RequestCall, case: Case | None) -> CallKind:
    """Whoever calls about an accepted case asks for its review, whatever the call was named."""
    if case is None or command.kind is CallKind.PRECHECK:
        return command.kind
    return CallKind.REVIEW


def _case(tx: Tx, command: RequestCall) -> Case | None:
    if command.case_id is not None:
        return load_case(tx.conn, command.case_id)
    if command.kind is not CallKind.CONSULT:
        raise InvalidInput("a review call or a pre-check has a case", field="case_id")
    return None


def _chosen(tx: Tx, signed: SignedRequest) -> str:
    """The id that the device chose. It signs for a call that does not exist yet."""
    if tx.head(f"call:{signed.call_id}") is not None:
        raise RequestNotSigned("there is such a call already")
    return signed.call_id


def _free_window(tx: Tx, window_id: str) -> _Window:
    row = tx.conn.execute(select(org.window).where(org.window.c.id == window_id)).one_or_none()
    if row is None:
        raise NotFound("no such window")
    window = _Window(row.id, row.outlet_id, WindowProfile(row.profile))
    if not is_supported(window.profile):
        raise ProfileUnsupported(profile=window.profile.value)
    busy = open_call_of_window(tx.conn, window_id)
    if busy is not None:
        raise WindowBusy(call=busy.id)
    return window


def _clerk_at(tx: Tx, window_id: str, owner: str) -> str:
    """The clerk to ring: the case's owner if there, else whoever stands at the window."""
    there = tx.conn.scalars(
        select(s.presence.c.staff_id)
        .where(
            s.presence.c.role == Role.CLERK,
            s.presence.c.window_id == window_id,
            s.presence.c.state == Presence.FREE,
            s.presence.c.reachable,
        )
        .order_by(s.presence.c.staff_id)
    ).all()
    if not there:
        raise StaffBusy("nobody is at the window", reason="nobody_at_window")
    return owner if owner in there else there[0]
