"""The catalogue as a workbook: what `workbook_in` reads back as the same items."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from casework.catalogue.item import ItemVersion
from casework.catalogue.item_out import plain
from casework.catalogue.workbook_shape import ITEM, ITEMS, LINES_OF_TEXT, SHEETS
from casework.tables.shape import Column, Sheet
from casework.tables.template import write_template

NOTES_TITLE = "填写说明"
NOTES = (
    "每个事项在“事项”表占一行，其余各表用“事项代码”对应，可以有多行。",
    "修改已发布的事项，请把版本加一。",
    "有一处错误，整份文件都不会导入；错误会逐处列明工作表、行和列。",
)


def catalogue_workbook(items: Iterable[ItemVersion]) -> bytes:
    """An .xlsx; without items it is the empty form."""
    book = load_workbook(io.BytesIO(write_template(SHEETS, NOTES_TITLE, NOTES)))
    values = [plain(item) for item in items]
    for sheet in SHEETS:
        page = book[sheet.title]
        at = 2
        for value in values:
            for row in _rows(sheet, value):
                _write(page, at, sheet, row)
                at += 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(sheet: Sheet, item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if sheet is ITEMS:
        return [_item_row(item)]
    parts = (
        item.get("limit", {}).get("stops", []) if sheet.key == "stops" else item.get(sheet.key, [])
    )
    return [{ITEM: item["code"], **_part_row(sheet, part)} for part in parts]


def _item_row(item: Mapping[str, Any]) -> dict[str, Any]:
    limit, review = item.get("limit", {}), item.get("second_review", {})
    row = {**item, "applicants": " ".join(sorted(item["applicants"]))}
    row |= {name: limit.get(name) for name in ("starts", "legal_days", "unit")}
    for prefix, basis in (("limit", limit.get("basis")), ("deemed", limit.get("deemed_accepted"))):
        row |= {f"{prefix}_{name}": said for name, said in (basis or {}).items()}
    row |= {f"review_{name}": said for name, said in review.items()}
    supplement = item.get("supplement", {})
    row |= {f"lapse_{name}": said for name, said in supplement.get("lapses", {}).items()}
    return row | {"supplement_days": supplement.get("days")}


def _part_row(sheet: Sheet, part: Any) -> dict[str, Any]:
    if sheet.key in LINES_OF_TEXT:
        return {"text": part}
    row = dict(part)
    row |= row.pop("basis", {})
    if "sources" in row:
        row |= {
            source: source in row["sources"] for source in ("citizen", "shared_data", "internal")
        }
    if terms := row.get("commitment"):
        row |= {"commitment_text": terms["text"], "verify_days": terms["verify_days"]}
    if "choices" in row:
        row["choices"] = "\n".join(row["choices"])
    return row


def _write(page: Worksheet, at: int, sheet: Sheet, row: Mapping[str, Any]) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        text = _said(column, row.get(column.key))
        if text:
            cell = page.cell(at, number, text)
            # A text that begins with an equals sign is a text: nothing here is ever a formula.
            cell.data_type = "s"
            cell.number_format = "@"


def _said(column: Column, value: object) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return next((said for said, meant in column.choices if meant == text), text)
