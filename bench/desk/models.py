"""Cases played act by act through the kernel, one for each state: what all others are copies of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from bench.desk.city import City
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.add_material import AddMaterial, add_material
from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.open_case import OpenCase, open_case
from casework.actions.prepare_decision import PrepareDecision, prepare_decision
from casework.actions.read_back import ReadBack, read_back
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.save_form import SaveForm, save_form
from casework.actions.sign_application import SignApplication, sign_application
from casework.actions.take_case import TakeCase, take_case
from casework.actor import Actor, Role
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.data_dir import DataDir
from casework.ids import new_id
from casework.installation import Installation, opened
from casework.model.applicant import Applicant, ApplicantKind, IdentityMethod
from casework.model.bank_card import luhn_valid
from casework.model.case import CaseState, Outcome, Road
from casework.model.decision import Fault, RefusalReason, Remedy, ReturnReason
from casework.model.form_field import FieldKind, FormField
from casework.model.id_number import check_character as id_check
from casework.model.material import MaterialGrade, MaterialSource, MediaType, StoredMaterial
from casework.store import schema_catalogue as catalogue
from casework.store.tx import Tx
from portal.doors import Door

C = TypeVar("C")
R = TypeVar("R")

MODEL_STATES = (
    CaseState.DRAFT,
    CaseState.ACCEPTED,
    CaseState.RETURNED_TO_OUTLET,
    CaseState.HANDED_BACK,
    CaseState.COMPLETED,
    CaseState.REFUSED,
)
"""`REFUSED` stands for a refusal that was handed over and closed; the others for where they stand."""
MOST_ITEMS = 8
_SAMPLES = {
    FieldKind.TEXT: "示范内容",
    FieldKind.PHONE: "13900000002",
    FieldKind.DATE: "2025-01-31",
    FieldKind.MONEY: "1234.50",
    FieldKind.BANK_CARD: next(
        card for digit in range(10) if luhn_valid(card := f"999900000000000001{digit}")
    ),
    FieldKind.CHOICE: "",
}


def play_models(data: DataDir, city: City) -> dict[tuple[str, CaseState], str]:
    """Ids of the cases, by item and state: items for one person that are reviewed at the desk."""
    with opened(data) as installation:
        with installation.store.reading() as conn:
            versions = conn.scalars(select(catalogue.item_version.c.id)).all()
            items = [load_item(conn, version) for version in versions]
        fitting = [item for item in items if _fits(item)][:MOST_ITEMS]
        return {
            (item.code, state): _Play(installation, city, item).to(state)
            for item in fitting
            for state in MODEL_STATES
        }


def _fits(item: ItemVersion) -> bool:
    fields = (*item.fields, *item.changes)
    return (
        ApplicantKind.PERSON in item.applicants
        and not (item.call_required or item.instant or item.no_output)
        and all(field.kind in _SAMPLES for field in fields)
    )


def sample(field: FormField) -> str:
    return field.choices[0] if field.choices else _SAMPLES[field.kind]


@dataclass(frozen=True, slots=True)
class _Play:
    installation: Installation
    city: City
    item: ItemVersion

    def to(self, state: CaseState) -> str:
        case_id = self._run(open_case, OpenCase(self.item.code)).case_id
        first = "990000198001010" + "01"
        person = Applicant("群众甲", first + id_check(first), "13900000001")
        self._run(confirm_identity, ConfirmIdentity(case_id, IdentityMethod.ORIGINAL_SEEN, person))
        values = {field.code: sample(field) for field in self.item.fields}
        self._run(save_form, SaveForm(case_id, values))
        if state is CaseState.DRAFT:
            return case_id
        for spec in self.item.materials:
            for page in range(1, spec.pages + 1):
                self._run(add_material, AddMaterial(case_id, spec.code, _stored(case_id),
                          MaterialSource.STILL, MaterialGrade.B, page))  # fmt: skip
        sheet = self._run(read_back, ReadBack(case_id))
        signed = SignApplication(case_id, sheet.digest, _stored(case_id))
        self._run(sign_application, signed, self._actor(Door.CLERK, Role.CITIZEN))
        self._run(accept_case, AcceptCase(case_id, Road.DESK))
        if state is not CaseState.ACCEPTED:
            self._review(case_id, state)
        return case_id

    def _review(self, case_id: str, state: CaseState) -> None:
        reviewer = self._actor(Door.REVIEWER, Role.REVIEWER)
        self._run(take_case, TakeCase(case_id), reviewer)
        if state is CaseState.RETURNED_TO_OUTLET:
            fault = Fault("identity", ReturnReason.IDENTITY_UNCLEAR, "")
            self._run(return_to_outlet, ReturnToOutlet(case_id, (fault,)), reviewer)
            return
        prepared = self._run(prepare_decision, self._decision(case_id, state), reviewer)
        self._run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), reviewer)
        self._run(hand_back, HandBack(case_id), reviewer)
        if state is CaseState.HANDED_BACK:
            return
        receiver = CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN)
        self._run(check_receiver, receiver)
        self._run(issue_case, IssueCase(case_id, _stored(case_id)))
        self._run(complete_case, CompleteCase(case_id))

    def _decision(self, case_id: str, state: CaseState) -> PrepareDecision:
        if state is CaseState.REFUSED:
            return PrepareDecision(case_id, Outcome.REFUSED, text="缴费不满一年。",
                                   reasons=(RefusalReason.CONDITIONS_NOT_MET,),
                                   remedy=Remedy.RECONSIDERATION_OR_LAWSUIT)  # fmt: skip
        changes = {change.code: sample(change) for change in self.item.changes}
        number = "RS20250001" if changes else ""
        return PrepareDecision(
            case_id, Outcome.APPROVED, None, number, before=changes, after=changes
        )

    def _run(self, action: Callable[[Tx, C], R], command: C, actor: Actor | None = None) -> R:
        actor = actor or self._actor(Door.CLERK, Role.CLERK)
        return self.installation.writer.run_sync(action, command, actor=actor)

    def _actor(self, door: Door, role: Role) -> Actor:
        """The first person at the door; a citizen is her screen."""
        one = self.city.at(door)[0]
        name = "screen-1" if role is Role.CITIZEN else one.id
        return Actor(name, role, None, one.outlet, one.window)


def _stored(case_id: str) -> StoredMaterial:
    """As a MaterialStore would answer; no file is written."""
    return StoredMaterial(f"{case_id}/{new_id()}", "0" * 64, "1" * 64, MediaType.JPEG, 1000)
