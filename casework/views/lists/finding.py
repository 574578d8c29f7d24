"""A case number, or whose the case is, as a filter."""

from casework.ids import is_case_number
from casework.keys.key_ring import KeyRing
from casework.model.credit_code import normalise_credit_code
from casework.model.id_number import normalise_id_number
from casework.views.lists.case_filter import CaseFilter
from casework.views.lists.errors import FilterRefused


def filter_of(keys: KeyRing, text: str) -> CaseFilter:
    """An identity number or credit code becomes its blind index: the address of what is found tells
    nobody who she is. Raises FilterRefused for anything else.
    """
    wanted = "".join(text.split())
    if is_case_number(wanted):
        return CaseFilter(number=wanted)
    for field, normalise in (
        ("id_number", normalise_id_number),
        ("credit_code", normalise_credit_code),
    ):
        try:
            return CaseFilter(applicant=keys.blind_index(field, normalise(wanted)))
        except ValueError:
            continue
    raise FilterRefused(field="find")
