"""Takes the pictures of the papers: every page in a real call, at the sizes people use.

    python tests/e2e/take_pictures.py docs/pictures

Plays one case as the tests do, in three browsers against a node of its own, with drawn people in
front of the cameras. Operators' pages are 1366 x 768, the citizen's screen is a tablet of ten inches.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playhouse.node import PASSWORD, LiveNode, make_city
from playhouse.people import CITIZEN, HALL, WINDOW
from playhouse.portraits import CLERK, GUEST, REVIEWER, make_portrait
from playwright.async_api import Page, expect

from bench.live.desk_scene import ITEM, MATERIALS, DeskScene, desk_scene

COLOURS = 200
LARGEST = 250_000
SETTLE_S = 1.0
"""Toasts, pictures and lights come to rest; a person does not look sooner either."""
ACROSS, UPRIGHT = {"width": 1280, "height": 800}, {"width": 800, "height": 1280}


class Album:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def take(self, page: Page, name: str) -> None:
        await asyncio.sleep(SETTLE_S)
        taken = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
        small = taken.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        path = self._folder / f"{name}.png"
        small.save(path, optimize=True)
        size = path.stat().st_size
        print(f"{path.name}: {taken.width} x {taken.height}, {size // 1000} kB")
        if size > LARGEST:
            raise SystemExit(f"{path} is larger than {LARGEST} bytes")


async def play(scene: DeskScene, album: Album) -> None:
    window, screen, hall = scene.window, scene.screen, scene.hall
    await album.take(window.page, "window-home")
    await window.begin(ITEM)
    await window.confirm_identity()
    await window.fill()
    await window.capture(*MATERIALS)
    await album.take(window.page, "window-materials")
    await window.read_back()
    await expect(screen.page.get_by_role("heading", name="请核对")).to_be_visible()
    await album.take(screen.page, "citizen-compare")
    await screen.compare_and_sign()
    await album.take(hall.page, "reviewer-desk")
    await window.accept_and_call()
    await album.take(window.page, "window-ringing")
    await album.take(hall.page, "reviewer-ring")
    await album.take(screen.page, "citizen-notice")
    await screen.agree()
    await hall.answer()
    await scene.until_seen({})
    await asyncio.sleep(5)
    await album.take(window.page, "window-call")
    await album.take(screen.page, "citizen-call")
    await screen.page.set_viewport_size(UPRIGHT)
    await album.take(screen.page, "citizen-call-upright")
    await screen.page.set_viewport_size(ACROSS)
    await hall.check_on_camera()
    await album.take(hall.page, "reviewer-call")
    await hall.prepare_approval(
        "RS20260101000123",
        {"待遇发放账号": "6222021234567890003", "待遇发放银行": "示范银行第二支行"},
        {"待遇发放账号": "6222020200000000006", "待遇发放银行": "示范银行城关支行"},
    )
    await album.take(hall.page, "reviewer-approval")
    await hall.confirm_approval()
    await hall.end_call()
    await window.check_receiver()
    await screen.sign()
    await album.take(window.page, "window-result")
    await window.issue()
    await album.take(screen.page, "citizen-done")
    await screen.page.get_by_role("button", name="我知道了", exact=True).click()
    await screen.page.get_by_role("button", name="非常满意", exact=True).click()
    await album.take(screen.page, "citizen-rating")


async def audit(scene: DeskScene, album: Album) -> None:
    page = await scene.browsers.open(None)
    await page.goto(scene.node.url)
    await page.get_by_role("link", name="稽核台").click()
    await page.get_by_label("工号").fill("20")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.get_by_role("link", name="打开").first.click()
    await page.get_by_label("查阅目的").fill("常规抽查")
    await page.get_by_role("button", name="填写并打开").click()
    await page.get_by_role("button", name="验证", exact=True).click()
    await expect(page.get_by_text("完整，未发现改动").first).to_be_visible(timeout=60_000)
    await album.take(page, "auditor-case")


async def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        room = Path(made)
        (room / "city").mkdir()
        (room / "node").mkdir()
        people = {WINDOW: CLERK, CITIZEN: GUEST, HALL: REVIEWER}
        devices = {number: make_portrait(room, number, looks) for number, looks in people.items()}
        node = LiveNode(make_city(room / "city"), room / "node")
        try:
            await node.start()
            async with desk_scene(node, devices) as scene:
                album = Album(folder)
                await play(scene, album)
                await audit(scene, album)
        finally:
            await node.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
