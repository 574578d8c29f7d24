"""The reviewer's desk, worked by what stands on it."""

import asyncio
import re
from contextlib import suppress

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as Waited

from bench.live.node import PASSWORD

REPEATED_S = 60.0
"""For what has to be done again; whoever need not waits for a moment."""


class HallPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def press(self, name: str) -> None:
        await self.button(name).click()

    async def sign_in(self, number: str) -> None:
        page = self.page
        await page.goto(self._url)
        await page.get_by_role("link", name="审核台").click()
        await page.get_by_label("工号").fill(number)
        await page.get_by_label("密码").fill(PASSWORD)
        await self.press("登录")
        await self.press("在岗")

    async def answer(self) -> None:
        await self.page.get_by_role("button", name="接听").click()
        await self.page.wait_for_url("**/hall/call/*")

    async def check_on_camera(self) -> None:
        """The steps of a call: notice, face, document, one varied question, the wish. Nothing counts
        that is not recorded, so the light comes first.
        """
        recorded = self.page.get_by_role("status").get_by_text("录制正常").first
        await expect(recorded).to_be_visible(timeout=15_000)
        steps = self.page.get_by_role("listitem")
        await (
            steps.filter(has_text="口头告知录音录像").get_by_role("button", name="标记完成").click()
        )
        await self.page.get_by_label("人证一致").check()
        await self.page.get_by_label("已出示证件").check()
        await steps.filter(has_text="身份核对").get_by_role("checkbox").last.check()
        await self._confirm_identity()
        await (
            steps.filter(has_text="请群众陈述办理意愿")
            .get_by_role("button", name="标记完成")
            .click()
        )

    async def _confirm_identity(self) -> None:
        """Once more where it was refused: on a bad line the picture that shows the citizen may pause."""
        done, press = self.page.get_by_text("已核对身份"), self.button("确认身份")
        async with asyncio.timeout(REPEATED_S):
            while not await done.count():
                await _try(press)
                await asyncio.sleep(0.5)

    async def _repeat_what_was_missed(self) -> None:
        """Until nothing stands in the way of an approval; the page says which step the recording does not show."""
        missed = self.page.get_by_role("listitem").filter(has_text="录像中没有这一步")
        mark = missed.get_by_role("button", name="标记完成").first
        async with asyncio.timeout(REPEATED_S):
            while await self.button("核准").get_attribute("aria-disabled") != "false":
                await _try(mark)
                await asyncio.sleep(0.5)

    async def approve(self, number: str, before: dict[str, str], after: dict[str, str]) -> None:
        await self.prepare_approval(number, before, after)
        await self.confirm_approval()

    async def prepare_approval(
        self, number: str, before: dict[str, str], after: dict[str, str]
    ) -> None:
        """`before` and `after` are the values in the business system by what changes."""
        await self._repeat_what_was_missed()
        await self.press("核准")
        await self.page.get_by_label("业务系统流水号").fill(number)
        for name, value in before.items():
            await self.page.get_by_label(f"{name} 变更前").fill(value)
        for name, value in after.items():
            await self.page.get_by_label(f"{name} 变更后").fill(value)
        await self.press("下一步：核对")
        await expect(self.button("确认核准")).to_be_visible()

    async def confirm_approval(self) -> None:
        await self.press("确认核准")
        await expect(self.page.get_by_text("已核准，并回推窗口")).to_be_visible()

    async def end_call(self) -> None:
        """Ends it and writes the wrap-up, after which an undecided case stays on the desk."""
        await self.press("结束连线")
        await self.page.get_by_role("dialog").get_by_role("button", name="结束连线").click()
        await self.page.get_by_label("沟通和处理情况").fill("已核对身份和变更意愿。")
        await self.press("完成小结")
        await self.page.wait_for_url(re.compile(r"/hall(/case/\w+)?$"))


async def _try(button: Locator) -> None:
    """Presses it where it stands and may be pressed."""
    with suppress(Waited):
        await button.click(timeout=1_000)
