"""Visits over HTTP, as the clerk's page asks for them."""

import asyncio

import pytest

from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.open_case import OpenCase, open_case
from casework.actions.open_visit import OpenVisit, open_visit
from casework.model.case import Priority
from casework.model.visit import VisitStep
from scenes.case_scene import a_bank_card, an_applicant
from scenes.counter import done

ITEM = "SB-001"
MINUTE = 60_000


@pytest.fixture
def log_origin():
    return "hall.example/log"


@pytest.fixture
def received(k, city, log_origin):
    """The usher receives somebody, prepares a form for her if it is said, and lets her wait."""

    def do(*, prepared=False, priority=None, **values):
        usher, run = city.actors["usher1"], k.writer.run_sync
        visit = run(open_visit, OpenVisit(log_origin, priority), actor=usher).visit_id
        case_id = None
        if prepared:
            command = OpenCase(ITEM, visit_id=visit, **values)
            case_id = run(open_case, command, actor=usher).case_id
        run(begin_step, BeginStep(log_origin, visit, VisitStep.WAIT), actor=usher)
        return visit, case_id

    return do


@pytest.fixture
async def second(sign_in):
    return await sign_in("clerk2", "bank/2")


async def shown(clerk):
    return done(await clerk.get("/api/v1/visits"))


async def test_a_window_sees_who_waits_and_for_how_long(clerk, received, clock):
    assert await shown(clerk) == {
        "now_ms": clock.wall_ms(),
        "here": None,
        "waiting": [],
        "in_hall": 0,
    }
    received(prepared=True)
    clock.advance(3 * MINUTE)
    received(priority=Priority.PREGNANT)
    said = await shown(clerk)
    lines = [
        (one["number"], one["priority"], one["prepared"], said["now_ms"] - one["since_ms"])
        for one in said["waiting"]
    ]
    assert lines == [("A002", "pregnant", 0, 0), ("A001", None, 1, 3 * MINUTE)]
    assert said["in_hall"] == 2


async def test_the_number_brings_the_form_that_was_filled_in(clerk, received, city):
    person = an_applicant()
    _, case_id = received(
        prepared=True, applicant=person, form={"new_account": a_bank_card()}, at_hand=()
    )
    path = f"/api/v1/cases/{case_id}"
    before = done(await clerk.get(path))["case"]
    assert before["at_desk"] is True
    refused = await clerk.post(f"{path}/form", {"values": {}})
    assert (refused[0], refused[1]["code"]) == (409, "V-06")
    early = await clerk.post(f"{path}/take-over")
    assert (early[0], early[1]["code"]) == (409, "V-07")
    called = done(await clerk.post("/api/v1/visits/call", {"number": "a1"}))
    done(await clerk.post(f"/api/v1/visits/{called['visit_id']}/received"))
    here = (await shown(clerk))["here"]
    assert (here["number"], here["step"]) == ("A001", "handle")
    assert [(one["case_id"], one["prepared"]) for one in here["cases"]] == [(case_id, True)]
    done(await clerk.post(f"{path}/take-over", {"version": before["version"]}))
    after = done(await clerk.get(path))["case"]
    assert (after["at_desk"], after["prepared_by"]) == (False, "103")
    assert after["window_id"] == city.windows["bank/1"]
    assert next(one for one in after["fields"] if one["code"] == "new_account")["value"]
    # Who applies is confirmed by the clerk, without typing it.
    done(await clerk.post(f"{path}/identity", {"method": "original_seen", "applicant": {}}))
    assert done(await clerk.get(path))["case"]["moments"]["identity_ms"]


async def test_of_two_windows_one_gets_the_visit(clerk, second, received):
    visit, _ = received()
    answers = await asyncio.gather(
        clerk.post(f"/api/v1/visits/{visit}/call"), second.post(f"/api/v1/visits/{visit}/call")
    )
    assert sorted(status for status, _ in answers) == [200, 409]
    refused = next(answer for status, answer in answers if status == 409)
    assert refused["code"] == "V-01"
    assert refused["details"]["window"] in refused["title"]


async def test_two_tabs_of_one_window_act_once(clerk, received):
    visit, _ = received()
    version = (await shown(clerk))["waiting"][0]["version"]
    path = f"/api/v1/visits/{visit}/call"
    key = {"Idempotency-Key": "press"}
    first = done(await clerk.post(path, {"version": version}, headers=key))
    assert done(await clerk.post(path, {"version": version}, headers=key)) == first
    stale = await clerk.post(path, {"version": version})
    assert (stale[0], stale[1]["code"]) == (409, "K-04")
    # The other tab knows the visit as it stands now: it is called again, not twice.
    assert done(await clerk.post(path, {"version": first["version"]}))["step"] == "call"


async def test_from_the_call_to_the_end(clerk, received):
    first, _ = received()
    second_visit, _ = received()
    assert done(await clerk.post("/api/v1/visits/call"))["visit_id"] == first
    busy = await clerk.post("/api/v1/visits/call")
    assert (busy[0], busy[1]["code"]) == (409, "V-02")
    assert done(await clerk.post(f"/api/v1/visits/{first}/missed"))["step"] == "wait"
    assert [one["misses"] for one in (await shown(clerk))["waiting"]] == [0, 1]
    assert done(await clerk.post("/api/v1/visits/call"))["visit_id"] == second_visit
    done(await clerk.post(f"/api/v1/visits/{second_visit}/received"))
    opened = done(await clerk.post("/api/v1/cases", {"item": ITEM}))
    another = done(await clerk.post("/api/v1/cases", {"item": "SB-005"}))
    here = (await shown(clerk))["here"]
    assert [one["case_id"] for one in here["cases"]] == [opened["case_id"], another["case_id"]]
    done(await clerk.post(f"/api/v1/visits/{second_visit}/step", {"step": "rate"}))
    done(await clerk.post(f"/api/v1/visits/{second_visit}/end"))
    assert (await shown(clerk))["here"] is None
    over = await clerk.post(f"/api/v1/visits/{second_visit}/call")
    assert (over[0], over[1]["code"]) == (409, "V-04")


async def test_a_visit_begins_at_the_window_too(clerk):
    done(await clerk.post("/api/v1/visits", {"priority": "elderly"}))
    here = (await shown(clerk))["here"]
    assert (here["number"], here["step"], here["priority"]) == ("A001", "handle", "elderly")
    again = await clerk.post("/api/v1/visits", {})
    assert (again[0], again[1]["code"]) == (409, "V-02")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("call", {}, 404, "V-03"),
        ("call", {"number": "A999"}, 404, "K-02"),
        ("call", {"number": "x" * 9}, 422, "K-01"),
        ("01JD00000000000000000000ZZ/call", {}, 404, "K-02"),
        ("01JD00000000000000000000ZZ/step", {"step": "dance"}, 422, "K-01"),
        ("01JD00000000000000000000ZZ/end", {"left": "perhaps"}, 422, "K-01"),
        ("01JD00000000000000000000ZZ/received", {"version": 0}, 422, "K-01"),
    ],
)
async def test_odd_input(clerk, path, body, status, code):
    answered, said = await clerk.post(f"/api/v1/visits/{path}", body)
    assert (answered, said["code"]) == (status, code)


async def test_a_prepared_draft_is_in_no_list_of_a_window_before_it_is_taken_over(clerk, received):
    visit, case_id = received(prepared=True)
    drafts = "/api/v1/window/lists/drafts"
    assert done(await clerk.get(drafts))["cases"] == []
    assert done(await clerk.get("/api/v1/window/lists/today"))["cases"] == []
    assert done(await clerk.get("/api/v1/window/counts"))["counts"]["drafts"] == 0
    done(await clerk.post(f"/api/v1/visits/{visit}/call"))
    done(await clerk.post(f"/api/v1/cases/{case_id}/take-over"))
    assert [one["case_id"] for one in done(await clerk.get(drafts))["cases"]] == [case_id]
