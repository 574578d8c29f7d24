"""A case about a table of persons: taken over whole or not at all, sealed, signed for, shown masked."""

import dataclasses
import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.fix_returned import FixReturned, fix_returned
from casework.actions.read_back import ReadBack, read_back
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.save_form import SaveForm, save_form
from casework.actions.save_persons import SavePersons, save_persons
from casework.actions.sign_application import SignApplication, sign_application
from casework.catalogue.item_file import ItemFile
from casework.catalogue.item_out import plain
from casework.catalogue.item_rules import broken_rules
from casework.catalogue.loader import load_catalogue
from casework.errors import InvalidInput, NotFound
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Road
from casework.model.decision import Fault, ReturnReason
from casework.model.form_field import FieldKind, FormField
from casework.model.person_table import MAX_PERSONS
from casework.policy.refusals import ApplicationChanged, FormIncomplete, StateForbids
from casework.store import schema_log
from casework.tables.errors import BadCells, NotAWorkbook
from casework.tables.persons import TITLE, person_template, read_persons
from casework.views.case_page import case_page
from casework.views.person_table import persons_of
from scenes.case_scene import a_stored, a_value, an_applicant, an_id_number, some_persons

ITEM = "SB-012"
ITEM_VERSION = next(item for item in load_catalogue().items if item.code == ITEM)
COLUMNS = ITEM_VERSION.persons
TODAY = dt.date(2026, 11, 23)


def workbook(rows, columns=COLUMNS):
    """The template with `rows` typed into it."""
    book = load_workbook(io.BytesIO(person_template(columns)))
    for row in rows:
        book[TITLE].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_row(order, **changed):
    row = {
        "name": f"群众{order}",
        "id_number": an_id_number(order),
        "phone": "",
        "since": "2026-11-01",
        "wage": "5200",
    } | changed
    return [row[column.code] for column in COLUMNS]


def bad_cells(content):
    with pytest.raises(BadCells) as refused:
        read_persons(content, COLUMNS, TODAY)
    return [(cell.row, cell.column, cell.fault.value) for cell in refused.value.cells]


def test_what_was_typed_comes_in_stored_form():
    rows = read_persons(workbook([a_row(1), a_row(2, phone="13900000001")]), COLUMNS, TODAY)
    assert rows == (
        {"name": "群众1", "id_number": an_id_number(1), "since": "2026-11-01", "wage": "5200.00"},
        {
            "name": "群众2",
            "id_number": an_id_number(2),
            "phone": "13900000001",
            "since": "2026-11-01",
            "wage": "5200.00",
        },
    )


def test_dates_and_numbers_of_the_spreadsheet_itself_are_taken():
    row = a_row(1, since=dt.datetime(2026, 11, 1, tzinfo=dt.UTC).replace(tzinfo=None), wage=5200.5)
    (read,) = read_persons(workbook([row]), COLUMNS, TODAY)
    assert (read["since"], read["wage"]) == ("2026-11-01", "5200.50")


def test_every_bad_cell_is_told_at_its_place():
    wrong_number = an_id_number(3)[:-1] + ("1" if an_id_number(3)[-1] == "0" else "0")
    rows = [
        a_row(1),
        a_row(2, id_number=an_id_number(1)),
        a_row(3, id_number=wrong_number, wage="a lot"),
        a_row(4, name=None),
        a_row(5, since="2026-02-30"),
        a_row(6, name="甲" * 61),
        a_row(7, id_number=990000198001010011),
        a_row(8, name="群众\n8"),
    ]
    assert bad_cells(workbook(rows)) == [
        (3, "B", "repeated"),
        (4, "B", "malformed"),
        (4, "E", "malformed"),
        (5, "A", "empty"),
        (6, "D", "malformed"),
        (7, "A", "too_long"),
        (8, "B", "number_lost_digits"),
        (9, "A", "malformed"),
    ]


def test_a_missing_column_is_told_once():
    book = Workbook()
    book.active.title = TITLE
    book.active.append(["姓名", "身份证号", "起始日期"])
    book.active.append(["群众1", an_id_number(1), "2026-11-01"])
    out = io.BytesIO()
    book.save(out)
    assert bad_cells(out.getvalue()) == [(1, "", "column_missing")]


def test_an_empty_table_is_no_table():
    assert bad_cells(workbook([])) == [(2, "", "empty")]


def test_a_table_has_a_limit():
    assert len(read_persons(workbook(map(a_row, range(1, MAX_PERSONS + 1))), COLUMNS, TODAY)) == 300
    assert bad_cells(workbook(map(a_row, range(1, MAX_PERSONS + 2)))) == [
        (302, "", "too_many_rows")
    ]


def test_a_formula_is_never_computed():
    """A cell whose spreadsheet kept no value is empty here; text that looks like a formula is text."""
    book = load_workbook(io.BytesIO(workbook([a_row(1)])))
    book[TITLE]["A2"] = '=HYPERLINK("https://example.test","群众1")'
    out = io.BytesIO()
    book.save(out)
    assert bad_cells(out.getvalue()) == [(2, "A", "empty")]


def test_what_is_no_workbook_is_refused():
    with pytest.raises(NotAWorkbook):
        read_persons(b"PK\x03\x04 and nothing more", COLUMNS, TODAY)


# The act.


@pytest.fixture
def filled(desk):
    return desk.filled(ITEM)


def saved(desk, case_id, count=3):
    rows = some_persons(desk.item(case_id), count)
    desk.run(save_persons, SavePersons(case_id, rows))
    return rows


def test_without_its_table_the_form_is_not_filled(desk):
    case_id = desk.opened(ITEM)
    item = desk.item(case_id)
    identity = ConfirmIdentity(case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant(item))
    desk.run(confirm_identity, identity)
    desk.run(save_form, SaveForm(case_id, {one.code: a_value(one) for one in item.fields}))
    with pytest.raises(FormIncomplete) as refused:
        desk.run(read_back, ReadBack(case_id))
    assert refused.value.details["fields"] == ["persons"]


def test_the_signature_is_bound_to_the_table(desk, filled):
    sheet = desk.run(read_back, ReadBack(filled))
    saved(desk, filled)
    assert desk.case(filled).application_digest is None
    with pytest.raises(ApplicationChanged):
        desk.run(
            sign_application, SignApplication(filled, sheet.digest, a_stored(filled)), desk.screen
        )
    again = desk.run(read_back, ReadBack(filled))
    assert again.digest != sheet.digest
    desk.sign(filled)
    # The same table once more takes nothing away.
    saved(desk, filled)
    assert desk.case(filled).signed_at_ms is not None
    desk.run(accept_case, AcceptCase(filled, Road.DESK))
    assert desk.case(filled).state is CaseState.ACCEPTED
    with pytest.raises(StateForbids):
        saved(desk, filled)


def test_values_stand_sealed_and_each_person_can_be_disclosed_alone(desk, filled):
    rows = saved(desk, filled)
    case = desk.case(filled)
    with desk.kernel.store.reading() as conn:
        entry = conn.execute(
            schema_log.entry.select().where(
                schema_log.entry.c.chain == case.chain, schema_log.entry.c.seq == case.persons_seq
            )
        ).one()
        payloads = conn.execute(
            schema_log.payload.select().where(
                schema_log.payload.c.chain == case.chain,
                schema_log.payload.c.seq == case.persons_seq,
            )
        ).all()
        assert persons_of(conn, desk.kernel.keys, case) == rows
    assert [row.field for row in payloads] == ["person.0001", "person.0002", "person.0003"]
    everything = entry.body + b"".join(row.ciphertext for row in payloads)
    for row in rows:
        assert all(value.encode() not in everything for value in row.values())


def test_pages_show_it_masked_and_each_value_by_an_act(desk, filled):
    rows = saved(desk, filled)
    with desk.kernel.store.reading() as conn:
        table = case_page(conn, desk.kernel.keys, filled).persons
    assert [column.label for column in table.columns] == [one.label for one in COLUMNS]
    first = dict(zip([one.code for one in table.columns], table.rows[0], strict=True))
    assert first["name"].shown == "群*1"
    assert first["id_number"].shown.count("*") == 13
    assert first["wage"].reveal == ""
    assert first["id_number"].reveal == "person.0001.id_number"
    shown = desk.run(reveal_field, RevealField(filled, "person.0003.id_number"))
    assert shown.value == rows[2]["id_number"]
    for nobody in ("person.0004.id_number", "person.3.id_number", "person.0001", "person."):
        with pytest.raises(NotFound):
            desk.run(reveal_field, RevealField(filled, nobody))


def test_a_returned_table_is_mended_by_another(desk):
    case_id = desk.in_review(ITEM)
    fault = Fault("persons", ReturnReason.OTHER, "第二人身份证号与证件不一致")
    desk.run(return_to_outlet, ReturnToOutlet(case_id, (fault,)), desk.reviewer)
    with desk.kernel.store.reading() as conn:
        assert [one.target for one in case_page(conn, desk.kernel.keys, case_id).faults] == [
            "persons"
        ]
    saved(desk, case_id, 4)
    desk.sign(case_id)
    desk.run(fix_returned, FixReturned(case_id))
    assert desk.case(case_id).state is CaseState.ACCEPTED


def test_the_act_refuses_what_no_workbook_went_before(desk, filled):
    rows = some_persons(desk.item(filled), 2)
    twice = (rows[0], {**rows[1], "id_number": rows[0]["id_number"]})
    with pytest.raises(InvalidInput) as refused:
        desk.run(save_persons, SavePersons(filled, twice))
    assert refused.value.details["fields"] == ["person.0002.id_number"]
    for wrong in ((), rows * 151):
        with pytest.raises(InvalidInput):
            desk.run(save_persons, SavePersons(filled, wrong))
    with pytest.raises(InvalidInput):
        desk.run(save_persons, SavePersons(desk.opened(), rows))
    with pytest.raises(StateForbids):
        saved(desk, desk.accepted(ITEM))


def test_as_many_as_may_stand_in_one_table_fit_into_one_entry(desk, filled):
    saved(desk, filled, MAX_PERSONS)
    with desk.kernel.store.reading() as conn:
        assert len(persons_of(conn, desk.kernel.keys, desk.case(filled))) == MAX_PERSONS


# The item.


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ((COLUMNS[0],), ("persons", "persons_without_identity")),
        ((*COLUMNS, COLUMNS[0]), ("persons.5.code", "repeated")),
        (
            (*COLUMNS, FormField("other", "姓名", FieldKind.TEXT)),
            ("persons.5.label", "repeated"),
        ),
        (
            (*COLUMNS, FormField("sort", "类别", FieldKind.CHOICE)),
            ("persons.5.choices", "choices_do_not_fit"),
        ),
    ],
)
def test_columns_that_do_not_fit_are_named(columns, found):
    item = dataclasses.replace(ITEM_VERSION, persons=columns)
    assert found in broken_rules(ItemFile.model_validate(plain(item)))
