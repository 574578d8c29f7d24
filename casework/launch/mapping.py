"""Where a platform's fields belong in an item, and what of a launch fits there."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import lru_cache

from pydantic import TypeAdapter

from casework.catalogue.item import ItemVersion
from casework.model.applicant import APPLICANT_FIELDS, normalise_applicant_value
from casework.model.form_field import normalise_value
from casework.model.launch import LeftOut, LeftOutReason


class DateForm(StrEnum):
    """How a platform writes a day."""

    DASHED = "YYYY-MM-DD"
    SLASHED = "YYYY/MM/DD"
    SOLID = "YYYYMMDD"


_DATES = {DateForm.DASHED: "%Y-%m-%d", DateForm.SLASHED: "%Y/%m/%d", DateForm.SOLID: "%Y%m%d"}
_SOLID_DIGITS = 8


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field of ours: from the platform's field `source`, or always `fixed`. `values` translates the
    platform's codes, `date` its way of writing a day.
    """

    source: str = ""
    fixed: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    date: DateForm | None = None


@dataclass(frozen=True, slots=True)
class ItemMapping:
    """`applicant` and `form` by our codes; `ignored` are fields of the platform that are known and not
    wanted: they are not reported to the clerk.
    """

    item: str
    applicant: Mapping[str, MappedField]
    form: Mapping[str, MappedField]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What fits, in stored form and by our codes, and all that is left to the clerk."""

    applicant: Mapping[str, str]
    form: Mapping[str, str]
    left_out: tuple[LeftOut, ...]


_ADAPTER: TypeAdapter[ItemMapping] = TypeAdapter(ItemMapping)


def content_of(mapping: ItemMapping) -> str:
    """The stored form: one text for one mapping."""
    return json.dumps(asdict(mapping), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache(maxsize=1024)
def mapping_in(content: str) -> ItemMapping:
    """What `content_of` gave."""
    return _ADAPTER.validate_json(content)


def fill(
    mapping: ItemMapping, item: ItemVersion, fields: Mapping[str, str], today: dt.date
) -> Filled:
    """Every value of `fields` fits somewhere, is ignored by the mapping, or is left out and named.

    `today` is the day in China on which the case is opened.
    """
    left_out = list(_unmapped(mapping, fields))
    applicant: dict[str, str] = {}
    form: dict[str, str] = {}
    for code, mapped in mapping.applicant.items():
        stored = _stored(mapped, f"applicant.{code}", item, fields, today)
        _sort_in(stored, code, applicant, left_out)
    for code, mapped in mapping.form.items():
        stored = _stored(mapped, f"form.{code}", item, fields, today)
        _sort_in(stored, code, form, left_out)
    return Filled(applicant, form, tuple(left_out))


def value_fits(item: ItemVersion, target: str, value: str, today: dt.date) -> str:
    """`value` in the stored form of the field `target`. Raises KeyError for no such field, ValueError
    for a value that its rule refuses.
    """
    group, _, code = target.partition(".")
    if group == "applicant":
        if code not in APPLICANT_FIELDS:
            raise KeyError(target)
        return normalise_applicant_value(code, value)
    described = item.field(code)
    if described is None:
        raise KeyError(target)
    return normalise_value(described, value, today)


def _unmapped(mapping: ItemMapping, fields: Mapping[str, str]) -> Iterable[LeftOut]:
    targets = (*mapping.applicant.values(), *mapping.form.values())
    known = {mapped.source for mapped in targets} | set(mapping.ignored)
    return (
        LeftOut(name, "", LeftOutReason.NOT_MAPPED, value)
        for name, value in fields.items()
        if name not in known and value.strip()
    )


def _sort_in(
    stored: str | LeftOut | None, code: str, values: dict[str, str], left_out: list[LeftOut]
) -> None:
    if isinstance(stored, LeftOut):
        left_out.append(stored)
    elif stored:
        values[code] = stored


def _stored(
    mapped: MappedField,
    target: str,
    item: ItemVersion,
    fields: Mapping[str, str],
    today: dt.date,
) -> str | LeftOut | None:
    """The stored form, None where the platform says nothing, or why the clerk has to look."""
    seen = mapped.fixed or fields.get(mapped.source, "")
    if not seen.strip():
        return None
    translated = seen if mapped.fixed else _translated(mapped, seen.strip())
    if translated is None:
        return LeftOut(mapped.source, target, LeftOutReason.NOT_TRANSLATED, seen)
    try:
        return value_fits(item, target, translated, today)
    except KeyError:
        return LeftOut(mapped.source, target, LeftOutReason.NO_SUCH_FIELD, seen)
    except ValueError:
        return LeftOut(mapped.source, target, LeftOutReason.DOES_NOT_FIT, seen)


def _translated(mapped: MappedField, value: str) -> str | None:
    if mapped.values:
        return mapped.values.get(value)
    if mapped.date is None:
        return value
    # strptime takes 2026511 for a day of May as well.
    if mapped.date is DateForm.SOLID and len(value) != _SOLID_DIGITS:
        return None
    try:
        return dt.datetime.strptime(value, _DATES[mapped.date]).date().isoformat()  # noqa: DTZ007 - a day, no instant
    except ValueError:
        return None
