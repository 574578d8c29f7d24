"""Numbers with check digits, and how they look masked."""

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.model.applicant import (
    Applicant,
    ApplicantKind,
    WrongApplicantError,
    normalise_applicant,
)
from casework.model.bank_card import luhn_valid, normalise_bank_card
from casework.model.credit_code import check_character as credit_check
from casework.model.credit_code import normalise_credit_code
from casework.model.form_field import DateBound, FieldKind, FormField, normalise_value
from casework.model.id_number import birth_date, check_character, normalise_id_number
from casework.model.masking import (
    mask_bank_card,
    mask_id_number,
    mask_middle,
    mask_name,
    mask_phone,
    mask_value,
)
from casework.model.material import MaterialGrade
from casework.model.phone import normalise_phone
from scenes.case_scene import a_bank_card, a_credit_code, an_applicant, an_id_number


class TestIdNumber:
    def test_the_example_of_the_standard(self):
        # GB 11643-1999, annex: the two numbers the standard itself works out.
        assert check_character("11010519491231002") == "X"
        assert check_character("44052418800101001") == "4"

    def test_spaces_and_small_letters_are_forgiven(self):
        assert normalise_id_number(" 110105 19491231 002x ") == "11010519491231002X"

    @given(st.integers(0, 999), st.integers(0, 16), st.sampled_from(string.digits))
    def test_one_wrong_digit_shows(self, order, place, digit):
        number = an_id_number(order)
        if number[place] == digit:
            return
        with pytest.raises(ValueError):
            normalise_id_number(number[:place] + digit + number[place + 1 :])

    @pytest.mark.parametrize(
        "first",
        [
            "990001198001010",  # only 990000 is made up
            "170000198001010",  # no such division
            "990000198013010",  # no thirteenth month
            "990000198002300",  # no thirtieth of February
            "990000299901010",  # not yet born
            "990000170001010",  # too long ago
        ],
    )
    def test_what_cannot_be(self, first):
        number = first + "01"
        with pytest.raises(ValueError):
            normalise_id_number(number + check_character(number))

    @pytest.mark.parametrize(
        "text", ["", "99000019800101001", "９９００００198001010010", "x" * 18]
    )
    def test_what_has_not_the_shape(self, text):
        with pytest.raises(ValueError):
            normalise_id_number(text)

    def test_birth_date(self):
        assert birth_date(an_id_number()).isoformat() == "1980-01-01"


class TestBankCard:
    def test_the_usual_example_of_luhn(self):
        assert luhn_valid("79927398713")
        assert not luhn_valid("79927398710")

    def test_normalised(self):
        number = a_bank_card()
        assert normalise_bank_card(f"{number[:4]} {number[4:]}") == number

    @pytest.mark.parametrize("text", ["", "1" * 12, "0" * 20, "99990000000000010", "6222ab"])
    def test_refused(self, text):
        with pytest.raises(ValueError):
            normalise_bank_card(text)


class TestCreditCode:
    def test_a_right_one(self):
        assert normalise_credit_code(a_credit_code().lower()) == a_credit_code()

    def test_of_every_17_characters_one_check_character_fits(self):
        first = a_credit_code()[:17]
        fitting = [one for one in "0123456789ABCDEFGHJKLMNPQRTUWXY" if credit_check(first) == one]
        assert len(fitting) == 1

    @pytest.mark.parametrize("text", ["", "91990000MA00000011", "9199000OMA0000001" + "0"])
    def test_refused(self, text):
        with pytest.raises(ValueError):
            normalise_credit_code(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("139 0000 0001", "13900000001"),
        ("+8613900000001", "13900000001"),
        ("0710-3600000", "0710-3600000"),
    ],
)
def test_telephones(text, number):
    assert normalise_phone(text) == number


@pytest.mark.parametrize("text", ["", "12345", "23900000001", "1390000000x"])
def test_no_telephones(text):
    with pytest.raises(ValueError):
        normalise_phone(text)


TODAY = dt.date(2026, 3, 2)


class TestValues:
    @pytest.mark.parametrize(
        ("kind", "typed", "stored"),
        [
            (FieldKind.TEXT, "  示范 ", "示范"),
            (FieldKind.DATE, "2025-01-31", "2025-01-31"),
            (FieldKind.MONEY, "12", "12.00"),
            (FieldKind.MONEY, "012.5", "12.50"),
            (FieldKind.MONEY, "", ""),
        ],
    )
    def test_stored_form(self, kind, typed, stored):
        assert normalise_value(FormField("code", "名称", kind), typed, TODAY) == stored

    @pytest.mark.parametrize(
        ("kind", "typed"),
        [
            (FieldKind.DATE, "2025-02-30"),
            (FieldKind.MONEY, "12.345"),
            (FieldKind.MONEY, "-1"),
            (FieldKind.MONEY, "1e3"),
            (FieldKind.CHOICE, "丙"),
            (FieldKind.TEXT, "a\x00b"),
            (FieldKind.TEXT, "a\u2028b"),
            (FieldKind.TEXT, "a\x85b"),
            (FieldKind.TEXT, "长" * 501),
        ],
    )
    def test_refused(self, kind, typed):
        with pytest.raises(ValueError):
            normalise_value(FormField("code", "名称", kind, choices=("甲", "乙")), typed, TODAY)

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("金额\u202e0025", "金额0025"),  # would stand there as 5200
            ("示范\u200b企业\ufeff", "示范企业"),
            ("\u2066示范\u2069", "示范"),
            ("\u200b", ""),
            ("示范\u3000路", "示范\u3000路"),
            ("第一行\n第二行", "第一行\n第二行"),
            (
                "\ue000\U0002ebf0",
                "\ue000\U0002ebf0",
            ),  # rare characters of names, some of private use
        ],
    )
    def test_signs_that_nobody_sees_are_left_out(self, typed, stored):
        assert normalise_value(FormField("code", "名称", FieldKind.TEXT), typed, TODAY) == stored

    def test_a_bounded_date_is_today_at_the_latest(self):
        bounded = FormField("since", "失业日期", FieldKind.DATE, not_after=DateBound.TODAY)
        assert normalise_value(bounded, "2026-03-02", TODAY) == "2026-03-02"
        assert normalise_value(bounded, "", TODAY) == ""
        with pytest.raises(ValueError, match="later than today"):
            normalise_value(bounded, "2026-03-03", TODAY)
        free = FormField("from", "起始日期", FieldKind.DATE)
        assert normalise_value(free, "2027-01-01", TODAY) == "2027-01-01"


class TestApplicant:
    def test_a_person_and_an_organisation(self):
        assert normalise_applicant(an_applicant()).kind is ApplicantKind.PERSON
        both = Applicant("群众甲", an_id_number(), "", "示范企业", a_credit_code())
        assert normalise_applicant(both).kind is ApplicantKind.ORGANISATION

    @pytest.mark.parametrize(
        ("field", "applicant"),
        [
            ("name", Applicant(" ", an_id_number())),
            ("name", Applicant("甲\a乙", an_id_number())),
            ("id_number", Applicant("群众甲", "1")),
            ("phone", Applicant("群众甲", an_id_number(), "1")),
            ("credit_code", Applicant("群众甲", an_id_number(), "", "示范企业")),
            ("credit_code", Applicant("群众甲", an_id_number(), "", "示范企业", "91")),
        ],
    )
    def test_the_wrong_field_is_named(self, field, applicant):
        with pytest.raises(ValueError, match=f"^{field}$"):
            normalise_applicant(applicant)

    def test_all_wrong_fields_are_named_at_once(self):
        with pytest.raises(WrongApplicantError) as refused:
            normalise_applicant(Applicant("", "1", "2", "", "91"))
        assert refused.value.fields == ["name", "organisation", "id_number", "phone", "credit_code"]


class TestMasking:
    def test_examples(self):
        assert mask_id_number("990000198001010012") == "990*************12"
        assert mask_bank_card("99990000000000010") == "9999*********0010"
        assert mask_phone("13900000001") == "139****0001"
        assert (mask_name("甲"), mask_name("张三"), mask_name("群众甲")) == ("*", "张*", "群*甲")

    @given(st.text(max_size=40), st.integers(0, 6), st.integers(0, 6))
    def test_the_length_stays_and_something_is_always_hidden(self, text, head, tail):
        masked = mask_middle(text, head, tail)
        assert len(masked) == len(text)
        assert masked.count("*") >= min(2, len(text))

    def test_texts_are_shown(self):
        assert mask_value(FieldKind.TEXT, "示范企业") == "示范企业"
        assert "0001" in mask_value(FieldKind.PHONE, "13900000001")


def test_grades_from_best_to_least():
    assert MaterialGrade.A.suffices_for(MaterialGrade.B)
    assert MaterialGrade.B.suffices_for(MaterialGrade.B)
    assert not MaterialGrade.C.suffices_for(MaterialGrade.B)
