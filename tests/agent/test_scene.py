"""What the scripted people bring fits the catalogue; what they photograph is fit for the file."""

import datetime as dt
import io

import pytest
from PIL import Image

from casework.catalogue.loader import load_catalogue
from casework.model.applicant import Applicant, normalise_applicant
from casework.model.form_field import FieldKind, normalise_value
from outlet_client.agent.page_text import choices, page_data, problem_code
from outlet_client.agent.people.papers import A4_AT_200_DPI, signature, still
from outlet_client.agent.people.reviewer import fitting
from outlet_client.agent.people.scene import the_scene
from outlet_client.agent.refusal import OddAnswer
from outlet_client.agent.speech import LINES

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def items():
    return {item.code: item for item in load_catalogue().items}


def test_the_scene_fills_its_item_completely(items):
    scene = the_scene()
    item = items[scene.item]
    fields = {field.code: field for field in item.fields}
    for code, value in scene.form.items():
        assert normalise_value(fields[code], value, TODAY) == value
    assert {code for code, field in fields.items() if field.required} <= scene.form.keys()
    assert {spec.code for spec in item.materials if spec.required} == scene.materials.keys()
    normalise_applicant(Applicant(**scene.applicant))


def test_the_person_of_the_scene_cannot_be_anybody():
    assert the_scene().applicant["id_number"].startswith("990000")


def test_a_scripted_reviewer_has_a_fitting_value_for_every_change_of_every_item(items):
    for item in items.values():
        for change in item.changes:
            asked = {"kind": change.kind.value, "choices": list(change.choices)}
            value = fitting(asked, the_scene())
            assert normalise_value(change, value, TODAY), (item.code, change.code)


def test_there_is_a_value_for_every_kind_but_choices():
    assert the_scene().values.keys() == set(FieldKind) - {FieldKind.CHOICE}


def test_a_still_is_a4_at_200_dpi_and_no_video_frame():
    picture = Image.open(io.BytesIO(still("居民身份证", "演示")))
    assert picture.format == "JPEG"
    assert picture.size == A4_AT_200_DPI
    assert min(picture.size[0] / (210 / 25.4), picture.size[1] / (297 / 25.4)) >= 199.9


def test_a_signature_is_a_small_png_with_a_line_on_it():
    drawn = signature()
    picture = Image.open(io.BytesIO(drawn))
    assert picture.format == "PNG"
    assert len(drawn) < 100_000
    assert picture.convert("L").getextrema() == (0, 255)


def test_every_line_that_is_spoken_exists():
    from outlet_client.agent.plays.outlet_calls import REPLIES

    assert set(REPLIES.values()) <= LINES.keys()


def test_a_page_is_read_as_its_script_would():
    html = (
        '<script type="application/json" id="page">{"me": "01J", "n": 1}</script>'
        '<script type="application/json" id="broken">{"me":</script>'
        '<section data-problem="P-05"><form><button name="window" value="W&amp;1">'
        "<strong>1号</strong> <span>甲</span></button><button>no</button></form>"
    )
    assert page_data(html) == {"me": "01J", "n": 1}
    assert [(one.value, one.text) for one in choices(html, "window")] == [("W&1", "1号 甲")]
    assert problem_code(html) == "P-05"
    for id_ in ("broken", "missing"):
        with pytest.raises(OddAnswer):
            page_data(html, id_)
