"""A clerk opens the link of a launch: the case begins as a draft, filled through the platform's mapping.

The launch as it was signed and every value that does not fit are kept in the case's second entry, so that
nothing is lost and an auditor can hold the platform's own signature against what the window began with.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from audit.canonical import JsonValue
from casework.actions.open_case import OpenCase, open_case
from casework.actions.steps.applicant_index import index_applicant
from casework.actions.steps.case_act import begin, finish
from casework.actions.steps.platform_rows import mapping_of, may_launch
from casework.actor import Role
from casework.calendar import day_of
from casework.errors import NotAllowed
from casework.keys.key_ring import Sealed, unseal
from casework.launch.link import handle_sha256, refuse_elsewhere
from casework.launch.mapping import Filled, fill, mapping_in
from casework.launch.signed import launch_in
from casework.model.applicant import Applicant
from casework.model.case import CaseState
from casework.model.launch import LeftOut
from casework.policy.case_verb import CaseVerb
from casework.policy.launch_refusals import (
    LaunchGone,
    LaunchNotMapped,
    LaunchOpened,
)
from casework.store import schema_case as cases
from casework.store import schema_launch as s
from casework.store.engine import locked
from casework.store.tx import Tx
from casework.views.people import staff_number
from casework.views.sealed_values import prefixed

REF_INDEX = "launch_ref"


@dataclass(frozen=True, slots=True)
class OpenLaunch:
    """`handle` is what the link ends in."""

    handle: str


@dataclass(frozen=True, slots=True)
class OpenedLaunch:
    """`left_out` counts the values that are left to the clerk; `existing` tells that the case was there
    before, and that nothing of it was changed.
    """

    case_id: str
    number: str
    left_out: int = 0
    existing: bool = False


def open_launch(tx: Tx, command: OpenLaunch) -> OpenedLaunch:
    """By the same clerk again: the same case. Raises NotAllowed, LaunchGone, LaunchElsewhere, LaunchOpened,
    LaunchNotMapped, ItemNotInForce, ItemNotGranted; the link stays good after a refusal.
    """
    if tx.actor.role is not Role.CLERK or tx.actor.outlet is None or tx.actor.window is None:
        raise NotAllowed(reason="role_may_not", verb=CaseVerb.OPEN_LAUNCH)
    row = _launch_here(tx, command.handle)
    if row.case_id is not None:
        return _opened_before(tx, row)
    token = _unsealed(tx, row, command.handle)
    launch = launch_in(token)
    reference = tx.keys.blind_index(REF_INDEX, f"{row.platform_id}\0{launch.ref}")
    known = _known_case(tx, row.outlet_id, reference)
    if known is not None:
        _mark_opened(tx, row.id, known.case_id)
        return known
    mapped = mapping_of(tx.conn, row.platform_id, row.item_code)
    if mapped is None:
        raise LaunchNotMapped(item=row.item_code)
    content, mapping_sha256 = mapped
    opened = open_case(tx, OpenCase(row.item_code))
    act = begin(tx, CaseVerb.OPEN_LAUNCH, opened.case_id)
    filled = fill(mapping_in(content), act.item, launch.fields, day_of(tx.now_ms))
    seq = tx.next_seq(act.case.chain)
    finish(
        act,
        "desk.case.launched",
        changes={
            "applicant_seq": seq if filled.applicant else None,
            "form_seq": seq if filled.form else None,
        },
        plain={"platform": row.platform_id, "launch": row.id},
        committed={
            "launch_token": token,
            "launch_ref": launch.ref,
            "launch_kid": row.kid,
            "launch_mapping": mapping_sha256,
            **_left_out(filled.left_out),
            **prefixed("applicant", filled.applicant),
            **prefixed("form", filled.form),
        },
    )
    _index(tx, opened.case_id, reference, filled)
    tx.conn.execute(
        insert(s.case_launch).values(
            case_id=opened.case_id, platform_id=row.platform_id, launch_id=row.id, entry_seq=seq
        )
    )
    _mark_opened(tx, row.id, opened.case_id)
    return OpenedLaunch(opened.case_id, opened.number, len(filled.left_out))


def _launch_here(tx: Tx, handle: str) -> Row[Any]:
    """Locked, so that of two clerks one comes first."""
    row = tx.conn.execute(
        locked(select(s.launch).where(s.launch.c.handle_sha256 == handle_sha256(handle)))
    ).one_or_none()
    if row is None or row.until_ms <= tx.now_ms:
        raise LaunchGone
    refuse_elsewhere(row, tx.actor)
    if not may_launch(tx.conn, row.platform_id, row.outlet_id):
        raise LaunchGone
    return row


def _opened_before(tx: Tx, row: Row[Any]) -> OpenedLaunch:
    number: str = tx.conn.execute(
        select(cases.cases.c.number).where(cases.cases.c.id == row.case_id)
    ).scalar_one()
    if row.opened_by != tx.actor.id:
        raise LaunchOpened(number=number, clerk=staff_number(tx.conn, row.opened_by))
    return OpenedLaunch(row.case_id, number, existing=True)


def _unsealed(tx: Tx, row: Row[Any], handle: str) -> str:
    sealed = Sealed(row.nonce, row.ciphertext)
    return unseal(tx.keys.launch_key(handle), ("launch", row.id), sealed).decode()


def _known_case(tx: Tx, outlet_id: str, reference: str) -> OpenedLaunch | None:
    """The case that an earlier launch of the same matter began at this outlet."""
    row = tx.conn.execute(
        select(cases.cases.c.id, cases.cases.c.number)
        .join(cases.case_index, cases.case_index.c.case_id == cases.cases.c.id)
        .where(
            cases.case_index.c.field == REF_INDEX,
            cases.case_index.c.value == reference,
            cases.cases.c.outlet_id == outlet_id,
            # 视为撤回: a case that lapsed counts as withdrawn, and leads nowhere any more.
            cases.cases.c.state.not_in((CaseState.WITHDRAWN, CaseState.LAPSED)),
        )
        .limit(1)
    ).one_or_none()
    return None if row is None else OpenedLaunch(row.id, row.number, existing=True)


def _left_out(values: tuple[LeftOut, ...]) -> dict[str, JsonValue]:
    """Each as seen (`launch.001`), and beside it whose it is and why it is left out."""
    committed: dict[str, JsonValue] = {}
    for number, one in enumerate(values, start=1):
        committed[f"launch.{number:03d}"] = one.value
        committed[f"launch_why.{number:03d}"] = {
            "name": one.name,
            "target": one.target,
            "reason": one.reason,
        }
    return committed


def _index(tx: Tx, case_id: str, reference: str, filled: Filled) -> None:
    values = filled.applicant
    if values:
        applicant = Applicant(
            name=values.get("name", ""),
            id_number=values.get("id_number", ""),
            credit_code=values.get("credit_code", ""),
        )
        index_applicant(tx, case_id, applicant)
    tx.conn.execute(
        insert(cases.case_index).values(case_id=case_id, field=REF_INDEX, value=reference)
    )


def _mark_opened(tx: Tx, launch_id: str, case_id: str) -> None:
    """What was handed over lies in the case now, and nowhere else."""
    tx.conn.execute(
        update(s.launch)
        .where(s.launch.c.id == launch_id)
        .values(
            case_id=case_id,
            opened_ms=tx.now_ms,
            opened_by=tx.actor.id,
            nonce=None,
            ciphertext=None,
        )
    )
