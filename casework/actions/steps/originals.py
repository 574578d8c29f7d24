"""Paper originals of a case. Not an action itself."""

from sqlalchemy import update

from casework.actions.steps.case_act import CaseAct
from casework.errors import InvalidInput
from casework.model.original import Original, OriginalPlace, OriginalState
from casework.policy.material_refusals import OriginalNotHeld, OriginalsHeld
from casework.store.schema_material import case_original
from casework.views.originals import held_originals, original_of

MAX_STAY = 300


def held_original(act: CaseAct, original_id: str) -> Original:
    """Raises NotFound, or OriginalNotHeld for one that was given back or archived."""
    found = original_of(act.tx.conn, act.case.id, original_id)
    if found.state is not OriginalState.HELD:
        raise OriginalNotHeld(state=found.state)
    return found


def move_original(
    act: CaseAct,
    original_id: str,
    state: OriginalState,
    place: OriginalPlace,
    holder: str | None,
) -> None:
    act.tx.conn.execute(
        update(case_original)
        .where(case_original.c.id == original_id)
        .values(state=state, place=place, holder=holder, since_ms=act.tx.now_ms)
    )


def give_back_codes(act: CaseAct, codes: frozenset[str]) -> list[str]:
    """Originals of these materials go back to the applicant; their ids."""
    back = [one for one in held_originals(act.tx.conn, act.case.id) if one.code in codes]
    for one in back:
        move_original(act, one.id, OriginalState.GIVEN_BACK, one.place, None)
    return [one.id for one in back]


def require_say_about_held(act: CaseAct, stay: str) -> str:
    """No case is closed over a paper of somebody's that lies about: either nothing is held any more, or
    `stay` says why. Returns it stripped; raises OriginalsHeld, or InvalidInput for too long a text.
    """
    said = stay.strip()
    if len(said) > MAX_STAY:
        raise InvalidInput(field="originals_stay")
    held = held_originals(act.tx.conn, act.case.id)
    if held and not said:
        raise OriginalsHeld(materials=sorted({one.code for one in held}))
    return said if held else ""
