"""The citizen's screen, touched by what stands on it."""

from playwright.async_api import Page, expect


class ScreenPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def pair(self, code: str) -> None:
        await self.page.goto(self._url)
        await self.page.get_by_role("link", name="群众屏").click()
        await self.page.get_by_label("配对码").fill(code)
        await self.press("连接")
        await self.page.wait_for_url("**/screen")

    async def compare_and_sign(self) -> None:
        await expect(self.page.get_by_role("heading", name="请核对")).to_be_visible()
        await self.press("无误，签名")
        await self.sign()

    async def sign(self) -> None:
        """Writes on the field as a finger does, and confirms."""
        field = self.page.locator("canvas")
        await expect(field).to_be_visible()
        box = await field.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        await mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.6)
        await mouse.down()
        for n in range(12):
            across, down = 0.2 + 0.05 * n, 0.6 - 0.3 * (n % 2)
            await mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        await mouse.up()
        await self.press("确认")

    async def agree(self) -> None:
        await expect(self.page.get_by_role("heading", name="视频连线")).to_be_visible()
        await self.press("同意")

    async def rate(self, words: str) -> None:
        await self.press("我知道了")
        await self.press(words)
        await self.press("提交评价")
