"""Both pages of the counter as a browser has them: opened, joined, and led from step to step."""

import os

from playwright.async_api import Browser, Page, expect

from scenes import counter as t

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
SHOTS = os.environ.get("YC_SHOTS")
HEIGHT = 768
DRAWN = """
for (const source of ["citizen_camera", "document_camera"])
  if (!localStorage.getItem("yunchuang.source." + source)) localStorage.setItem("yunchuang.source." + source, "drawn");
"""
TABLET = {"width": 1280, "height": 800}


async def new_page(browser: Browser, complaints: list[str], cookies=(), **options) -> Page:
    # Colours are judged where they end, not on their way.
    context = await browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
    )
    await context.add_init_script(DRAWN)
    if cookies:
        await context.add_cookies(cookies)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
    )
    return page


async def paired(window: Page, chromium: Browser, complaints: list[str], **options) -> Page:
    """The citizen's screen, joined by what the clerk's page shows."""
    await window.click("[data-action=pair-screen]")
    address = await window.inner_text(".pairing-address")
    code = (await window.inner_text("#pairing-code")).replace(" ", "")
    screen = await new_page(chromium, complaints, **(options or {"viewport": TABLET}))
    await screen.goto(f"{address}#{code}")
    await expect(screen.locator("#task[data-task]")).to_be_visible()
    await expect(window.locator("#pairing-dialog")).not_to_be_visible()
    return screen


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png")


async def step(page: Page, name: str) -> None:
    """The step stands there, and its main action is seen without scrolling."""
    await expect(page.locator(f".case-middle[data-step={name}]")).to_be_visible()
    box = await page.locator("#main-action").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= HEIGHT
    await shot(page, f"window-{name}")


async def sign(screen: Page) -> None:
    await write(screen)
    await confirm(screen)


async def write(screen: Page) -> None:
    """With a finger, on the field."""
    field = screen.locator("yc-signature canvas")
    await expect(field).to_be_visible()
    box = await field.bounding_box()
    assert box is not None
    await screen.mouse.move(box["x"] + 80, box["y"] + 60)
    await screen.mouse.down()
    for n in range(10):
        await screen.mouse.move(box["x"] + 90 + 20 * n, box["y"] + 60 + 30 * (n % 2))
    await screen.mouse.up()


async def confirm(screen: Page) -> None:
    await screen.click("[data-action=confirm-signature]")


async def begin(window: Page, letters: str) -> None:
    await window.fill("#item-search", letters)
    await expect(window.locator("#item-found")).to_be_visible()
    await window.keyboard.press("Enter")
    await step(window, "identity")


async def identify(window: Page) -> None:
    for name, value in t.APPLICANT.items():
        await window.fill(f'[name="applicant.{name}"]', value)
