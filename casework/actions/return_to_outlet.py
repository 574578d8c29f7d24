"""退回窗口: the reviewer sends a case back for what the window can mend."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from casework.actions.steps.call_evidence import mark_running_calls
from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.errors import InvalidInput
from casework.model.call import MarkKind
from casework.model.case import CaseState
from casework.model.decision import Fault, ReturnReason
from casework.model.material import APPLICATION_SIGNATURE
from casework.model.person_table import PERSONS
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import FaultsMissing
from casework.store import schema_case as s
from casework.store.tx import Tx

MAX_NOTE = 300


@dataclass(frozen=True, slots=True)
class ReturnToOutlet:
    """One fault a target; reason `other` needs a note."""

    case_id: str
    faults: tuple[Fault, ...]
    expected_version: int | None = None


def return_to_outlet(tx: Tx, command: ReturnToOutlet) -> CaseChanged:
    """Raises FaultsMissing, or InvalidInput for an unknown target or a missing note."""
    act = begin(tx, CaseVerb.RETURN_TO_OUTLET, command.case_id, command.expected_version)
    if not command.faults:
        raise FaultsMissing
    for fault in command.faults:
        _check(act, fault)
    if len({fault.target for fault in command.faults}) != len(command.faults):
        raise InvalidInput("one fault a target", field="faults")
    turn = 1 + (
        tx.conn.scalar(
            select(func.max(s.case_fault.c.round)).where(s.case_fault.c.case_id == act.case.id)
        )
        or 0
    )
    # What an earlier round left open is told again now, or is no longer wanted.
    tx.conn.execute(
        delete(s.case_fault).where(
            s.case_fault.c.case_id == act.case.id, s.case_fault.c.mended.is_(False)
        )
    )
    tx.conn.execute(
        insert(s.case_fault),
        [
            {
                "case_id": act.case.id,
                "round": turn,
                "target": fault.target,
                "reason": fault.reason,
                "mended": False,
            }
            for fault in command.faults
        ],
    )
    mark_running_calls(act, MarkKind.DECISION)
    return finish(
        act,
        "desk.case.returned",
        target=CaseState.RETURNED_TO_OUTLET,
        changes={"reserved_for": tx.actor.id},
        seq_column="returned_seq",
        plain={"round": turn, "faults": len(command.faults)},
        committed={
            "faults": [
                {"target": fault.target, "reason": fault.reason, "note": fault.note.strip()}
                for fault in command.faults
            ]
        },
    ).changed


def _check(act: CaseAct, fault: Fault) -> None:
    kind, _, code = fault.target.partition(":")
    known = (
        fault.target in {"identity", APPLICATION_SIGNATURE}
        or act.item.material(fault.target) is not None
        or (kind == "form" and act.item.field(code) is not None)
        or (fault.target == PERSONS and bool(act.item.persons))
    )
    if not known:
        raise InvalidInput("no such target", field="faults")
    if len(fault.note) > MAX_NOTE or (
        fault.reason is ReturnReason.OTHER and not fault.note.strip()
    ):
        raise InvalidInput("a note of 1 to 300 characters is needed", field="note")
