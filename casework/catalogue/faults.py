"""Everything that can be wrong with an item that comes in from outside, as stable codes.

`BadRow.code` is one of FAULTS; pages have words for each. A code is never used for another fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from casework.tables.bad_cell import Fault

FAULTS = frozenset(fault.value for fault in Fault) | frozenset(
    {
        # what casework.tables tells of a cell comes first
        # the file itself
        "too_large",
        "not_readable",
        "aliases",
        "too_deep",
        "too_many",
        "key_twice",
        "no_items",
        # one value
        "missing",
        "unknown_element",
        "wrong_choice",
        "wrong_form",
        "wrong_kind",
        "too_long",
        "too_short",
        "out_of_range",
        # what does not fit together (item_rules)
        "repeated",
        "reserved_code",
        "too_many_required",
        "choices_do_not_fit",
        "bound_without_date",
        "instant_with_call",
        "instant_with_change",
        "instant_with_risk",
        "instant_with_review",
        "instant_with_persons",
        "persons_without_identity",
        "commitment_without_text",
        "commitment_not_allowed",
        "instant_with_commitment",
        "limit_without_basis",
        "basis_without_limit",
        "longer_than_legal",
        "deemed_without_licence",
        "review_amount_unasked",
        "review_field_unknown",
        "no_must_step",
        # what the catalogue that is there says
        "version_published",
        "version_not_next",
        "unknown_group",
        # a platform's mapping (casework.launch.mapping_file)
        "unknown_item",
        "unknown_field",
        "value_does_not_fit",
        "source_or_fixed",
        "translated_twice",
    }
)


@dataclass(frozen=True, slots=True)
class BadRow:
    """`where` is the place inside the item, such as `materials.2.basis`; a workbook's reader adds
    `sheet`, `row` (from 1) and `column`. `message` is English, for logs.
    """

    file: str
    where: str
    message: str
    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""


_OF_PYDANTIC: Mapping[str, str] = MappingProxyType(
    {
        "missing": "missing",
        "extra_forbidden": "unknown_element",
        "enum": "wrong_choice",
        "string_pattern_mismatch": "wrong_form",
        "unreadable": "wrong_form",
        "string_too_long": "too_long",
        "string_too_short": "too_short",
        "too_long": "too_many",
        "too_short": "missing",
        "greater_than_equal": "out_of_range",
        "less_than_equal": "out_of_range",
    }
)


def bad_value(file: str, fault: Mapping[str, Any]) -> BadRow:
    """One of pydantic's `errors()` as a row."""
    code = _OF_PYDANTIC.get(fault["type"], "wrong_kind")
    return BadRow(file, ".".join(str(part) for part in fault["loc"]), fault["msg"], code)
