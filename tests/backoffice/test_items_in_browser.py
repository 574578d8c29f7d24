"""The catalogue's pages in a browser: nothing hides on a narrow screen, and a file is taken over."""

import pytest
import yaml

from casework.catalogue.item_out import plain
from casework.catalogue.loader import load_catalogue
from scenes.barriers import no_barriers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def next_version(tmp_path):
    item = next(item for item in load_catalogue().items if item.code == "SB-002")
    path = tmp_path / "items.yaml"
    value = {**plain(item), "version": 2, "name": "失业保险金申领（新）"}
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    return path


async def test_from_a_file_to_a_version(enter, next_version):
    page = await enter("admin", "admin", "/admin/items", size=(320, 640))
    await page.set_input_files("#import-file", next_version)
    await page.click("button:has-text('导入为草稿')")
    await page.wait_for_selector("[data-saved='1']")
    for path in ("/admin/items", "/admin/items/SB-002"):
        await page.goto(path)
        wide = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path
        await no_barriers(page)
    await page.click("#draft button:has-text('发布')")
    await page.wait_for_selector("[data-version='2']")
