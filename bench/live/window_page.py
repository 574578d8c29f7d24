"""The clerk's window, worked by what stands on it."""

import re

from playwright.async_api import Locator, Page, expect

from bench.live.node import PASSWORD
from bench.live.people import APPLICANT, FORM

DRAWN = "演示画面（无设备）"
TAKE = re.compile("^拍摄(第 . 页)?$")
RINGING = re.compile("正在(为您连线|呼叫)审核员")


class WindowPage:
    """`page` is the clerk's; every method does what a hand would, and waits for what it sees."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def press(self, name: str) -> None:
        await self.button(name).click()

    async def sign_in(self, number: str, window: str) -> None:
        page = self.page
        await page.goto(self._url)
        await page.get_by_role("link", name="柜员窗口").click()
        await page.get_by_label("工号").fill(number)
        await page.get_by_label("密码").fill(PASSWORD)
        await self.press("登录")
        await page.get_by_role("button", name=window).click()
        await expect(self.button("开始办理")).to_be_visible()

    async def draw(self, *sources: str) -> None:
        """On the device page: these cameras are drawn by the page, since the machine has but one."""
        await self.page.get_by_role("link", name="设备").click()
        for source in sources:
            device = self.page.locator("section", has=self.page.get_by_role("heading", name=source))
            await device.get_by_role("combobox").select_option(label=DRAWN)
            await expect(device.get_by_text("画面正常")).to_be_visible()

    async def pairing_code(self) -> str:
        """On the device page: a code for the citizen's screen, as it stands there."""
        await self.page.get_by_role("link", name="设备").click()
        await self.press("连接群众屏")
        code = self.page.get_by_text("五分钟内有效").locator("xpath=preceding-sibling::p[1]")
        return await code.inner_text()

    async def begin(self, words: str) -> None:
        """Finds the item by words and opens a case of it."""
        await self.page.get_by_label("事项（拼音首字母、名称或代码）").fill(words)
        await self.press("开始办理")
        await expect(self.page.get_by_role("heading", name="身份核验")).to_be_visible()

    async def confirm_identity(self) -> None:
        await self.page.get_by_label("姓名").fill(APPLICANT["name"])
        await self.page.get_by_label("身份证号").fill(APPLICANT["id_number"])
        await self.page.get_by_label("手机号码").fill(APPLICANT["phone"])
        await self.press("确认身份")
        await expect(self.page.get_by_role("heading", name="填写")).to_be_visible()

    async def fill(self) -> None:
        """What is required; the reason of the change is not."""
        await self.page.get_by_label("新账户卡号").fill(FORM["new_account"])
        await self.page.get_by_label("新账户开户银行").fill(FORM["new_bank"])
        await self.press("保存，下一步")
        await expect(self.page.get_by_role("heading", name="材料")).to_be_visible()

    async def capture(self, *names: str) -> None:
        """Takes a still for each; the next page, and the next empty slot, follow by themselves."""
        for name in names:
            await expect(self.page.get_by_text(f"下一份：{name}")).to_be_visible()
            await self.page.get_by_role("button", name=TAKE).click()
        await expect(self.button("宣读并请群众签名")).to_be_enabled()

    async def read_back(self) -> None:
        await self.press("宣读并请群众签名")

    async def accept_and_call(self) -> None:
        await self.press("受理并呼叫大厅")
        await expect(self.page.get_by_role("heading", name=RINGING)).to_be_visible()

    async def check_receiver(self) -> None:
        await expect(self.page.get_by_text("已核准，请打印并出件")).to_be_visible()
        await self.press("核对领取人")

    async def issue(self) -> None:
        """Prints the decision, which opens beside the page, and hands the result over."""
        async with self.page.expect_popup() as paper:
            await self.press("打印")
        await expect(self.button("再打一份（标记为补打）")).to_be_visible()
        await (await paper.value).close()
        await self.press("出件")
        await expect(self.page.get_by_text("已出件").first).to_be_visible()

    async def close_case(self) -> None:
        await self.press("办结")
        await expect(self.button("办理下一件")).to_be_visible()
