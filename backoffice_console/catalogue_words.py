"""What can be wrong with a row of a catalogue, in words an office understands."""

from portal.i18n import N_
from portal.table_words import FAULTS as CELL_FAULTS

FAULT_WORDS: dict[str, str] = {fault.value: said for fault, said in CELL_FAULTS.items()} | {
    "too_large": N_("The file is too large"),
    "not_readable": N_("The file cannot be read"),
    "aliases": N_("References inside the file are not allowed; write the text out"),
    "too_deep": N_("The file is nested too deeply"),
    "too_many": N_("There are too many of these"),
    "key_twice": N_("This element stands there twice"),
    "no_items": N_("The file holds no item"),
    "missing": N_("This must not be missing"),
    "unknown_element": N_("No such element is known"),
    "wrong_choice": N_("Not one of the choices"),
    "wrong_form": N_("Not written as it should be"),
    "wrong_kind": N_("A value of another kind is needed here"),
    "too_long": N_("The text is too long"),
    "too_short": N_("The text is too short"),
    "out_of_range": N_("The number is too small or too large"),
    "repeated": N_("This stands there twice"),
    "reserved_code": N_("This code is kept for the program itself"),
    "too_many_required": N_("At most four fields may be required"),
    "choices_do_not_fit": N_("A field for choosing, and no other, has choices"),
    "bound_without_date": N_("Only a date can have a last day"),
    "instant_with_call": N_("An item done at the window needs no video call"),
    "instant_with_change": N_("An item done at the window changes nothing"),
    "instant_with_risk": N_("Only items of low risk are done at the window"),
    "instant_with_review": N_("An item done at the window has no second review"),
    "instant_with_persons": N_("An item done at the window has no table of persons"),
    "persons_without_identity": N_(
        "A table of persons needs their names and ID numbers as required columns"
    ),
    "commitment_without_text": N_("A promise in place of a material needs its text"),
    "commitment_not_allowed": N_("This promise is not among the material's sources"),
    "instant_with_commitment": N_("An item done at the window takes no promise for a material"),
    "limit_without_basis": N_("A legal time limit needs its legal basis"),
    "basis_without_limit": N_("The basis of a time limit needs the limit"),
    "longer_than_legal": N_("The promised time is longer than the law allows"),
    "deemed_without_licence": N_("Only a licence is deemed accepted by silence"),
    "review_amount_unasked": N_("A second review of every case has no amount"),
    "review_field_unknown": N_("No changed amount has this code"),
    "no_must_step": N_("At least one step must be a must"),
    "version_published": N_(
        "This version is published with other contents: give it the next number"
    ),
    "version_not_next": N_("This is not the next version: fetch the newest and change that"),
    "unknown_group": N_("There is no such reviewer group"),
    "unknown_item": N_("There is no such item in force"),
    "unknown_field": N_("The item has no such field"),
    "value_does_not_fit": N_("The field does not take this value"),
    "source_or_fixed": N_("Say either where the value comes from, or the value itself"),
    "translated_twice": N_("Translate by a list of values or as a date, not both"),
}
GRANT_WORDS = {
    "mandatory": N_("Mandatory"),
    "optional": N_("Optional"),
    "none": N_("Not granted"),
}
