"""The applicant withdraws, until the decision is confirmed."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.actions.steps.originals import give_back_codes, require_say_about_held
from casework.actions.steps.pending_decision import revert_pending
from casework.errors import InvalidInput
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState
from casework.model.decision import RevertCause
from casework.model.material import RESERVED_CODES
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.material_slots import materials_of
from casework.views.originals import held_originals

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    """`method` is how the clerk made sure again that it is the applicant who asks; a draft in
    which nobody was identified yet is simply given up (`method` None). `given_back` are the codes of the
    materials that the applicant took back (材料退还清单): paper originals of theirs that the office has are
    given back with it. `originals_stay` says why others stay.
    """

    case_id: str
    method: IdentityMethod | None = None
    reason: str = ""
    expected_version: int | None = None
    given_back: tuple[str, ...] = ()
    originals_stay: str = ""


def withdraw_case(tx: Tx, command: WithdrawCase) -> CaseChanged:
    """A prepared decision is reverted. Raises InvalidInput when the identity was not checked, or for a
    material that the case does not have; OriginalsHeld for originals about which nothing is said.
    """
    act = begin(tx, CaseVerb.WITHDRAW_CASE, command.case_id, command.expected_version)
    if act.case.identity_confirmed_at_ms is not None and command.method is None:
        raise InvalidInput(field="method")
    if len(command.reason) > MAX_REASON:
        raise InvalidInput(field="reason")
    brought = {one.code for one in materials_of(tx.conn, act.case.id)} - RESERVED_CODES
    brought |= {one.code for one in held_originals(tx.conn, act.case.id)}
    given_back = sorted(set(command.given_back))
    if not brought.issuperset(given_back):
        raise InvalidInput("the case has no such material", field="given_back")
    originals = give_back_codes(act, frozenset(given_back))
    stay = require_say_about_held(act, command.originals_stay)
    if act.case.pending_decision_id is not None:
        case = revert_pending(tx, act.case, RevertCause.WITHDRAWN)
        act = CaseAct(tx, act.verb, case, act.item, act.decision, act.before)
    return finish(
        act,
        "desk.case.withdrawn",
        target=CaseState.WITHDRAWN,
        changes={"closed_at_ms": tx.now_ms},
        committed={
            "method": command.method,
            "reason": command.reason.strip() or None,
            "given_back": given_back,
            "originals": originals,
            "originals_stay": stay or None,
        },
    ).changed
