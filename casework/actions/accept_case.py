"""受理: the clerk accepts the case and sends it down its road."""

from dataclasses import dataclass

from casework.actions.steps.application import require_acceptable
from casework.actions.steps.case_act import begin, finish
from casework.catalogue.guide import ClockStart
from casework.catalogue.item import ItemVersion
from casework.model.case import Case, CaseState, Road
from casework.policy.case_verb import CaseVerb
from casework.policy.precheck_refusals import PrecheckNotOver
from casework.policy.refusals import ItemNotGranted, WrongRoad
from casework.store.tx import Tx
from casework.views.grants import may_accept
from casework.views.opinions import open_precheck
from casework.views.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class AcceptCase:
    case_id: str
    road: Road
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AcceptedCase:
    case_id: str
    version: int
    promised_due_ms: int


def accept_case(tx: Tx, command: AcceptCase) -> AcceptedCase:
    """Raises PrecheckNotOver, WrongRoad, ItemNotGranted, or what acceptance still lacks."""
    act = begin(tx, CaseVerb.ACCEPT_CASE, command.case_id, command.expected_version)
    # An accepted case can be decided, and nothing is decided in a pre-check.
    if open_precheck(tx.conn, act.case.id) is not None:
        raise PrecheckNotOver
    require_road(act.item, command.road)
    if not may_accept(tx.conn, act.case.outlet_id, act.item.code, tx.now_ms):
        raise ItemNotGranted(item=act.item.code)
    require_acceptable(act)
    from_ms = _clock_start(act.item, act.case, tx.now_ms)
    due_ms = working_calendar(tx.conn).due_ms(from_ms, act.item.promised_days)
    done = finish(
        act,
        "desk.case.accepted",
        target=CaseState.ACCEPTED,
        changes={
            "road": command.road,
            "clerk_id": tx.actor.id,
            "accepted_at_ms": tx.now_ms,
            "promised_due_ms": due_ms,
        },
        plain={"road": command.road},
    )
    return AcceptedCase(act.case.id, done.case.version, due_ms)


def _clock_start(item: ItemVersion, case: Case, now_ms: int) -> int:
    """An application is received when it lies signed at the window; accepting it may come later."""
    if item.limit.starts is ClockStart.RECEIPT and case.signed_at_ms is not None:
        return case.signed_at_ms
    return now_ms


def require_road(item: ItemVersion, road: Road) -> None:
    """An instant item stays at the window, and only it does; what needs a call gets one."""
    match road:
        case Road.WINDOW:
            allowed = item.instant
        case Road.DESK:
            allowed = item.desk_review_allowed
        case Road.CALL:
            allowed = not item.instant
    if not allowed:
        raise WrongRoad(road=road)
