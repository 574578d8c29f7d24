"""Plays docs/scenes/organisation-enrolment.md on a live node: thirty people in one case, from the workbook
to the signature for receipt.
"""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playhouse.scene import player_at, reflows, steps_of
from playwright.async_api import async_playwright

from casework.catalogue.loader import load_catalogue
from scenes.case_scene import some_persons
from scenes.counter import still

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

ITEM = next(item for item in load_catalogue().items if item.code == "SB-012")
PEOPLE = some_persons(ITEM, 30)


def workbook(template: bytes, people) -> bytes:
    """The downloaded template with the people typed into it."""
    book = load_workbook(io.BytesIO(template))
    for person in people:
        book["人员名单"].append([person[column.code] for column in ITEM.persons])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def files_in(folder: Path):
    def kept(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    twice = [*PEOPLE[:29], {**PEOPLE[29], "id_number": PEOPLE[0]["id_number"]}]
    return {
        "30人名单": lambda template: kept("30.xlsx", workbook(template, PEOPLE)),
        "重复名单": lambda template: kept("twice.xlsx", workbook(template, twice)),
        "照片": lambda _template: kept("paper.jpg", still(800, 1100)),
    }


async def test_thirty_people_are_enrolled_in_one_case(node, tmp_path):
    played = steps_of("organisation-enrolment.md")
    assert len(played) > 55
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        player = await player_at(browser, node.url, files_in(tmp_path))
        for step in played:
            await player.play(step)
            if step["label"] == "名单共 30 人":
                text = await player.page.content()
                assert [one["id_number"] for one in PEOPLE if one["id_number"] in text] == []
                if "/screen" in player.page.url:
                    await reflows(player.page)
        await browser.close()
