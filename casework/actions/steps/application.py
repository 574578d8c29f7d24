"""Guards of acceptance, each with its own refusal. Not an action itself."""

from casework.actions.steps.case_act import CaseAct
from casework.catalogue.stored_item import sha256_of
from casework.model.application import application_digest
from casework.model.person_table import PERSONS
from casework.model.present import acting
from casework.policy.refusals import (
    ApplicationNotSigned,
    FormIncomplete,
    IdentityNotConfirmed,
    MaterialsMissing,
)
from casework.views.material_slots import material_slots
from casework.views.person_table import persons_of
from casework.views.present import present_of
from casework.views.sealed_values import sealed_values


def digest_now(act: CaseAct) -> str:
    """The digest of the application as it stands."""
    conn, keys, case = act.tx.conn, act.tx.keys, act.case
    return application_digest(
        keys.case_key(case.id),
        sha256_of(act.item),
        sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant"),
        sealed_values(conn, keys, case.chain, case.form_seq, "form"),
        persons_of(conn, keys, case),
        acting(present_of(conn, keys, case)),
    )


def require_identity(act: CaseAct) -> None:
    if act.case.identity_confirmed_at_ms is None:
        raise IdentityNotConfirmed


def require_form_filled(act: CaseAct) -> None:
    form = sealed_values(act.tx.conn, act.tx.keys, act.case.chain, act.case.form_seq, "form")
    empty = [field.code for field in act.item.fields if field.required and field.code not in form]
    if act.item.persons and act.case.persons_seq is None:
        empty.append(PERSONS)
    if empty:
        raise FormIncomplete(fields=empty)


def require_signed(act: CaseAct) -> None:
    """An instant item has no application: nothing is decided, the window prints what there is."""
    if act.item.instant:
        return
    if act.case.signed_at_ms is None or act.case.application_digest != digest_now(act):
        raise ApplicationNotSigned


def require_materials(act: CaseAct) -> None:
    """The newest version of every page of a required material counts: not faulty, trusted enough."""
    slots = material_slots(act.tx.conn, act.case.id, act.item)
    missing = [slot.spec.code for slot in slots if slot.spec.required and not slot.enough]
    if missing:
        raise MaterialsMissing(materials=missing)


def require_acceptable(act: CaseAct) -> None:
    """All that must be so before a case goes to the hall, the first time and after a return."""
    require_identity(act)
    require_form_filled(act)
    require_materials(act)
    require_signed(act)
