"""Words for codes that the counter's pages show: reasons, steps of a visit, values that do not fit.
Translated where they are shown.
"""

from casework.model.decision import ReturnReason
from casework.model.form_field import FieldKind
from casework.model.supplement import NoticeReason
from casework.model.visit import VisitEnd
from portal.i18n import N_

NOTICE_REASONS = {
    NoticeReason.MISSING: N_("Has not been handed in"),
    NoticeReason.NOT_VALID: N_("Is not valid any more"),
    NoticeReason.INCOMPLETE: N_("Is not complete"),
    NoticeReason.CONTRADICTS: N_("Contradicts other papers or records"),
    NoticeReason.PROOF_NEEDED: N_("A proof is needed"),
    NoticeReason.STATEMENT_NEEDED: N_("A statement by the applicant is needed"),
    NoticeReason.OTHER: N_("Other, see the note"),
}
RETURN_REASONS = {
    ReturnReason.BLURRED: N_("The picture is blurred"),
    ReturnReason.INCOMPLETE_PAGES: N_("Pages are missing"),
    ReturnReason.WRONG_MATERIAL: N_("This is not the right material"),
    ReturnReason.EXPIRED: N_("The document has expired"),
    ReturnReason.NOT_SIGNED: N_("The signature is missing"),
    ReturnReason.FORM_MISTYPED: N_("The form was filled in wrongly"),
    ReturnReason.IDENTITY_UNCLEAR: N_("The identity check is not clear"),
    ReturnReason.OTHER: N_("Other, see the note"),
}
VISIT_ENDS = {
    VisitEnd.SERVED: N_("Served"),
    VisitEnd.WITHOUT_CASE: N_("Ended without a case"),
    VisitEnd.LEFT: N_("Has gone"),
    VisitEnd.MISSED: N_("Did not come when called"),
    VisitEnd.DAY_OVER: N_("Not ended that day"),
}
APPLICANT_LABELS = {
    "name": N_("Name"),
    "id_number": N_("ID number"),
    "phone": N_("Mobile number"),
    "organisation": N_("Organisation"),
    "credit_code": N_("Credit code"),
}
PAST_DATE = N_("Please give the date as 2026-11-21, no later than today")
WRONG_VALUES = {
    FieldKind.ID_NUMBER: N_("The ID number does not add up, please compare it again"),
    FieldKind.BANK_CARD: N_("The card number does not add up, please compare it again"),
    FieldKind.PHONE: N_("A mobile number has 11 digits"),
    FieldKind.CREDIT_CODE: N_("The credit code does not add up, please compare it again"),
    FieldKind.DATE: N_("Please give the date as 2026-11-21"),
    FieldKind.MONEY: N_("Please give an amount in yuan, such as 1200.00"),
    FieldKind.NAME: N_("Please fill in the name"),
    FieldKind.TEXT: N_("Please check what is filled in here"),
    FieldKind.CHOICE: N_("Please check what is filled in here"),
}
