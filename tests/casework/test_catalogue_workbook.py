"""The catalogue as a workbook: out and in the same, and every fault at its cell."""

import dataclasses
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from casework.catalogue.faults import FAULTS
from casework.catalogue.guide import (
    ClockStop,
    Fee,
    GuideElement,
    LegalBasis,
    StopCause,
    TimeLimit,
)
from casework.catalogue.item import CommitmentTerms
from casework.catalogue.item_out import catalogue_yaml
from casework.catalogue.loader import load_catalogue, read_catalogue
from casework.catalogue.workbook_in import read_workbook_catalogue
from casework.catalogue.workbook_out import catalogue_workbook
from casework.catalogue.workbook_shape import SHEETS
from casework.model.form_field import FieldKind, FormField
from casework.model.material import SourceKind
from casework.tables.errors import NotAWorkbook

ITEMS = load_catalogue().items
BASIS = LegalBasis("=示范条例", "第十条第一款")


def read(content):
    return read_workbook_catalogue("x.xlsx", content)


def changed(change):
    """The workbook of two items after `change(book)`."""
    book = load_workbook(io.BytesIO(catalogue_workbook(ITEMS[:2])))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue())


def test_out_and_in_the_same():
    report = read(catalogue_workbook(ITEMS))
    assert report.bad_rows == ()
    assert report.items == ITEMS


def test_rare_elements_survive_too():
    """None of these is in the shipped items together; a text that looks like a formula is a text."""
    item = dataclasses.replace(
        ITEMS[0],
        name="=1+1",
        fees=(Fee("工本费", "20.00", BASIS),),
        elements=(GuideElement("温馨提示", "第一行\n第二行"),),
        limit=TimeLimit(
            legal_days=60,
            basis=BASIS,
            stops=tuple(ClockStop(cause, BASIS) for cause in StopCause),
        ),
    )
    report = read(catalogue_workbook([item]))
    assert report.bad_rows == ()
    assert report.items == (item,)


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1, max_size=40
).filter(lambda text: text == text.strip() != "")


@settings(max_examples=25, deadline=None)
@given(name=WORDS, lines=st.lists(WORDS, min_size=1, max_size=4), note=WORDS, choice=WORDS)
def test_any_words_go_out_and_come_in_the_same(name, lines, note, choice):
    """What YAML takes for a number, a date or a tag, and a workbook for a formula, stays a text."""
    item = dataclasses.replace(
        ITEMS[0],
        name=name,
        conditions=tuple(lines),
        materials=(dataclasses.replace(ITEMS[0].materials[0], note=f"{note}\n{name}"),),
        changes=(FormField("what", "事项", FieldKind.CHOICE, choices=(choice,)),),
    )
    assert read_catalogue("x.yaml", catalogue_yaml([item])).items == (item,)
    assert read(catalogue_workbook([item])).items == (item,)


@pytest.mark.parametrize("sources", [(SourceKind.SHARED_DATA,), (*SourceKind,)])
def test_sources_go_out_and_come_in_the_same(sources):
    """The usual one, the citizen, is not said; a promise brings its text and its term."""
    promised = CommitmentTerms("本人承诺：\n所述属实。", 20) if len(sources) > 1 else None
    first, *others = next(item for item in ITEMS if item.code == "SB-002").materials
    spec = dataclasses.replace(first, sources=sources, commitment=promised)
    item = dataclasses.replace(
        next(item for item in ITEMS if item.code == "SB-002"), materials=(spec, *others)
    )
    assert read_catalogue("x.yaml", catalogue_yaml([item])).items == (item,)
    assert read(catalogue_workbook([item])).items == (item,)
    assert b"citizen" not in catalogue_yaml(ITEMS)


def test_an_empty_form_has_no_items():
    assert [row.code for row in read(catalogue_workbook([])).bad_rows] == ["no_items"]


def put(sheet, cell, value):
    def change(book):
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (put("事项", "D2", "行政处罚"), ("事项", 2, "D"), "not_a_choice"),
        (put("事项", "C3", None), ("事项", 3, "C"), "empty"),
        (put("事项", "A3", "JY-001"), ("事项", 3, "A"), "repeated"),
        (put("事项", "O2", "2024-13-01"), ("事项", 2, "O"), "wrong_kind"),
        (put("事项", "N2", 61), ("事项", 2, "N"), "out_of_range"),
        (put("事项", "Q2", 10), ("事项", 2, "S"), "limit_without_basis"),
        (put("申请材料", "D2", None), ("申请材料", 2, "D"), "empty"),
        (put("申请材料", "E2", "第5条"), ("申请材料", 2, "E"), "wrong_form"),
        (put("申请材料", "J2", "否"), ("申请材料", 2, "J"), "missing"),
        (put("申请材料", "N2", 5), ("申请材料", 2, "M"), "missing"),
        (put("表单", "F2", None), ("表单", 2, "F"), "choices_do_not_fit"),
        (put("表单", "A2", "SB-999"), ("表单", 2, "A"), "unknown_reference"),
        (put("设定依据", "B2", "甲" * 301), ("设定依据", 2, "B"), "too_long"),
        (put("明白纸", "B2", "甲\u0085乙"), ("明白纸", 2, "B"), "wrong_form"),
        (put("事项", "W2", "达到金额复审"), ("事项", 2, "X"), "review_field_unknown"),
    ],
)
def test_a_fault_is_told_at_its_cell(change, place, code):
    rows = changed(change).bad_rows
    assert (place, code) in [((row.sheet, row.row, row.column), row.code) for row in rows]
    assert all(row.code in FAULTS and row.sheet for row in rows)


def test_a_missing_part_is_told_at_the_item():
    def without_process(book):
        book["办理流程"].delete_rows(2, 50)

    rows = changed(without_process).bad_rows
    assert [(row.sheet, row.row, row.where) for row in rows] == [
        ("事项", 2, "process"),
        ("事项", 3, "process"),
    ]


def test_all_faults_are_told_and_good_items_with_them():
    def two(book):
        book["事项"]["D2"] = "行政处罚"
        book["申请材料"]["F2"] = "E"

    report = changed(two)
    assert [(row.sheet, row.row, row.column) for row in report.bad_rows] == [
        ("事项", 2, "D"),
        ("申请材料", 2, "F"),
    ]
    assert [item.code for item in report.items] == [ITEMS[1].code]


def test_amounts_may_be_numbers():
    item = dataclasses.replace(ITEMS[0], fees=(Fee("工本费", "20.50", BASIS),))
    book = load_workbook(io.BytesIO(catalogue_workbook([item])))
    book["收费"]["C2"] = 20.5
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).items == (item,)


def test_what_is_no_workbook():
    with pytest.raises(NotAWorkbook):
        read(b"code: SB-001\n")


def test_headings_are_told_apart():
    for sheet in SHEETS:
        titles = [column.title for column in sheet.columns]
        assert len(set(titles)) == len(titles)
