"""The office takes a paper original in: from now on somebody has it, somewhere."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from casework.actions.steps.case_act import begin, finish
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.original import MAX_WHAT, OriginalPlace, OriginalState
from casework.policy.case_verb import CaseVerb
from casework.store.schema_material import case_original
from casework.store.tx import Tx

MAX_ORIGINALS = 60


@dataclass(frozen=True, slots=True)
class TakeOriginal:
    """`what` describes the paper as the receipt for it would."""

    case_id: str
    code: str
    what: str
    place: OriginalPlace = OriginalPlace.WINDOW
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class OriginalTaken:
    case_id: str
    original_id: str
    version: int


def take_original(tx: Tx, command: TakeOriginal) -> OriginalTaken:
    """Raises InvalidInput for a material that the item does not have, or a paper that is not described."""
    act = begin(tx, CaseVerb.TAKE_ORIGINAL, command.case_id, command.expected_version)
    if act.item.material(command.code) is None:
        raise InvalidInput("no such material", field="code")
    what = command.what.strip()
    if not 1 <= len(what) <= MAX_WHAT or not what.isprintable():
        raise InvalidInput(field="what")
    if command.place not in {OriginalPlace.WINDOW, OriginalPlace.OUTLET_SAFE}:
        raise InvalidInput("taken in at the window", field="place")
    known = tx.conn.scalar(
        select(func.count())
        .select_from(case_original)
        .where(case_original.c.case_id == act.case.id)
    )
    if (known or 0) >= MAX_ORIGINALS:
        raise InvalidInput(f"a case has at most {MAX_ORIGINALS} originals", field="code")
    original_id = new_id()
    tx.conn.execute(
        insert(case_original).values(
            id=original_id,
            case_id=act.case.id,
            code=command.code,
            state=OriginalState.HELD,
            place=command.place,
            holder=tx.actor.id,
            taken_at_ms=tx.now_ms,
            since_ms=tx.now_ms,
            entry_seq=tx.next_seq(act.case.chain),
        )
    )
    done = finish(
        act,
        "desk.original.taken",
        plain={"original": original_id},
        committed={"code": command.code, "what": what, "place": command.place},
    )
    return OriginalTaken(act.case.id, original_id, done.case.version)
