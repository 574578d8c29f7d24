"""The pre-fill desk over HTTP: a visitor is received, ticked and filled in, and the window goes on."""

import re

import pytest
from sqlalchemy import select

from casework.actions.call_visit import CallVisit, call_visit
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.take_over import TakeOver, take_over
from casework.actor import Actor, Role
from casework.ids import new_id
from casework.model.case import CaseState
from casework.model.visit import VisitEnd, VisitStep
from casework.store import schema_case, schema_visit
from casework.store.case_rows import load_case
from casework.views.case_page import case_page
from casework.views.visits import shown_visit
from scenes.case_scene import a_bank_card, an_applicant

ITEM = "SB-001"
KEY = re.compile(r'name="key" value="([^"]*)"')
VERSION = re.compile(r'name="version" value="([^"]*)"')


@pytest.fixture
def log_origin():
    return "hall.example/log"


class Desk:
    """An usher's browser: what she reads, and what she sends off."""

    def __init__(self, k, browser):
        self.k = k
        self.client = browser.client

    async def page(self, path, status=200):
        answer = await self.client.get(path)
        text = await answer.text()
        assert answer.status == status, text
        return text

    async def send(self, path, form, status=303):
        """The address that the answer leads to, or the page that it is."""
        answer = await self.client.post(path, data=form, allow_redirects=False)
        text = await answer.text()
        assert answer.status == status, text
        return answer.headers["Location"] if status == 303 else text

    async def received(self, priority=""):
        page = await self.page("/usher")
        form = {"key": KEY.search(page)[1], "priority": priority}
        return (await self.send("/usher/visits", form)).rpartition("/")[2]

    async def prepared(self, visit, item=ITEM, **values):
        path = f"/usher/visits/{visit}/items/{item}"
        page = await self.page(path)
        form = {"key": KEY.search(page)[1], **values}
        await self.send(path, form)
        return self.cases(visit)[-1]

    def cases(self, visit):
        with self.k.store.reading() as conn:
            return [one.case_id for one in shown_visit(conn, visit).cases]

    def shown(self, visit):
        with self.k.store.reading() as conn:
            return shown_visit(conn, visit)

    def case(self, case_id):
        with self.k.store.reading() as conn:
            return case_page(conn, self.k.keys, case_id)


@pytest.fixture
async def usher(k, sign_in):
    return Desk(k, await sign_in("usher1", door="usher"))


def materials(k, item=ITEM):
    from casework.catalogue.loader import load_catalogue

    return next(one for one in load_catalogue().items if one.code == item).materials


async def test_who_comes_in_gets_a_number_and_a_priority(usher):
    visit = await usher.received("elderly")
    page = await usher.page(f"/usher/visits/{visit}")
    assert "A001 号" in page
    assert "老年人" in page
    assert 'data-visit="A001"' in await usher.page("/usher")
    assert usher.shown(visit).step is VisitStep.GUIDE


async def test_a_second_press_receives_nobody_else(usher, k):
    form = {"key": new_id(), "priority": ""}
    first = await usher.send("/usher/visits", form)
    assert await usher.send("/usher/visits", form) == first
    with k.store.reading() as conn:
        assert len(conn.execute(select(schema_visit.visit)).all()) == 1


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/usher/visits", {"key": "no key"}, 422),
        ("/usher/visits", {"key": "01JD00000000000000000000ZZ", "priority": "rich"}, 422),
        ("/usher/visits/{visit}/step", {"step": "dance", "version": "1"}, 422),
        ("/usher/visits/{visit}/step", {"step": "wait", "version": "x"}, 422),
        ("/usher/visits/{visit}/step", {"step": "wait", "version": "9"}, 409),
        ("/usher/visits/{visit}/step", {"step": "rate", "version": "1"}, 409),
        ("/usher/visits/{visit}/items/XX-9", {}, 409),
        ("/usher/visits/01JD00000000000000000000ZZ/step", {"step": "wait", "version": "1"}, 404),
        ("/usher/visits/01JD00000000000000000000ZZ/items/SB-001", {}, 404),
        ("/usher/cases/01JD00000000000000000000ZZ", {}, 404),
    ],
)
async def test_odd_input_changes_nothing(usher, path, form, status):
    visit = await usher.received()
    before = usher.shown(visit)
    await usher.send(path.format(visit=visit), form, status)
    assert usher.shown(visit) == before


async def test_an_item_is_found_by_its_initials_and_says_what_is_missing(usher, k):
    visit = await usher.received()
    found = await usher.page(f"/usher/visits/{visit}?q=sybxjzh")
    assert f'data-item="{ITEM}"' in found
    for query in (ITEM.lower(), "失业"):
        assert f'data-item="{ITEM}"' in await usher.page(f"/usher/visits/{visit}?q={query}")
    form = await usher.page(f"/usher/visits/{visit}/items/{ITEM}")
    needed = [one for one in materials(k) if one.required]
    assert f"还缺：{'、'.join(one.name for one in needed)}" in form
    ticks = {f"at_hand.{one.code}": "1" for one in needed[1:]}
    await usher.prepared(visit, **ticks)
    page = await usher.page(f"/usher/visits/{visit}")
    assert f"还缺：{needed[0].name}" in page
    assert usher.shown(visit).step is VisitStep.FILL


async def test_what_was_prepared_waits_sealed_and_masked(usher, k):
    visit = await usher.received()
    person = an_applicant()
    case_id = await usher.prepared(
        visit,
        **{
            "applicant.name": person.name,
            "applicant.id_number": person.id_number,
            "form.new_account": a_bank_card(),
        },
    )
    page = usher.case(case_id)
    assert page.case.prepared_by == page.case.first_asked_by
    assert page.case.identity_confirmed_at_ms is None
    shown = await usher.page(f"/usher/cases/{case_id}")
    assert person.id_number not in shown
    assert a_bank_card() not in shown
    assert next(one.shown for one in page.form if one.field == "form.new_account") in shown


async def test_a_value_that_does_not_fit_opens_nothing_and_stays_on_the_page(usher):
    visit = await usher.received()
    path = f"/usher/visits/{visit}/items/{ITEM}"
    form = {
        "key": new_id(),
        "form.new_account": "6222 0000 0000 0000",
        "form.new_bank": "城关支行",
        "applicant.name": "群众甲",
        "applicant.id_number": "99000019800101001Z",
    }
    page = await usher.send(path, form, 422)
    assert "卡号校验不通过，请再核对" in page
    assert 'value="6222 0000 0000 0000"' in page
    assert 'value="城关支行"' in page
    assert 'href="#field-applicant.id_number"' in page
    assert usher.cases(visit) == []
    mended = form | {
        "form.new_account": a_bank_card(),
        "applicant.id_number": an_applicant().id_number,
    }
    await usher.send(path, mended)
    assert len(usher.cases(visit)) == 1
    await usher.send(path, mended)  # a second press of the same page
    assert len(usher.cases(visit)) == 1


async def test_a_draft_is_changed_and_a_masked_value_is_kept(usher):
    visit = await usher.received()
    values = {"form.new_account": a_bank_card(), "form.new_bank": "城关支行"}
    case_id = await usher.prepared(visit, **values)
    path = f"/usher/cases/{case_id}"
    version = VERSION.search(await usher.page(path))[1]
    tick = {f"at_hand.{materials(None)[0].code}": "1"}
    changed = {"version": version, "form.new_account": "", "form.new_bank": "城南支行", **tick}
    await usher.send(path, changed)
    page = usher.case(case_id)
    shown = {one.field: one for one in page.form}
    assert shown["form.new_bank"].shown == "城南支行"
    assert shown["form.new_account"].shown
    assert page.at_hand == (materials(None)[0].code,)
    stale = await usher.send(path, changed | {"form.new_bank": "城北支行"}, 409)
    assert 'value="城北支行"' in stale
    assert {one.field: one for one in usher.case(case_id).form}["form.new_bank"] == shown[
        "form.new_bank"
    ]
    wrong = await usher.send(path, changed | {"form.new_account": "1"}, 422)
    assert 'value="1"' in wrong


async def test_a_draft_that_is_not_wanted_is_withdrawn(usher):
    visit = await usher.received()
    case_id = await usher.prepared(visit)
    version = VERSION.search(await usher.page(f"/usher/cases/{case_id}"))[1]
    drop = f"/usher/cases/{case_id}/drop"
    await usher.send(drop, {"version": "9"}, 409)
    await usher.send(drop, {"version": "none"}, 422)
    assert usher.case(case_id).case.state is CaseState.DRAFT
    await usher.send(drop, {"version": version})
    assert usher.case(case_id).case.state is CaseState.WITHDRAWN
    await usher.page(f"/usher/cases/{case_id}", 404)
    page = await usher.page(f"/usher/visits/{visit}")
    assert case_id not in page
    form = {"version": VERSION.search(page)[1], "left": ""}
    await usher.send(f"/usher/visits/{visit}/end", form)
    assert usher.shown(visit).visit.end is VisitEnd.WITHOUT_CASE


async def test_the_desk_loses_sight_of_a_draft_that_a_window_has(usher, city, k):
    visit = await usher.received()
    case_id = await usher.prepared(visit)
    clerk = city.actors["clerk1"]
    k.writer.run_sync(call_visit, CallVisit("hall.example/log", visit), actor=clerk)
    k.writer.run_sync(take_over, TakeOver(case_id), actor=clerk)
    await usher.page(f"/usher/cases/{case_id}", 404)
    await usher.send(f"/usher/cases/{case_id}", {"version": "1"}, 404)
    assert "1 号窗口" in await usher.page(f"/usher/visits/{visit}")
    await usher.send(f"/usher/visits/{visit}/end", {"version": "5", "left": "1"}, 409)


async def test_a_visit_ends_without_a_case(usher):
    visit = await usher.received()
    form = {"version": str(usher.shown(visit).visit.version), "left": ""}
    await usher.send(f"/usher/visits/{visit}/end", form)
    assert usher.shown(visit).visit.end is VisitEnd.WITHOUT_CASE
    assert "未办件" in await usher.page("/usher")


async def test_an_usher_sees_her_own_outlet_alone(usher, k, city):
    elsewhere = Actor("usher-2", Role.USHER, None, city.outlets["community"])
    origin = "hall.example/log"
    other = k.writer.run_sync(open_visit, OpenVisit(origin), actor=elsewhere).visit_id
    await usher.page(f"/usher/visits/{other}", 404)
    await usher.page(f"/usher/visits/{other}/items/{ITEM}", 404)
    assert 'data-visit="' not in await usher.page("/usher")


async def test_a_case_of_a_window_is_none_of_the_desk_s(usher, k, city, clerk):
    status, opened = await clerk.post("/api/v1/cases", {"item": ITEM})
    assert status == 201
    await usher.page(f"/usher/cases/{opened['case_id']}", 404)
    assert (await clerk.client.get("/usher")).status == 403
    assert (await usher.client.get("/api/v1/window/counts")).status == 403
    with k.store.reading() as conn:
        assert load_case(conn, opened["case_id"]).prepared_by is None
        assert conn.execute(select(schema_case.cases.c.id)).all() == [(opened["case_id"],)]
