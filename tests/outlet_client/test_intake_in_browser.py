"""Intake and issue on the counter's pages: who came along, the table of persons, the way of the result."""

import asyncio
import io

import pytest
from openpyxl import load_workbook
from playwright.async_api import Page, expect

from casework.catalogue.loader import load_catalogue
from scenes import counter as t
from scenes.barriers import no_barriers
from scenes.case_scene import Desk, a_credit_code, an_id_number, some_persons
from scenes.counter_pages import step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

ITEM = next(item for item in load_catalogue().items if item.code == "SB-012")


async def begun(window: Page) -> None:
    await window.fill("#item-search", ITEM.code)
    await expect(window.locator("#item-found")).to_be_visible()
    await window.keyboard.press("Enter")
    await step(window, "identity")


async def filled(window: Page, people) -> bytes:
    """The downloaded template with the people typed into it."""
    async with window.expect_download() as given:
        await window.click("[data-action=persons-template]")
    path = await (await given.value).path()
    book = load_workbook(io.BytesIO(await asyncio.to_thread(path.read_bytes)))
    for person in people:
        book["人员名单"].append([person[column.code] for column in ITEM.persons])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def hand_in(window: Page, content: bytes) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "名单.xlsx", "mimeType": kind, "buffer": content}
    await window.set_input_files("[data-action=persons-upload] input", file)


async def test_an_organisation_hands_in_its_people(window, complaints):
    await begun(window)
    await window.click("[data-action=name-present]")
    await window.fill("#present-0-name", "代办人乙")
    await window.fill("#present-0-id_number", an_id_number(5))
    await window.click("[data-action=save-present]")
    await expect(window.locator(".present-part .field-error")).to_have_count(1)
    await no_barriers(window)
    await window.check(".present-part input[type=checkbox]")
    await window.click("[data-action=save-present]")
    await expect(window.locator(".present-part[data-present='1']")).to_contain_text("代**乙")

    values = {"organisation": "示范企业", "credit_code": a_credit_code()}
    values |= {name: t.APPLICANT[name] for name in ("name", "id_number")}
    for name, value in values.items():
        await window.fill(f'[name="applicant.{name}"]', value)
    await window.click("#main-action")
    await step(window, "fill")
    await window.select_option('[name="form.kind"]', "新增参保")
    await window.fill('[name="form.month"]', "2026-12-01")
    await window.fill('[name="form.contact_phone"]', t.APPLICANT["phone"])
    await window.click("#main-action")
    await expect(window.locator(".persons-part .field-error")).to_be_visible()

    people = some_persons(ITEM, 30)
    twice = [*people[:4], {**people[4], "id_number": people[0]["id_number"], "wage": "?"}]
    await hand_in(window, await filled(window, twice))
    bad = window.locator("[data-bad-cells='2'] tbody tr")
    await expect(bad).to_have_count(2)
    await expect(bad.first).to_contain_text("B 身份证号")
    await expect(bad.last).to_contain_text("E 申报月工资")
    await no_barriers(window)
    await hand_in(window, await filled(window, people))
    await expect(window.locator(".persons-part[data-persons='30']")).to_be_visible()
    await expect(window.locator("[data-bad-cells]")).to_have_count(0)
    row = window.locator(".person-table tbody tr").nth(6)
    await expect(row).to_contain_text("群*7")
    await expect(row).not_to_contain_text(people[6]["id_number"])
    await no_barriers(window)
    await window.click("#main-action")
    await step(window, "materials")
    assert complaints == []


async def test_the_way_of_the_result_is_chosen_and_kept_to(window, k, city, live, complaints):
    desk = Desk(k, city)
    case_id = desk.signed()
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    await step(window, "accept")
    part = window.locator(".channel-part")
    await expect(part).to_have_attribute("data-channel", "same_window")
    await window.check("[name=channel][value=post]")
    for name, value in (("recipient", "群众甲"), ("phone", "13900000001"), ("address", "短")):
        await window.fill(f'[name="address.{name}"]', value)
    await window.click("[data-action=save-address]")
    await expect(part.locator("[aria-invalid=true]")).to_have_count(1)
    await no_barriers(window)
    await window.fill('[name="address.address"]', "示范市城关区示范路1号")
    await window.click("[data-action=save-address]")
    await expect(part).to_have_attribute("data-channel", "post")
    await expect(part).to_contain_text("示范市城关区*")
    await window.check("[name=channel][value=other_outlet]")
    await window.select_option("[name=issue-outlet]", label="示范社区便民服务中心")
    await expect(part).to_have_attribute("data-channel", "other_outlet")
    await window.check("[name=channel][value=post]")
    for name, value in (("recipient", "群众甲"), ("phone", "13900000001")):
        await window.fill(f'[name="address.{name}"]', value)
    await window.fill('[name="address.address"]', "示范市城关区示范路1号")
    await window.click("[data-action=save-address]")
    await expect(part).to_have_attribute("data-channel", "post")
    await window.click("[data-action=accept-desk]")
    await step(window, "hall")

    t.Hall(k, city.actors["reviewer2"]).approve(case_id)
    await step(window, "issue")
    await window.fill("#tracking-number", "RR473124828US")
    await window.click("[data-action=post-result]")
    await expect(window.locator("#tracking-notes")).to_be_visible()
    await no_barriers(window)
    await window.fill("#tracking-number", "rr 473124829 us")
    await window.click("[data-action=post-result]")
    await expect(window.locator("[data-tracking]")).to_have_text("RR473124829US")
    await window.click("[data-action=delivered]")
    await window.click("[data-action=complete]")
    await expect(window.locator("[data-action=next-case]")).to_be_visible()
    assert complaints == []
