"""A real Chromium that makes its key, makes the commitments of what it shows, and signs."""

import pytest
from playwright.async_api import expect

from audit import act, note
from audit.entry import Entry
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.revoke_key import RevokeKey, revoke_key
from casework.actions.take_case import TakeCase, take_case
from casework.model.actor_key import RevokeReason
from casework.model.case import CaseState, Road
from casework.store.reading import entries_of
from casework.views.actor_keys import keys_of
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM
from scenes.signing import Browser
from scenes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NO_STORE = "Object.defineProperty(window, 'indexedDB', { value: undefined });"


@pytest.fixture
def case_id(live_house) -> str:
    return in_hand(live_house)


def in_hand(house) -> str:
    case_id = house.accepted(DESK_ITEM, Road.DESK)
    house.run(take_case, TakeCase(case_id), house.reviewer)
    return case_id


async def refuse(page, case_id: str, words: str = "缴费不满一年。") -> None:
    """Up to the sheet that is confirmed."""
    await page.goto(f"/hall/case/{case_id}")
    await page.click("[data-action=refuse]")
    await page.check("input[name=reason][value=conditions_not_met]")
    await page.fill("textarea[name=text]", words)
    await page.click("[data-action=prepare]")
    await expect(page.locator("[data-action=confirm-decision]")).to_be_visible()


async def decided(page, house, case_id: str) -> Entry:
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator("[data-action=to-desk]")).to_be_visible()
    await until(lambda: house.desk.case(case_id).state is CaseState.HANDED_BACK)
    return decision_of(house, case_id)


def decision_of(house, case_id: str) -> Entry:
    with house.kernel.store.reading() as conn:
        entries = [Entry.decode(one.body) for one in entries_of(conn, f"case:{case_id}")]
    return next(entry for entry in entries if entry.type == "decision.confirmed")


def enrolled(house):
    with house.kernel.store.reading() as conn:
        return keys_of(conn, house.log.published().origin, house.reviewer.id)


async def test_what_is_shown_is_signed_with_a_key_of_this_browser(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")
    # The recorded form has no spaces around it, and is what is shown before it is signed.
    await refuse(page, case_id, "  缴费不满一年，\n暂不符合 “条件”。 \u2028")
    await expect(page.locator("[data-signing=signs]")).to_contain_text("签名")
    entry = await decided(page, live_house, case_id)
    (key,) = enrolled(live_house)
    assert entry.akey == key.id
    origin = live_house.log.published().origin
    signature = note.decode_base64(entry.asig)
    act.check_signature(key.public_key, signature, act.signed_bytes(origin, entry))
    second = in_hand(live_house)
    await refuse(page, second)
    assert (await decided(page, live_house, second)).akey == key.id
    assert len(enrolled(live_house)) == 1


async def test_it_signs_again_when_the_chain_has_moved(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=signs]")).to_be_visible()
    live_house.run(reveal_field, RevealField(case_id, "applicant.name"), live_house.reviewer)
    assert (await decided(page, live_house, case_id)).akey is not None


async def test_a_revoked_key_is_replaced(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=signs]")).to_be_visible()
    (old,) = enrolled(live_house)
    command = RevokeKey(old.origin, old.id, RevokeReason.DOUBTED)
    live_house.run(revoke_key, command, live_house.city.actors["lead"])
    entry = await decided(page, live_house, case_id)
    assert entry.akey == enrolled(live_house)[1].id != old.id


async def test_a_browser_that_keeps_nothing_decides_unsigned_and_says_so(
    live_house, enter, case_id
):
    page = await enter("reviewer", "reviewer1", "/hall")
    await page.add_init_script(NO_STORE)
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=unsigned]")).to_contain_text("未签名")
    entry = await decided(page, live_house, case_id)
    assert (entry.akey, entry.asig) == (None, None)


async def test_a_decision_whose_answer_is_lost_is_not_called_undecided(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=signs]")).to_be_visible()

    async def lose(route):
        await route.fetch()
        await route.abort()

    await page.route("**/confirm", lose)
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(page.locator("[data-action=to-desk]")).to_be_visible()
    assert decision_of(live_house, case_id).akey is not None


async def test_nothing_is_decided_that_differs_from_what_is_shown(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")

    async def otherwise(route):
        answer = await route.fetch()
        told = await answer.json()
        for one in told["fields"]:
            if one["field"] == "outcome":
                one["value"] = "approved"
        await route.fulfill(response=answer, json=told)

    await page.route("**/decision/*/act", otherwise)
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=signs]")).to_be_visible()
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator(".sheet-dialog .banner")).to_contain_text("N-05")
    assert live_house.desk.case(case_id).state is CaseState.IN_FIRST_REVIEW


async def test_the_duty_lead_revokes_a_key_of_the_list(live_house, enter):
    origin = live_house.log.published().origin
    browser = Browser(live_house.kernel, live_house.reviewer, 1, origin=origin)
    browser.enrol()
    page = await enter("lead", "lead", "/lead")
    await page.click("a[href='/lead/keys']")
    row = page.locator(f"tr[data-key='{browser.id}']")
    await row.locator("select").select_option("left")
    await no_barriers(page)
    await row.locator("[data-action=revoke-key]").click()
    await page.click("dialog[open] button[value=yes]")
    await expect(row).to_contain_text("已注销")
    await expect(row).to_contain_text("人员已离岗")
    assert [key.revoked_at_ms is not None for key in enrolled(live_house)] == [True]


async def test_a_reviewer_finds_her_keys(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")
    await refuse(page, case_id)
    await decided(page, live_house, case_id)
    await page.goto("/hall/keys")
    (key,) = enrolled(live_house)
    await expect(page.locator(f"tr[data-key='{key.id}']")).to_contain_text("有效")
    await no_barriers(page)


async def test_a_line_that_was_away_for_a_moment_costs_no_signature(live_house, enter, case_id):
    page = await enter("reviewer", "reviewer1", "/hall")
    asked = []

    async def lost_once(route):
        asked.append(route)
        await (route.abort() if len(asked) == 1 else route.continue_())

    await page.route("**/decision/*/act", lost_once)
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=unsigned]")).to_be_visible()
    assert (await decided(page, live_house, case_id)).akey is not None
