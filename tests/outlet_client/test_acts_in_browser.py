"""One act at a time: what would be dropped says so, and what may not be dropped goes past."""

import pytest
from playwright.async_api import Route, expect

from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.issue_case import IssueCase, issue_case
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Road
from casework.views.calls import open_call_of_window
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM, Desk, a_stored
from scenes.counter import Hall
from scenes.counter_pages import paired, shot
from scenes.held_requests import hold
from scenes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TO_DESK, CALL_HALL = "[data-action=to-desk]", "[data-action=call-hall]"
ACTS = """
async () => {
  const { Acts } = await import("outlet_client/acts.js");
  const acts = new Acts(new EventTarget());
  const told = [];
  const ends = {};
  const give = (how) => (name) => {
    const work = () => new Promise((done) => {
      told.push(`${name} begins`);
      ends[name] = () => done(name);
    });
    return acts[how](name, work).then((done) => told.push(done ?? `${name} dropped`));
  };
  const looks = (...names) => names.map((name) => (acts.shows(name) ? "busy" : acts.holds(name) ? "held" : ""));
  Object.assign(window, { acts, told, ends, looks, press: give("once"), stop: give("atOnce") });
}
"""


async def test_one_act_at_a_time_and_a_stop_beside_it(window, complaints):
    await window.evaluate(ACTS)
    told = await window.evaluate(
        """async () => {
          const all = [press("form"), press("print"), press("form"), stop("end-call"), stop("end-call")];
          ends.form();
          await all[0];
          all.push(press("print")); // a stop keeps nothing back
          ends.print();
          ends["end-call"]();
          await Promise.all(all);
          return [told.filter((one) => one.endsWith("begins")), told.filter((one) => one.endsWith("dropped")).sort()];
        }"""
    )
    assert told == [
        ["form begins", "end-call begins", "print begins"],
        ["end-call dropped", "form dropped", "print dropped"],
    ]
    assert complaints == []


async def test_an_act_is_shown_when_it_lasts_and_not_before(window, complaints):
    await window.evaluate(ACTS)
    shown = await window.evaluate(
        """async () => {
          const seen = [];
          const note = () => seen.push(looks("form", "print", "end-call").join());
          acts.addEventListener("change", note);
          const quick = press("form");
          ends.form();
          await quick;
          const lasting = press("form");
          const shown = new Promise((done) => acts.addEventListener("change", () => acts.shows("form") && done()));
          await shown;
          stop("end-call");
          ends.form();
          await lasting;
          return seen;
        }"""
    )
    # Twice begun, and once quickly ended, before it is seen; others are held from the first moment, and
    # the stop is kept back by nothing.
    held = ",held,held"
    assert shown == [held, ",,", held, f"busy{held}", "busy,held,", ",,"]
    assert complaints == []


async def test_what_met_a_lost_line_is_said_until_it_is_heard(window, complaints):
    heard = await window.evaluate(
        """async () => {
          const { Acts } = await import("outlet_client/acts.js");
          const { ApiError } = await import("portal/api.js");
          const socket = Object.assign(new EventTarget(), { state: "open" });
          const acts = new Acts(socket);
          let said = 0;
          const lost = async () => {
            said += 1;
            if (said < 3) throw new ApiError({ status: 0, code: "N-03", slug: "line_lost", title: "", detail: "" });
            return "heard";
          };
          const answer = acts.untilHeard(lost);
          const seen = [acts.waiting];
          const back = () => new Promise((done) => setTimeout(() => done(socket.dispatchEvent(new Event("resumed")))));
          await back();
          seen.push(acts.waiting);
          await back();
          seen.push(await answer, acts.waiting, said);
          said = 0;
          socket.state = "closed";
          seen.push(await acts.untilHeard(lost).catch((error) => error.code));
          return seen;
        }"""
    )
    assert heard == [False, True, "heard", False, 3, "N-03"]
    assert complaints == []


@pytest.fixture
async def case_id(window, chromium, k, city, live, complaints) -> str:
    """An accepted case on the clerk's page, which may go on by call or at the desk."""
    made = Desk(k, city).accepted(DESK_ITEM, Road.CALL)
    await window.goto(str(live.make_url(f"/window/cases/{made}")))
    await paired(window, chromium, complaints)
    await expect(window.locator(CALL_HALL)).to_be_enabled()
    return made


async def test_a_button_that_would_be_dropped_says_so_and_keeps_the_focus(
    window, case_id, k, city, complaints
):
    await shot(window, "window-act-before")
    async with hold(window, "**/road", requests=True) as late:
        await window.focus(TO_DESK)
        await window.keyboard.press("Enter")
        await late.until_asked(1)
        await expect(window.locator(TO_DESK)).to_have_attribute("aria-busy", "true")
        await expect(window.locator(CALL_HALL)).to_have_attribute("aria-disabled", "true")
        await expect(window.locator(TO_DESK)).to_be_focused()
        await window.focus(CALL_HALL)
        await window.keyboard.press("Enter")
        await window.dispatch_event(CALL_HALL, "click")
        await expect(window.locator(CALL_HALL)).to_be_focused()
        await no_barriers(window)
        await shot(window, "window-act-busy")
        late.let_go(1)
        await expect(window.locator("[data-action=next-case]")).to_be_enabled()
    assert Desk(k, city).case(case_id).road is Road.DESK
    with k.store.reading() as conn:
        assert open_call_of_window(conn, city.windows["bank/1"]) is None
    assert complaints == []


async def test_what_was_refused_is_read_again_before_anything_else_is_done(
    window, case_id, complaints
):
    asked: list[str] = []

    async def refuse(route: Route) -> None:
        asked.append(route.request.url)
        problem = {"status": 409, "code": "C-12", "slug": "case_locked", "title": "", "detail": ""}
        await route.fulfill(status=409, json=problem)

    await window.route("**/road", refuse)
    async with hold(window, f"**/api/v1/cases/{case_id}") as late:
        await window.click(TO_DESK)
        await late.until_asked(1)
        await expect(window.locator(TO_DESK)).to_have_attribute("aria-busy", "true")
        await window.dispatch_event(TO_DESK, "click")
        await window.dispatch_event(CALL_HALL, "click")
        assert len(asked) == 1
        late.let_newest_go_first()
        await expect(window.locator(CALL_HALL)).to_be_enabled()
    await expect(window.locator(".call-card")).to_have_count(0)
    assert len(asked) == 1
    assert complaints == []


async def test_a_withdrawal_is_not_kept_back(window, case_id, k, city, complaints):
    async with hold(window, "**/road", requests=True) as late:
        await window.click(TO_DESK)
        await late.until_asked(1)
        await window.click("[data-action=withdraw]")
        await window.click("[data-action=confirm-withdraw]")
        await until(
            lambda: Desk(k, city).case(case_id).state is CaseState.WITHDRAWN, "it is withdrawn"
        )
        await expect(window.locator("#main-action[data-action=next-case]")).to_be_visible()
        late.let_go(1)
    assert complaints == []


async def test_what_is_rated_stays_as_it_was_sent(window, chromium, k, city, live, complaints):
    desk = Desk(k, city)
    case = desk.accepted(DESK_ITEM)
    Hall(k, desk.reviewer).approve(case)
    receiver = CheckReceiver(case, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN)
    desk.run(check_receiver, receiver)
    desk.run(issue_case, IssueCase(case, a_stored(case)))
    await window.goto(str(live.make_url(f"/window/cases/{case}")))
    screen = await paired(window, chromium, complaints)
    await screen.click("[data-action=read-on]")
    await screen.click("[data-level='2']")
    await screen.click(".choice-card:has([value=slow])")
    async with hold(screen, "**/rating", requests=True) as late:
        await screen.click("[data-action=send-rating]")
        await late.until_asked(1)
        for other in ("[data-action=no-rating]", "[data-level='5']"):
            await expect(screen.locator(other)).to_have_attribute("aria-disabled", "true")
            await screen.dispatch_event(other, "click")
        await expect(screen.locator("[data-level='2']")).to_have_attribute("aria-pressed", "true")
        await no_barriers(screen)
        await shot(screen, "screen-rating-sent")
        late.let_go(1)
        await expect(screen.locator("#task[data-task=thanks]")).to_be_visible()
    assert complaints == []
