"""The file form of a platform's mappings: YAML, one document an item, every wrong row told."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.catalogue.faults import BadRow, bad_value
from casework.catalogue.item import ItemVersion
from casework.catalogue.item_file import Code, ItemCode
from casework.catalogue.loader import yaml_documents
from casework.launch.mapping import DateForm, ItemMapping, MappedField, value_fits
from casework.model.applicant import APPLICANT_FIELDS
from casework.model.launch import MAX_FIELD_NAME, MAX_LAUNCH_FIELDS

MAX_MAPPING_BYTES = 512 * 1024
MAX_MAPPED_ITEMS = 200
_MAX_VALUES = 100

Name = Annotated[str, Field(min_length=1, max_length=MAX_FIELD_NAME)]
Value = Annotated[str, Field(min_length=1, max_length=200)]


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Name | None = Field(default=None, alias="from")
    fixed: Value | None = None
    values: Annotated[dict[Name, Value], Field(max_length=_MAX_VALUES)] = Field(
        default_factory=dict
    )
    date: DateForm | None = None

    def build(self) -> MappedField:
        return MappedField(self.source or "", self.fixed or "", self.values, self.date)


class _Mapping(BaseModel):
    """A field is the platform's name alone, or says more about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: ItemCode
    applicant: Annotated[dict[Code, Name | _Source], Field(max_length=10)] = Field(
        default_factory=dict
    )
    form: Annotated[dict[Code, Name | _Source], Field(max_length=60)] = Field(default_factory=dict)
    ignored: Annotated[list[Name], Field(max_length=MAX_LAUNCH_FIELDS)] = Field(
        default_factory=list
    )

    def build(self) -> ItemMapping:
        return ItemMapping(
            self.item,
            {code: _mapped(said) for code, said in self.applicant.items()},
            {code: _mapped(said) for code, said in self.form.items()},
            tuple(self.ignored),
        )


@dataclass(frozen=True, slots=True)
class MappingReport:
    """Save nothing while `bad_rows` has any."""

    mappings: tuple[ItemMapping, ...]
    bad_rows: tuple[BadRow, ...]


def read_mappings(file: str, content: bytes) -> MappingReport:
    """A fault's place begins with the number of its document, from 1: `2.form.account`."""
    documents, bad_rows = yaml_documents(file, content, MAX_MAPPING_BYTES, MAX_MAPPED_ITEMS)
    if not documents and not bad_rows:
        bad_rows.append(BadRow(file, "", "the file has no mapping", "no_items"))
    mappings: dict[str, ItemMapping] = {}
    for number, document in enumerate(documents, start=1):
        try:
            mapping = _Mapping.model_validate(document).build()
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False)
            rows = [bad_value(file, dict(fault)) for fault in faults]
        else:
            rows = list(_faults(file, mapping))
            if mapping.item in mappings:
                rows.append(BadRow(file, "item", "the item stands there twice", "repeated"))
            mappings.setdefault(mapping.item, mapping)
        bad_rows += [
            BadRow(file, f"{number}.{row.where}".rstrip("."), row.message, row.code) for row in rows
        ]
    return MappingReport(tuple(mappings.values()), tuple(bad_rows))


def faults_against(mapping: ItemMapping, item: ItemVersion, today: dt.date) -> Iterable[BadRow]:
    """What of a mapping does not fit the item: fields that it has not got, and values of the mapping's own
    that a field refuses.
    """
    for target, mapped in _targets(mapping):
        for value in (mapped.fixed, *mapped.values.values(), ""):
            try:
                value_fits(item, target, value, today)
            except KeyError:
                yield BadRow(mapping.item, target, "no such field", "unknown_field")
                break
            except ValueError:
                if value:
                    yield BadRow(mapping.item, target, "value does not fit", "value_does_not_fit")
                    break


def mappings_yaml(mappings: Iterable[ItemMapping]) -> bytes:
    """What `read_mappings` reads again as it was."""
    documents = [_plain(mapping) for mapping in mappings]
    if not documents:
        return b""
    return yaml.safe_dump_all(
        documents, allow_unicode=True, sort_keys=False, explicit_start=True, width=100
    ).encode()


def _mapped(said: "str | _Source") -> MappedField:
    return MappedField(said) if isinstance(said, str) else said.build()


def _targets(mapping: ItemMapping) -> Iterable[tuple[str, MappedField]]:
    for group, fields in (("applicant", mapping.applicant), ("form", mapping.form)):
        for code, mapped in fields.items():
            yield f"{group}.{code}", mapped


def _faults(file: str, mapping: ItemMapping) -> Iterable[BadRow]:
    for code in mapping.applicant:
        if code not in APPLICANT_FIELDS:
            yield BadRow(file, f"applicant.{code}", "no such field", "unknown_field")
    for target, mapped in _targets(mapping):
        if bool(mapped.source) == bool(mapped.fixed):
            yield BadRow(file, target, "either from or fixed", "source_or_fixed")
        elif (mapped.values or mapped.date) and (mapped.fixed or (mapped.values and mapped.date)):
            yield BadRow(file, target, "one way of translating", "translated_twice")


def _plain(mapping: ItemMapping) -> dict[str, object]:
    said: dict[str, object] = {"item": mapping.item}
    for group, fields in (("applicant", mapping.applicant), ("form", mapping.form)):
        if fields:
            said[group] = {code: _said(mapped) for code, mapped in fields.items()}
    if mapping.ignored:
        said["ignored"] = list(mapping.ignored)
    return said


def _said(mapped: MappedField) -> str | dict[str, object]:
    if mapped.source and not mapped.values and mapped.date is None:
        return mapped.source
    said: dict[str, object] = {"from": mapped.source} if mapped.source else {"fixed": mapped.fixed}
    if mapped.values:
        said["values"] = dict(mapped.values)
    if mapped.date is not None:
        said["date"] = mapped.date.value
    return said
