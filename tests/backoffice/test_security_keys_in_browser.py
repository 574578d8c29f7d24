"""A real Chromium with a virtual authenticator: made known, asked, waved away, and done without."""

import pytest
from playwright.async_api import expect

from audit import act
from audit.assertion import check_assertion
from audit.entry import Entry
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.take_case import TakeCase, take_case
from casework.model.actor_key import SigningRule
from casework.model.case import CaseState, Road
from casework.store.reading import entries_of
from casework.views.actor_keys import keys_of
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM
from scenes.virtual_key import VirtualKey

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def case_id(live_house) -> str:
    case_id = live_house.accepted(DESK_ITEM, Road.DESK)
    live_house.run(take_case, TakeCase(case_id), live_house.reviewer)
    return case_id


@pytest.fixture
async def page(enter):
    return await enter("reviewer", "reviewer1", "/hall/keys")


@pytest.fixture
async def device(page) -> VirtualKey:
    return await VirtualKey.plugged_in(page)


async def make_known(page) -> None:
    await page.click("[data-action=make-key]")
    await expect(page.locator("#signing-keys tbody tr")).to_contain_text("安全密钥")


async def refuse(page, case_id: str) -> None:
    """Up to the sheet that is confirmed."""
    await page.goto(f"/hall/case/{case_id}")
    await page.click("[data-action=refuse]")
    await page.check("input[name=reason][value=conditions_not_met]")
    await page.fill("textarea[name=text]", "缴费不满一年。")
    await page.click("[data-action=prepare]")
    await expect(page.locator("[data-action=confirm-decision]")).to_be_visible()


async def decided(page, house, case_id: str) -> Entry:
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator("[data-action=to-desk]")).to_be_visible()
    with house.kernel.store.reading() as conn:
        entries = [Entry.decode(one.body) for one in entries_of(conn, f"case:{case_id}")]
    return next(entry for entry in entries if entry.type == "decision.confirmed")


def keys(house):
    with house.kernel.store.reading() as conn:
        return keys_of(conn, house.log.published().origin, house.reviewer.id)


async def test_a_security_key_is_made_known_and_confirms_a_decision(
    live_house, page, device, case_id
):
    await make_known(page)
    await no_barriers(page)
    (key,) = keys(live_house)
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=asks]")).to_contain_text("安全密钥")
    entry = await decided(page, live_house, case_id)
    assert entry.akey == key.id
    message = act.signed_bytes(key.origin, entry)
    counter = check_assertion(key.public_key, entry.asig, message, key.authenticator.party)
    assert keys(live_house)[0].authenticator.counter == counter
    # No weaker key was made beside it.
    assert len(keys(live_house)) == 1


async def test_one_that_does_not_confirm_costs_nothing(live_house, page, device, case_id):
    await make_known(page)
    await refuse(page, case_id)
    await device.knows_its_owner(False)
    await page.click("[data-action=confirm-decision]")
    banner = page.locator(".sheet-dialog .banner")
    await expect(banner).to_contain_text("N-06")
    await expect(banner).to_contain_text("未作出决定")
    await no_barriers(page)
    assert live_house.desk.case(case_id).state is CaseState.IN_FIRST_REVIEW
    await device.knows_its_owner(True)
    entry = await decided(page, live_house, case_id)
    assert entry.akey == keys(live_house)[0].id


async def test_without_it_the_weaker_key_may_sign_and_is_called_weaker(
    live_house, page, device, case_id
):
    await make_known(page)
    await refuse(page, case_id)
    await device.knows_its_owner(False)
    await page.click("[data-action=confirm-decision]")
    await page.click("[data-action=sign-weaker]")
    await expect(page.locator("[data-signing=signs]")).to_contain_text("较弱")
    entry = await decided(page, live_house, case_id)
    held, weaker = keys(live_house)
    assert entry.akey == weaker.id != held.id
    await page.goto("/hall/keys")
    await expect(page.locator(f"tr[data-key='{weaker.id}']")).to_contain_text("较弱")


async def test_it_is_asked_again_when_the_chain_has_moved(live_house, page, device, case_id):
    await make_known(page)
    await refuse(page, case_id)
    await expect(page.locator("[data-signing=asks]")).to_be_visible()
    live_house.run(reveal_field, RevealField(case_id, "applicant.name"), live_house.reviewer)
    assert (await decided(page, live_house, case_id)).akey == keys(live_house)[0].id


async def test_a_key_is_made_known_once(live_house, page, device):
    await make_known(page)
    await page.click("[data-action=make-key]")
    await expect(page.locator("yc-toast")).to_contain_text("已经登记")
    assert len(keys(live_house)) == 1


async def test_nobody_touches_a_key_and_nothing_is_made_known(live_house, page, device):
    await device.knows_its_owner(False)
    await page.click("[data-action=make-key]")
    await expect(page.locator("yc-toast")).to_contain_text("没有登记")
    assert keys(live_house) == ()


class TestOnlySecurityKeys:
    @pytest.fixture
    def rule(self) -> SigningRule:
        return SigningRule.REQUIRED_WEBAUTHN

    async def test_without_one_nothing_is_decided(self, live_house, page, case_id):
        await refuse(page, case_id)
        await expect(page.locator("[data-signing=lacking]")).to_be_visible()
        await page.click("[data-action=confirm-decision]")
        await expect(page.locator(".sheet-dialog .banner")).to_contain_text("A-09")
        assert keys(live_house) == ()

    async def test_no_weaker_one_is_offered(self, live_house, page, device, case_id):
        await make_known(page)
        await refuse(page, case_id)
        await device.knows_its_owner(False)
        await page.click("[data-action=confirm-decision]")
        await expect(page.locator(".sheet-dialog .banner")).to_contain_text("N-06")
        await expect(page.locator("[data-action=sign-weaker]")).to_have_count(0)
        await device.knows_its_owner(True)
        assert (await decided(page, live_house, case_id)).akey == keys(live_house)[0].id


class TestAtANumber:
    """Browsers ask security keys for names alone; the pages say so, and the weaker key signs."""

    @pytest.fixture
    def host(self) -> str:
        return "127.0.0.1"

    async def test_the_weaker_key_signs_and_the_page_says_why(self, live_house, page, case_id):
        await expect(page.locator("[data-hindrance=unset]")).to_contain_text("https")
        await expect(page.locator("[data-action=make-key]")).to_be_hidden()
        await refuse(page, case_id)
        await expect(page.locator("[data-signing=signs]")).to_contain_text("较弱")
        assert (await decided(page, live_house, case_id)).akey == keys(live_house)[0].id


class TestAtANumberWhereOnlySecurityKeysSign:
    @pytest.fixture
    def host(self) -> str:
        return "127.0.0.1"

    @pytest.fixture
    def rule(self) -> SigningRule:
        return SigningRule.REQUIRED_WEBAUTHN

    async def test_no_weaker_key_is_promised(self, page):
        words = page.locator("[data-hindrance=unset]")
        await expect(words).to_contain_text("无法确认决定")
        await expect(words).not_to_contain_text("较弱")
        await expect(page.locator("#signing-keys .empty")).to_contain_text("只有安全密钥")


class TestAtAnotherAddress:
    @pytest.fixture
    def site(self) -> str:
        return "https://hall.window.example"

    async def test_the_page_names_the_right_one(self, live_house, page, case_id):
        words = page.locator("[data-hindrance=elsewhere]")
        await expect(words).to_contain_text("https://hall.window.example")
        await refuse(page, case_id)
        assert (await decided(page, live_house, case_id)).akey == keys(live_house)[0].id
