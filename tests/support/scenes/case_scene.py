"""Plays a case act by act through a real kernel in the made-up city, for tests of every room."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.add_material import AddMaterial, add_material
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.open_case import OpenCase, open_case
from casework.actions.prepare_decision import PreparedDecision, PrepareDecision, prepare_decision
from casework.actions.read_back import ReadBack, read_back
from casework.actions.save_form import SaveForm, save_form
from casework.actions.save_persons import SavePersons, save_persons
from casework.actions.sign_application import SignApplication, sign_application
from casework.actions.take_case import TakeCase, take_case
from casework.actor import SYSTEM, Actor, Role
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.ids import new_id
from casework.model.applicant import Applicant, ApplicantKind, IdentityMethod
from casework.model.bank_card import luhn_valid
from casework.model.case import Case, Outcome, Road
from casework.model.credit_code import check_character as credit_check
from casework.model.decision import RefusalReason, Remedy
from casework.model.form_field import FieldKind, FormField
from casework.model.id_number import check_character as id_check
from casework.model.material import MaterialGrade, MaterialSource, MediaType, StoredMaterial
from casework.seed import LOGINS, SeedDemo, SeededDemo, seed_demo
from casework.store.case_rows import load_case
from casework.store.tx import Tx
from scenes.hall_scene import Hall
from scenes.kernel import Kernel

C = TypeVar("C")
R = TypeVar("R")

DESK_ITEM = "SB-002"
CALL_ITEM = "SB-001"
INSTANT_ITEM = "SB-005"
NO_OUTPUT_ITEM = "SB-006"


def an_id_number(order: int = 1) -> str:
    """A number of the made-up area; even orders are women."""
    first = f"99000019800101{order:03d}"
    return first + id_check(first)


def a_bank_card(serial: int = 1) -> str:
    """A card of an issuer number that no bank has."""
    first = f"99990000{serial:010d}"
    return next(first + digit for digit in "0123456789" if luhn_valid(first + digit))


def a_credit_code() -> str:
    first = "91990000MA0000001"
    return first + credit_check(first)


def an_applicant(item: ItemVersion | None = None, order: int = 1) -> Applicant:
    person = Applicant("群众甲", an_id_number(order), "13900000001")
    if item is None or ApplicantKind.PERSON in item.applicants:
        return person
    return Applicant(person.name, person.id_number, person.phone, "示范企业", a_credit_code())


def a_value(field: FormField) -> str:
    samples = {
        FieldKind.ID_NUMBER: an_id_number(3),
        FieldKind.CREDIT_CODE: a_credit_code(),
        FieldKind.BANK_CARD: a_bank_card(),
        FieldKind.PHONE: "13900000002",
        FieldKind.DATE: "2025-01-31",
        FieldKind.MONEY: "1234.50",
        FieldKind.CHOICE: field.choices[0] if field.choices else "",
    }
    return samples.get(field.kind, "示范内容")


def some_persons(item: ItemVersion, count: int) -> tuple[dict[str, str], ...]:
    """Rows of the item's table of persons, nobody twice."""
    return tuple(
        {
            column.code: an_id_number(order)
            if column.kind is FieldKind.ID_NUMBER
            else f"群众{order}"
            if column.kind is FieldKind.NAME
            else a_value(column)
            for column in item.persons
        }
        for order in range(1, count + 1)
    )


def a_stored(case_id: str) -> StoredMaterial:
    """As a MaterialStore would answer; nothing is stored."""
    return StoredMaterial(f"{case_id}/{new_id()}", "0" * 64, "1" * 64, MediaType.JPEG, 1000)


def seeded_city(kernel: Kernel) -> SeededDemo:
    command = SeedDemo(dict.fromkeys(LOGINS, "no password"))
    return kernel.writer.run_sync(seed_demo, command, actor=SYSTEM)


@dataclass(frozen=True, slots=True)
class Desk:
    """Acts that most scenes begin with; `clerk` works at the bank, `reviewer` is certified for
    the insurance items.
    """

    kernel: Kernel
    city: SeededDemo

    @property
    def clerk(self) -> Actor:
        return self.city.actors["clerk1"]

    @property
    def reviewer(self) -> Actor:
        return self.city.actors["reviewer1"]

    @property
    def screen(self) -> Actor:
        clerk = self.clerk
        return Actor("screen-1", Role.CITIZEN, None, clerk.outlet, clerk.window)

    def hall(self, case_id: str) -> Hall:
        """The city as `scenes.call_scene.Stage` knows a hall, with this case at the bank."""
        actors, windows = self.city.actors, self.city.windows
        reviewers = (actors["reviewer1"], actors["reviewer2"], actors["reviewer3"])
        return Hall(
            outlet=self.clerk.outlet or "",
            window=windows["bank/1"],
            tablet_window=windows["bank/2"],
            clerk=self.clerk,
            tablet_clerk=actors["clerk2"],
            screen=self.screen,
            tablet_screen=self.screen,
            reviewers=reviewers,
            lead=actors["lead"],
            case_id=case_id,
        )

    def run(self, action: Callable[[Tx, C], R], command: C, actor: Actor | None = None) -> R:
        """By the clerk unless it is said who acts."""
        return self.kernel.writer.run_sync(action, command, actor=actor or self.clerk)

    def case(self, case_id: str) -> Case:
        with self.kernel.store.reading() as conn:
            return load_case(conn, case_id)

    def item(self, case_id: str) -> ItemVersion:
        with self.kernel.store.reading() as conn:
            return load_item(conn, load_case(conn, case_id).item_version_id)

    def opened(self, item_code: str = DESK_ITEM) -> str:
        return self.run(open_case, OpenCase(item_code)).case_id

    def filled(self, item_code: str = DESK_ITEM) -> str:
        """Identified, typed in, with all its materials; not signed."""
        case_id = self.opened(item_code)
        self.fill(case_id)
        return case_id

    def fill(self, case_id: str) -> None:
        item = self.item(case_id)
        applicant = an_applicant(item)
        command = ConfirmIdentity(case_id, IdentityMethod.ORIGINAL_SEEN, applicant)
        self.run(confirm_identity, command)
        values = {field.code: a_value(field) for field in item.fields}
        self.run(save_form, SaveForm(case_id, values))
        if item.persons:
            self.run(save_persons, SavePersons(case_id, some_persons(item, 2)))
        for spec in item.materials:
            self.add(case_id, spec.code)

    def add(self, case_id: str, code: str) -> str:
        """Every page of it; the id of the last."""
        spec = self.item(case_id).material(code)
        if spec is None:
            raise ValueError(code)
        return [self.page(case_id, code, page) for page in range(1, spec.pages + 1)][-1]

    def page(self, case_id: str, code: str, page: int) -> str:
        """One page of a material, a still of the original."""
        stored, still = a_stored(case_id), MaterialSource.STILL
        command = AddMaterial(case_id, code, stored, still, MaterialGrade.B, page)
        return self.run(add_material, command).material_id

    def sign(self, case_id: str) -> None:
        sheet = self.run(read_back, ReadBack(case_id))
        command = SignApplication(case_id, sheet.digest, a_stored(case_id))
        self.run(sign_application, command, self.screen)

    def signed(self, item_code: str = DESK_ITEM) -> str:
        case_id = self.filled(item_code)
        self.sign(case_id)
        return case_id

    def accepted(self, item_code: str = DESK_ITEM, road: Road = Road.DESK) -> str:
        case_id = self.signed(item_code)
        self.run(accept_case, AcceptCase(case_id, road))
        return case_id

    def in_review(
        self,
        item_code: str = DESK_ITEM,
        road: Road = Road.DESK,
        reviewer: Actor | None = None,
    ) -> str:
        case_id = self.accepted(item_code, road)
        self.run(take_case, TakeCase(case_id), reviewer or self.reviewer)
        return case_id

    def approval(self, case_id: str, call_id: str | None = None) -> PrepareDecision:
        changes = {described.code: a_value(described) for described in self.item(case_id).changes}
        number = "RS20250001" if changes else ""
        return PrepareDecision(
            case_id, Outcome.APPROVED, call_id, number, before=changes, after=changes
        )

    def refusal(self, case_id: str) -> PrepareDecision:
        return PrepareDecision(
            case_id,
            Outcome.REFUSED,
            reasons=(RefusalReason.CONDITIONS_NOT_MET,),
            text="缴费不满一年。",
            remedy=Remedy.RECONSIDERATION_OR_LAWSUIT,
        )

    def prepared(self, case_id: str, call_id: str | None = None) -> PreparedDecision:
        return self.run(prepare_decision, self.approval(case_id, call_id), self.reviewer)

    def decided(self, case_id: str) -> None:
        """Approved by the reviewer at the desk."""
        prepared = self.prepared(case_id)
        self.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), self.reviewer)
