"""Where a platform's fields belong: the file, and what of a launch fits."""

import datetime as dt

import pytest

from casework.catalogue.loader import load_catalogue
from casework.launch.mapping import DateForm, MappedField, content_of, fill, mapping_in
from casework.launch.mapping_file import faults_against, mappings_yaml, read_mappings
from casework.model.launch import LeftOut, LeftOutReason
from scenes.case_scene import a_bank_card, an_applicant
from scenes.intake_platform import FIELDS, MAPPING

TODAY = dt.date(2026, 5, 11)
ITEM = next(item for item in load_catalogue().items if item.code == "SB-002")


def read(text):
    report = read_mappings("m.yaml", text.encode())
    assert report.bad_rows == ()
    return report.mappings[0]


def bad(text):
    return [(row.where, row.code) for row in read_mappings("m.yaml", text.encode()).bad_rows]


def test_everything_finds_its_place():
    filled = fill(read(MAPPING), ITEM, FIELDS, TODAY)
    assert filled.left_out == ()
    assert filled.applicant == {
        "name": "群众甲",
        "id_number": an_applicant().id_number,
        "phone": "13900000001",
    }
    assert filled.form == {
        "last_employer": "示范企业",
        "left_on": "2025-01-31",
        "cause": "劳动合同期满终止",
        "account": a_bank_card(),
        "bank": "示范银行",
    }


@pytest.mark.parametrize(
    ("name", "value", "target", "reason"),
    [
        ("lxdh", "123", "applicant.phone", LeftOutReason.DOES_NOT_FIT),
        ("sfzjhm", "990000198001010010", "applicant.id_number", LeftOutReason.DOES_NOT_FIT),
        ("sqrxm", "群" * 61, "applicant.name", LeftOutReason.DOES_NOT_FIT),
        ("yhkh", "6222", "form.account", LeftOutReason.DOES_NOT_FIT),
        ("jcrq", "20991231", "form.left_on", LeftOutReason.DOES_NOT_FIT),
        ("jcrq", "2025-01-31", "form.left_on", LeftOutReason.NOT_TRANSLATED),
        ("jcrq", "2025131", "form.left_on", LeftOutReason.NOT_TRANSLATED),
        ("syyy", "99", "form.cause", LeftOutReason.NOT_TRANSLATED),
        ("yydw", "x" * 501, "form.last_employer", LeftOutReason.DOES_NOT_FIT),
        ("beizhu", "备注", "", LeftOutReason.NOT_MAPPED),
    ],
)
def test_what_does_not_fit_is_named_as_it_was_seen_and_loses_nothing_else(
    name, value, target, reason
):
    filled = fill(read(MAPPING), ITEM, {**FIELDS, name: value}, TODAY)
    assert filled.left_out == (LeftOut(name, target, reason, value),)
    whole = fill(read(MAPPING), ITEM, FIELDS, TODAY)
    group, _, code = target.partition(".")
    for mine, all_of_it in (("applicant", whole.applicant), ("form", whole.form)):
        left = {key: one for key, one in all_of_it.items() if (mine, key) != (group, code)}
        assert getattr(filled, mine) == left


def test_an_item_that_lost_a_field_loses_nothing_of_what_was_filled_in():
    mapping = read(MAPPING + "  # a later version\n")
    without = mapping_in(content_of(mapping))
    older = type(ITEM)(
        **{name: getattr(ITEM, name) for name in ITEM.__dataclass_fields__ if name != "fields"},
        fields=tuple(field for field in ITEM.fields if field.code != "account"),
    )
    filled = fill(without, older, FIELDS, TODAY)
    assert [(one.target, one.reason) for one in filled.left_out] == [
        ("form.account", LeftOutReason.NO_SUCH_FIELD)
    ]


def test_nothing_said_is_nothing_left_out():
    assert fill(read(MAPPING), ITEM, {"sqrxm": " ", "beizhu": ""}, TODAY).left_out == ()
    assert fill(read(MAPPING), ITEM, {}, TODAY).form == {"bank": "示范银行"}


def test_one_field_of_the_platform_may_go_to_two_of_ours():
    mapping = read("item: SB-002\nform: {last_employer: dw, bank: dw}\n")
    assert fill(mapping, ITEM, {"dw": "示范"}, TODAY).form == {
        "last_employer": "示范",
        "bank": "示范",
    }


def test_a_mapping_goes_out_and_comes_in_the_same():
    mapping = read(MAPPING)
    assert mapping.form["left_on"] == MappedField("jcrq", date=DateForm.SOLID)
    assert read(mappings_yaml([mapping]).decode()) == mapping == mapping_in(content_of(mapping))
    two = mappings_yaml([mapping, read("item: SB-001\n")])
    assert [one.item for one in read_mappings("m.yaml", two).mappings] == ["SB-002", "SB-001"]
    assert mappings_yaml([]) == b""


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [("", "no_items")]),
        ("item: [", [("line 2", "not_readable")]),
        ("item: SB-002\nitem: SB-001\n", [("line 2", "key_twice")]),
        ("form: {a: b}\n", [("1.item", "missing")]),
        ("item: nothing\n", [("1.item", "wrong_form")]),
        ("item: SB-002\nsurprise: 1\n", [("1.surprise", "unknown_element")]),
        ("item: SB-002\napplicant: {age: nl}\n", [("1.applicant.age", "unknown_field")]),
        ("item: SB-002\nform: {bank: {}}\n", [("1.form.bank", "source_or_fixed")]),
        (
            "item: SB-002\nform: {bank: {from: a, fixed: b}}\n",
            [("1.form.bank", "source_or_fixed")],
        ),
        (
            "item: SB-002\nform: {bank: {fixed: b, values: {a: b}}}\n",
            [("1.form.bank", "translated_twice")],
        ),
        (
            "item: SB-002\nform: {left_on: {from: a, values: {a: b}, date: YYYYMMDD}}\n",
            [("1.form.left_on", "translated_twice")],
        ),
        ("item: SB-002\n---\nitem: SB-002\n", [("2.item", "repeated")]),
        ("a: &a [1]\nb: *a\n", [("", "aliases")]),
    ],
)
def test_every_fault_of_a_file_is_told_with_its_place(text, faults):
    assert bad(text) == faults


def test_a_file_has_a_largest_size():
    assert bad("# " + "x" * (512 * 1024)) == [("", "too_large")]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("form: {nothing: a}", [("form.nothing", "unknown_field")]),
        ("form: {cause: {fixed: 其他}}", [("form.cause", "value_does_not_fit")]),
        ('form: {cause: {from: a, values: {"1": 其他}}}', [("form.cause", "value_does_not_fit")]),
        ("applicant: {phone: {fixed: '1'}}", [("applicant.phone", "value_does_not_fit")]),
        ("form: {cause: a, account: b}\napplicant: {id_number: c}", []),
    ],
)
def test_a_mapping_is_held_against_its_item(text, faults):
    mapping = read(f"item: SB-002\n{text}\n")
    assert [(row.where, row.code) for row in faults_against(mapping, ITEM, TODAY)] == faults
