"""What must fit together inside an item; each rule names the place that breaks it.

Shapes and limits of single values are the rows' own (`item_file`, `guide_rows`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from casework.catalogue.guide import SecondReviewWhen
from casework.catalogue.item import Nature, RiskTier, StepKind
from casework.model.form_field import FieldKind
from casework.model.material import RESERVED_CODES, SourceKind
from casework.model.person_table import PERSONS

if TYPE_CHECKING:
    from casework.catalogue.item_file import ItemFile

MAX_REQUIRED_FIELDS = 4
_YUAN = re.compile(r"(0|[1-9][0-9]{0,9})\.[0-9]{2}")

Found = Iterator[tuple[str, str]]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


def broken_rules(item: "ItemFile") -> list[tuple[str, str]]:
    """(place, code) of everything that does not fit, in the order of the rules."""
    return [found for rule in _RULES for found in rule(item)]


def _codes(item: "ItemFile") -> Found:
    parts: tuple[tuple[str, Sequence[_Coded]], ...] = (
        ("materials", item.materials),
        ("fields", item.fields),
        ("changes", item.changes),
        ("persons", item.persons),
    )
    for name, rows in parts:
        counted = Counter[str]()
        for index, row in enumerate(rows):
            counted[row.code] += 1
            if counted[row.code] > 1:
                yield f"{name}.{index}.code", "repeated"
    for index, spec in enumerate(item.materials):
        if spec.code in RESERVED_CODES | {PERSONS}:
            yield f"materials.{index}.code", "reserved_code"
    for index, row in enumerate(item.fields):
        if row.code == PERSONS:
            yield f"fields.{index}.code", "reserved_code"
    if len(set(item.applicants)) != len(item.applicants):
        yield "applicants", "repeated"


def _fields(item: "ItemFile") -> Found:
    if sum(row.required for row in item.fields) > MAX_REQUIRED_FIELDS:
        yield "fields", "too_many_required"
    tables = (("fields", item.fields), ("changes", item.changes), ("persons", item.persons))
    for name, rows in tables:
        for index, row in enumerate(rows):
            place = f"{name}.{index}"
            if (row.kind is FieldKind.CHOICE) != bool(row.choices):
                yield f"{place}.choices", "choices_do_not_fit"
            if len(set(row.choices)) != len(row.choices):
                yield f"{place}.choices", "repeated"
            if row.not_after is not None and row.kind is not FieldKind.DATE:
                yield f"{place}.not_after", "bound_without_date"


def _sources(item: "ItemFile") -> Found:
    """A promise needs its text, and a text without leave to promise is no offer."""
    for index, spec in enumerate(item.materials):
        place = f"materials.{index}"
        if len(set(spec.sources)) != len(spec.sources):
            yield f"{place}.sources", "repeated"
        promised = SourceKind.COMMITMENT in spec.sources
        if promised and spec.commitment is None:
            yield f"{place}.commitment", "commitment_without_text"
        if not promised and spec.commitment is not None:
            yield f"{place}.sources", "commitment_not_allowed"
        if promised and item.instant:
            yield f"{place}.sources", "instant_with_commitment"


def _persons(item: "ItemFile") -> Found:
    """Everybody in the table is named and told apart, by headings that are told apart."""
    if not item.persons:
        return
    needed = {row.kind for row in item.persons if row.required}
    if not needed >= {FieldKind.NAME, FieldKind.ID_NUMBER}:
        yield "persons", "persons_without_identity"
    labels = Counter(row.label for row in item.persons)
    for index, row in enumerate(item.persons):
        if labels[row.label] > 1:
            yield f"persons.{index}.label", "repeated"


def _instant(item: "ItemFile") -> Found:
    """An instant item is closed at the window: nobody looks at it before, so little may hang on it."""
    if not item.instant:
        return
    if item.call_required:
        yield "call_required", "instant_with_call"
    if item.changes:
        yield "changes", "instant_with_change"
    if item.risk is not RiskTier.LOW:
        yield "risk", "instant_with_risk"
    if item.second_review is not None:
        yield "second_review", "instant_with_review"
    if item.persons:
        yield "persons", "instant_with_persons"


def _limits(item: "ItemFile") -> Found:
    limit = item.limit
    if limit.legal_days is not None and limit.basis is None:
        yield "limit.basis", "limit_without_basis"
    if limit.legal_days is None and limit.basis is not None:
        yield "limit.legal_days", "basis_without_limit"
    if limit.legal_days is not None and item.promised_days > limit.legal_days:
        yield "promised_days", "longer_than_legal"
    if limit.deemed_accepted is not None and item.nature is not Nature.LICENCE:
        yield "limit.deemed_accepted", "deemed_without_licence"
    counted = Counter[str]()
    for index, stop in enumerate(limit.stops):
        counted[stop.cause] += 1
        if counted[stop.cause] > 1:
            yield f"limit.stops.{index}.cause", "repeated"


def _second_review(item: "ItemFile") -> Found:
    rule = item.second_review
    if rule is None:
        return
    if rule.when is SecondReviewWhen.ALWAYS:
        if rule.field or rule.yuan:
            yield "second_review.field", "review_amount_unasked"
        return
    amounts = {row.code for row in item.changes if row.kind is FieldKind.MONEY}
    if rule.field not in amounts:
        yield "second_review.field", "review_field_unknown"
    if not _YUAN.fullmatch(rule.yuan):
        yield "second_review.yuan", "wrong_form"


def _steps(item: "ItemFile") -> Found:
    if not any(step.kind is StepKind.MUST for step in item.steps):
        yield "steps", "no_must_step"


_RULES: tuple[Callable[["ItemFile"], Found], ...] = (
    _codes,
    _fields,
    _sources,
    _persons,
    _instant,
    _limits,
    _second_review,
    _steps,
)
