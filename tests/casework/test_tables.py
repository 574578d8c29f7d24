"""Workbooks from outside: read within limits, judged cell by cell, never trusted."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from casework.tables.bad_cell import Fault
from casework.tables.errors import NotAWorkbook, WorkbookTooLarge, WorkbookUnsafe
from casework.tables.safe_zip import MAX_BYTES
from casework.tables.shape import Column, Sheet
from casework.tables.template import write_template
from casework.tables.workbook import MAX_COLUMNS, MAX_ROW_NUMBER, MAX_ROWS, read_workbook

PLACES = Sheet(
    "place",
    "网点",
    (
        Column("name", "名称", limit=8),
        Column("kind", "类型", choices=(("银行", "bank"), ("社区", "community"))),
        Column("code", "编码", required=False, pattern=r"[A-Z]{2}\d{3}", example="AB001"),
    ),
)


def xlsx(rows, title="网点"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, **changed):
    """The same zip with members replaced or added by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in old.infolist():
            if member.filename not in changed:
                new.writestr(member, old.read(member))
        for name, data in changed.items():
            new.writestr(name, data)
    return out.getvalue()


def faults(book):
    return [(one.row, one.column, one.fault) for one in book.bad]


def test_lines_are_text_by_column_whatever_their_order():
    book = read_workbook(
        xlsx(
            [
                ["类型*", "编码", "名称*"],
                ["银行", "AB001", " 甲 "],
                [None, None, None],
                ["社区", None, 7],
            ]
        ),
        [PLACES],
    )
    assert book.bad == ()
    assert [(one.row, dict(one.values)) for one in book.lines["place"]] == [
        (2, {"name": "甲", "kind": "bank", "code": "AB001"}),
        (4, {"name": "7", "kind": "community", "code": ""}),
    ]


def test_every_bad_cell_is_named_by_sheet_row_and_letter():
    book = read_workbook(
        xlsx(
            [
                ["名称", "类型", "编码", "备注", "名称"],
                ["一二三四五六七八九", "邮局", "ab1", "x", "y"],
                [None, "银行", 123456789012345678, None, None],
            ]
        ),
        [PLACES],
    )
    assert faults(book) == [
        (1, "D", Fault.COLUMN_UNKNOWN),
        (1, "E", Fault.COLUMN_REPEATED),
        (2, "A", Fault.TOO_LONG),
        (2, "B", Fault.NOT_A_CHOICE),
        (2, "C", Fault.MALFORMED),
        (3, "A", Fault.EMPTY),
        (3, "C", Fault.NUMBER_LOST_DIGITS),
    ]
    assert {one.sheet for one in book.bad} == {"网点"}
    assert book.bad[3].about == "银行、社区"


def test_a_missing_sheet_and_a_missing_column_are_told():
    assert faults(read_workbook(xlsx([["名称"]], "别的"), [PLACES])) == [
        (0, "", Fault.SHEET_MISSING)
    ]
    book = read_workbook(xlsx([["名称"]]), [PLACES])
    assert [(one.title, one.fault) for one in book.bad] == [("类型", Fault.COLUMN_MISSING)]


def test_the_template_is_read_without_a_bad_cell_and_keeps_zeros():
    content = write_template([PLACES], "说明", ["一行一个网点"])
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["网点", "说明"]
    book["网点"].append(["甲", "银行", None])
    out = io.BytesIO()
    book.save(out)
    read = read_workbook(out.getvalue(), [PLACES])
    assert read.bad == ()
    assert read.lines["place"][0].values["kind"] == "bank"


@pytest.mark.parametrize(
    "rows",
    [
        [["名称", "类型"]] + [["甲", "银行"]] * (MAX_ROWS + 1),
        [["名称", "类型"] + ["x"] * (MAX_COLUMNS - 1)],
    ],
)
def test_more_than_the_limits_is_refused(rows):
    with pytest.raises(WorkbookTooLarge):
        read_workbook(xlsx(rows), [PLACES])


def test_a_row_far_below_costs_no_counting_to_it():
    sheet = "xl/worksheets/sheet1.xml"
    far = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="{MAX_ROW_NUMBER + 2}"><c r="A{MAX_ROW_NUMBER + 2}"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(WorkbookTooLarge):
        read_workbook(repacked(xlsx([["名称", "类型"]]), **{sheet: far}), [PLACES])


def test_a_bomb_is_refused_before_it_is_opened():
    bomb = repacked(xlsx([["名称"]]), **{"xl/media/a.bin": b"\0" * (40 << 20)})
    with pytest.raises(WorkbookUnsafe) as refused:
        read_workbook(bomb, [PLACES])
    assert refused.value.details == {"reason": "ratio"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_entities_are_refused_in_any_part_and_encoding(name, encoding):
    evil = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    with pytest.raises(WorkbookUnsafe) as refused:
        read_workbook(repacked(xlsx([["名称"]]), **{name: evil.encode(encoding)}), [PLACES])
    assert refused.value.details == {"reason": "doctype"}


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"name,kind\n", repacked(xlsx([["名称"]]), **{"xl/workbook.xml": b"<a"})],
)
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(NotAWorkbook):
        read_workbook(content, [PLACES])


def test_more_bytes_than_allowed_are_not_even_unzipped():
    with pytest.raises(WorkbookTooLarge):
        read_workbook(b"\0" * (MAX_BYTES + 1), [PLACES])


_GOOD = xlsx([["名称", "类型"], ["甲", "银行"]])


@given(st.integers(0, len(_GOOD) - 1), st.integers(1, 255), st.integers(0, len(_GOOD)))
def test_a_damaged_workbook_is_read_or_refused_by_name(at, flip, cut):
    damaged = bytearray(_GOOD)
    damaged[at] ^= flip
    for content in (bytes(damaged), _GOOD[:cut]):
        with contextlib.suppress(NotAWorkbook, WorkbookTooLarge, WorkbookUnsafe):
            read_workbook(content, [PLACES])


def test_entities_are_refused_in_a_part_whatever_it_is_called():
    """Openpyxl finds a sheet by its relationship: its name may end in anything."""
    sheet = (
        '<!DOCTYPE a [<!ENTITY b "BBBB">]><worksheet xmlns='
        '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(io.BytesIO(xlsx([["名称"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    del parts["xl/worksheets/sheet1.xml"]
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b"sheet1.xml", b"sheet1.XML")
    kinds = "[Content_Types].xml"
    parts[kinds] = parts[kinds].replace(b"sheet1.xml", b"sheet1.XML")
    parts["xl/worksheets/sheet1.XML"] = sheet.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(WorkbookUnsafe) as refused:
        read_workbook(packed.getvalue(), [PLACES])
    assert refused.value.details == {"reason": "doctype"}


@pytest.mark.parametrize("encoding", ["nobody-knows", "gb2312"])
def test_a_part_in_an_encoding_that_cannot_be_read_is_no_workbook(encoding):
    part = f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()
    with pytest.raises(NotAWorkbook):
        read_workbook(repacked(xlsx([["名称"]]), **{"xl/workbook.xml": part}), [PLACES])
