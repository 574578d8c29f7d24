"""A workbook as items: every fault is told with its sheet, row and column."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.catalogue.faults import BadRow
from casework.catalogue.item import ItemVersion
from casework.catalogue.loader import MAX_IMPORTED_ITEMS, CatalogueReport, check_item
from casework.catalogue.workbook_shape import ITEM, ITEMS, LINES_OF_TEXT, PARTS, SHEETS
from casework.tables.bad_cell import BadCell, Fault
from casework.tables.workbook import Line, Workbook, read_workbook

_WHOLE_YUAN = re.compile(r"[0-9]{1,10}(\.[0-9])?")
_LIMIT = ("starts", "legal_days", "unit")
_PLAIN_MONEY = frozenset({"yuan", "review_yuan"})
_KEYS = {
    "basis.act": "act",
    "basis.article": "article",
    "basis": "act",
    "sources": "citizen",
    "commitment": "commitment_text",
    "commitment.text": "commitment_text",
    "commitment.verify_days": "verify_days",
}
_TERMS = {"commitment_text": "text", "verify_days": "verify_days"}
_USUAL = {"citizen": "true", "shared_data": "false", "internal": "false"}
_ITEM_KEYS = {
    "limit.starts": "starts",
    "limit.legal_days": "legal_days",
    "limit.unit": "unit",
    "limit.basis": "limit_act",
    "limit.basis.act": "limit_act",
    "limit.basis.article": "limit_article",
    "limit.deemed_accepted": "deemed_act",
    "limit.deemed_accepted.act": "deemed_act",
    "limit.deemed_accepted.article": "deemed_article",
    "second_review": "review_when",
    "second_review.when": "review_when",
    "second_review.field": "review_field",
    "second_review.yuan": "review_yuan",
    "supplement": "supplement_days",
    "supplement.days": "supplement_days",
    "supplement.lapses": "lapse_act",
    "supplement.lapses.act": "lapse_act",
    "supplement.lapses.article": "lapse_article",
}


@dataclass(slots=True)
class _Item:
    """Lines of one item: `parts` by sheet key, in the order of the workbook."""

    line: Line
    parts: dict[str, list[Line]] = field(default_factory=dict)


def read_workbook_catalogue(file: str, content: bytes) -> CatalogueReport:
    """Raises what `casework.tables.workbook.read_workbook` raises for the file as a whole."""
    book = read_workbook(content, SHEETS)
    bad_rows = [_bad_cell(file, cell) for cell in book.bad]
    found, astray = _sorted_by_item(book)
    bad_rows += [_bad_cell(file, cell) for cell in astray]
    if not found and not bad_rows:
        bad_rows.append(BadRow(file, "", "the workbook has no items", "no_items", ITEMS.title))
    if len(found) > MAX_IMPORTED_ITEMS:
        return CatalogueReport((), (BadRow(file, "", "too many items", "too_many", ITEMS.title),))
    items: list[ItemVersion] = []
    told = {(row.sheet, row.row, row.column) for row in bad_rows}
    for code in sorted(found):
        item, faults = check_item(file, _plain(found[code]))
        placed = [_placed(found[code], fault) for fault in faults]
        bad_rows += [row for row in placed if (row.sheet, row.row, row.column) not in told]
        if item is not None:
            items.append(item)
    return CatalogueReport(tuple(items), tuple(sorted(bad_rows, key=_order)))


def _sorted_by_item(book: Workbook) -> tuple[dict[str, _Item], list[BadCell]]:
    """Items by code with the lines of their parts, and the cells that belong to none."""
    found: dict[str, _Item] = {}
    astray: list[BadCell] = []
    for line in book.lines[ITEMS.key]:
        code = line.values["code"]
        if code in found:
            astray.append(line.bad("code", Fault.REPEATED))
        elif code:
            found[code] = _Item(line)
    for sheet in PARTS:
        for line in book.lines[sheet.key]:
            code = line.values[ITEM]
            if code in found:
                found[code].parts.setdefault(sheet.key, []).append(line)
            elif code:
                astray.append(line.bad(ITEM, Fault.UNKNOWN_REFERENCE))
    return found, astray


def _order(row: BadRow) -> tuple[int, int, str]:
    titles = [sheet.title for sheet in SHEETS]
    at = titles.index(row.sheet) if row.sheet in titles else len(titles)
    return at, row.row, row.column


def _bad_cell(file: str, cell: BadCell) -> BadRow:
    message = f"{cell.title}: {cell.fault.value.replace('_', ' ')}"
    return BadRow(file, "", message, cell.fault.value, cell.sheet, cell.row, cell.column)


def _placed(item: _Item, fault: BadRow) -> BadRow:
    """The fault at the cell that its place inside the item comes from; the item's own row, where a
    whole part is missing.
    """
    part, _, rest = fault.where.removeprefix("limit.stops.").partition(".")
    if fault.where.startswith("limit.stops."):
        part, rest = "stops", f"{part}.{rest}"
    number, _, inner = rest.partition(".")
    lines = item.parts.get(part, [])
    line, key = item.line, _ITEM_KEYS.get(fault.where, part)
    if number.isdigit() and int(number) < len(lines):
        line = lines[int(number)]
        key = _KEYS.get(inner, inner.partition(".")[0] or "text")
    return BadRow(
        fault.file,
        fault.where,
        fault.message,
        fault.code,
        line.sheet.title,
        line.row,
        line.letters.get(key, ""),
    )


def _plain(item: _Item) -> dict[str, Any]:
    """The file form; an empty cell is an element that is not there, so that defaults hold."""
    row = item.line.values
    value: dict[str, Any] = {
        name: text
        for name, text in row.items()
        if text
        and name not in {"applicants", *_LIMIT}
        and not name.startswith(("limit_", "deemed_", "review_", "supplement_", "lapse_"))
    }
    if row["applicants"]:
        value["applicants"] = row["applicants"].split()
    value["materials"] = value["fields"] = []
    for part, lines in item.parts.items():
        if part != "stops":
            value[part] = [_part(part, line) for line in lines]
    limit = _limit(row, item.parts.get("stops", []))
    if limit:
        value["limit"] = limit
    review = _filled(row, {"review_when": "when", "review_field": "field", "review_yuan": "yuan"})
    if review:
        value["second_review"] = review
    supplement: dict[str, Any] = _filled(row, {"supplement_days": "days"})
    lapses = _filled(row, {"lapse_act": "act", "lapse_article": "article"})
    if lapses:
        supplement["lapses"] = lapses
    if supplement:
        value["supplement"] = supplement
    return value


def _limit(row: Mapping[str, str], stops: Iterable[Line]) -> dict[str, Any]:
    limit: dict[str, Any] = {name: row[name] for name in _LIMIT if row[name]}
    for prefix, name in (("limit", "basis"), ("deemed", "deemed_accepted")):
        basis = _filled(row, {f"{prefix}_act": "act", f"{prefix}_article": "article"})
        if basis:
            limit[name] = basis
    stopped = [_part("stops", line) for line in stops]
    return {**limit, "stops": stopped} if stopped else limit


def _part(part: str, line: Line) -> object:
    if part in LINES_OF_TEXT:
        return line.values["text"]
    names = {name: name for name in line.values if name not in {ITEM, "choices"}}
    value: dict[str, Any] = _filled(line.values, names)
    if line.values.get("choices"):
        value["choices"] = [text.strip() for text in line.values["choices"].splitlines()]
    if part == "materials":
        value |= _sources(value)
    if part == "bases" or "act" not in line.values:
        return value
    basis = {name: value.pop(name) for name in ("act", "article") if name in value}
    return {**value, "basis": basis} if basis else value


def _sources(value: dict[str, Any]) -> dict[str, Any]:
    """Takes what a material's row says about where it may come from out of `value`, as the file says it."""
    said = {source: value.pop(source, "") for source in ("citizen", "shared_data", "internal")}
    terms = {name: value.pop(key) for key, name in _TERMS.items() if key in value}
    if not terms and not any(said.values()):
        return {}
    sources = [source for source, yes in said.items() if (yes or _USUAL[source]) == "true"]
    return (
        {"sources": [*sources, "commitment"], "commitment": terms}
        if terms
        else {"sources": sources}
    )


def _filled(row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    """What is written, under its name in the file form. 50000 and 50000.5 are amounts as well."""
    value: dict[str, Any] = {}
    for key, name in names.items():
        text = row[key]
        if text:
            whole = key in _PLAIN_MONEY and _WHOLE_YUAN.fullmatch(text)
            value[name] = f"{text}0" if whole and "." in text else f"{text}.00" if whole else text
    return value
