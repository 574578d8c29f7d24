"""The desk's benchmark in small: copies are whole, and no figure is taken of a wrong answer."""

import pytest

from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from bench.desk.city import load_city, make_city, save_city
from bench.desk.errand import Errands, Kind
from bench.desk.fill import fill, read_models
from bench.desk.models import play_models
from casework.actor import Actor, Role
from casework.data_dir import DataDir
from casework.installation import opened
from casework.views.case_page import case_page
from casework.views.lists.case_filter import CaseFilter
from casework.views.lists.case_list import list_page
from casework.views.timeline import case_timeline
from portal.doors import Door
from yunchuang.demo_data import prepare_demo, trusted_keys

CASES = 930


@pytest.fixture
def filled(tmp_path):
    data = DataDir(tmp_path / "data")
    prepare_demo(data)
    city = make_city(data)
    filler = read_models(data, city, play_models(data, city))
    fill(data, city, filler, 0, CASES)
    return data, city


def test_copies_read_as_played_cases_do_and_their_log_is_whole(filled):
    data, city = filled
    with opened(data) as desk, desk.store.reading() as conn:
        auditor = Actor("auditor", Role.AUDITOR)
        page = list_page(conn, desk.keys, auditor, CaseFilter(), desk.clock.wall_ms(), size=100)
        assert page.count == CASES + 48
        for line in page.lines[::7]:
            shown = case_page(conn, desk.keys, line.case_id)
            told = case_timeline(conn, line.case_id)
            assert shown.case.number == line.number
            assert {value.field for value in shown.applicant} >= {"applicant.name"}
            assert [one.seq for one in told] == list(range(len(told)))
    report = verify(
        data.log,
        make_trust(parse_keys(trusted_keys(data).read_bytes(), "keys"), None, outside=True),
    )
    assert report.problems == []
    assert len(city.people) == 200


def test_a_city_is_kept_and_read_again(filled, tmp_path):
    _, city = filled
    save_city(tmp_path / "city.json", city)
    assert load_city(tmp_path / "city.json") == city


def test_what_people_ask_for_is_drawn_the_same_for_every_run(filled):
    _, city = filled
    clerk = city.at(Door.CLERK)[0]
    drawn = [[Errands(city, 7).a_list(clerk).path for _ in range(3)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    kinds = Errands(city, 7)
    assert {kinds.draw_kind() for _ in range(100)} == set(Kind)
