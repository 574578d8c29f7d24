"""A citizen who is asked at the counter whether she agrees to be recorded."""

from dataclasses import dataclass

from playwright.async_api import Page, expect

from casework.model.call import CallState, NoticeAnswer
from casework.views.calls import call_of, persons_of
from scenes.held_requests import HeldAsk
from scenes.kernel import Kernel


@dataclass
class Asked:
    """A call that waits in the queue, and the citizen's screen that shows the notice."""

    k: Kernel
    window: Page
    screen: Page

    async def call(self) -> str:
        await self.window.click("[data-action=call-hall]")
        await expect(self.screen.locator("#task[data-task=notice]")).to_be_visible()
        return await self.window.get_attribute(".call-card", "data-call") or ""

    async def declined(self) -> None:
        banner = self.window.locator("[data-banner=call-over]")
        await expect(banner).to_contain_text("群众不同意录音录像")
        await expect(self.screen.locator("#task[data-task=wait]")).to_be_visible()

    def answered(self, call_id: str) -> tuple[CallState, list[NoticeAnswer | None]]:
        with self.k.store.reading() as conn:
            persons = persons_of(conn, call_id)
            answers = [one.answer for one in persons if one.kind.answers_notice]
            return call_of(conn, call_id).state, answers


async def slow(page: Page, door: str, **members: str) -> HeldAsk:
    """The page begins anew with a line on which these commands take their time."""
    late = HeldAsk(**members)
    await page.route_web_socket(f"**/ws/{door}", late.connect)
    await page.reload()
    return late
