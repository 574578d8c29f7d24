"""What the hall sees of a citizen who takes back the agreement to be recorded."""

import pytest
from backoffice_screen import shot
from playwright.async_api import expect

from backoffice_console.views.wall import wall
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from casework.actor import SYSTEM
from casework.model.call import CallState
from scenes.barriers import no_barriers
from scenes.case_scene import CALL_ITEM


def withdraw(house, call_id: str) -> None:
    stage = house.stage("")
    command = WithdrawConsent(call_id, stage.present(call_id))
    house.run(withdraw_consent, command, stage.hall.screen)


def shown(house):
    kernel = house.kernel
    with kernel.store.reading() as conn:
        return wall(conn, house.city.actors["lead"], kernel.clock.wall_ms())


def test_the_wall_shows_no_fault(house):
    """Not even where the recording stood badly a moment before."""
    call_id, _counter, _hall = house.stage(house.accepted(CALL_ITEM)).active(house.reviewer)
    now = house.kernel.clock.mono_ms()
    house.run(note_health, NoteHealth(call_id, False, "store_fault", now, now), SYSTEM)
    assert shown(house).counts.recording_faults == 1
    withdraw(house, call_id)
    after = shown(house)
    assert after.counts.recording_faults == 0
    [doing] = [one.doing for one in after.staff if one.id == house.reviewer.id]
    assert doing == CallState.WRAP_UP


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_the_reviewer_is_told_why_the_call_ended(live_house, server, enter):
    case_id = live_house.accepted(CALL_ITEM)
    call_id, _counter, _hall = live_house.stage(case_id).active(live_house.reviewer)
    page = await enter("reviewer", "reviewer1", f"/hall/call/{call_id}")
    await expect(page.locator("[data-action=end-call]")).to_be_visible()
    withdraw(live_house, call_id)
    banner = page.locator("[data-banner=consent-withdrawn]")
    await expect(banner).to_contain_text("群众已撤回对录音录像的同意")
    await expect(banner).to_have_attribute("role", "status")
    await expect(page.locator("[data-action=close-wrap-up]")).to_be_visible()
    await expect(page.locator("[data-action=approve][aria-disabled=false]")).to_have_count(0)
    await no_barriers(page)
    await shot(page, "call-withdrawn")
