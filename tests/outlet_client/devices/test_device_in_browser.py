"""A real Chromium as a window's device: it makes its key, counts, signs, and says what it knows."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect
from sqlalchemy import update

from audit import act, device, note
from audit.device import Said
from audit.entry import Entry
from casework.actions.enrol_device import EnrolDevice, enrol_device
from casework.actions.revoke_device import RevokeDevice, revoke_device
from casework.model.actor_key import RevokeReason
from casework.store import schema_device
from casework.store.reading import entries_of
from casework.views.calls import open_call_of_window
from casework.views.devices import devices_of
from portal.log_checkpoint import setup_log_checkpoint
from scenes.barriers import no_barriers
from scenes.shown_log import ORIGIN, ShownLog

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

OPEN = """async ({ rule, origin, place }) => {
  const { WindowDevice } = await import("outlet_client/window/device.js");
  const { Socket } = await import("portal/socket.js");
  window.line = new Socket("clerk");
  window.computer = new WindowDevice({ rule, origin }, place);
  await window.computer.show();
  return window.computer.state;
}"""
ASK = """async (lost) => {
  const { ApiError } = await import("portal/api.js");
  let sent = 0;
  const send = async (device) => {
    sent += 1;
    const answer = await window.line.ask("call.request", { kind: "consult", ...(device && { device }) });
    if (sent <= lost) throw new ApiError({ status: 0, code: "N-03", slug: "line_lost", title: "", detail: "" });
    return answer;
  };
  try {
    return (await window.computer.request(send)).call;
  } catch (error) {
    return error.slug;
  }
}"""


@pytest.fixture
def shown() -> ShownLog:
    return ShownLog(size=5)


@pytest.fixture
async def live(live_app, shown) -> AsyncIterator[TestServer]:
    setup_log_checkpoint(live_app, shown)
    async with TestServer(live_app, host="localhost") as made:
        yield made


@pytest.fixture
def place(city) -> str:
    return city.windows["bank/1"]


def devices(k, place):
    with k.store.reading() as conn:
        return devices_of(conn, ORIGIN, place)


def enrol(k, city, place) -> None:
    for one in devices(k, place):
        k.writer.run_sync(enrol_device, EnrolDevice(ORIGIN, one.id), actor=city.actors["lead"])


def asked(k, call: str) -> Entry:
    with k.store.reading() as conn:
        return Entry.decode(entries_of(conn, f"call:{call}")[0].body)


async def opened(page: Page, place: str, rule: str = "optional") -> str:
    return await page.evaluate(OPEN, {"rule": rule, "origin": ORIGIN, "place": place})


async def cancel(page: Page, call: str) -> None:
    await page.evaluate("(call) => window.line.ask('call.cancel', { call })", call)


async def test_a_window_counts_its_calls_and_knows_which_came_to_be(window, k, city, place, shown):
    assert await opened(window, place) == "waiting"
    enrol(k, city, place)
    first = await window.evaluate(ASK, 0)
    assert await window.evaluate(ASK, 0) == "window_busy"
    await cancel(window, first)
    # The answer is lost, and the same request sent again.
    second = await window.evaluate(ASK, 1)
    await cancel(window, second)
    await window.reload()
    assert await opened(window, place) == "enrolled"
    # Both answers are lost; the call comes to light when the window's page joins it.
    assert await window.evaluate(ASK, 2) == "line_lost"
    with k.store.reading() as conn:
        third = devices_of(conn, ORIGIN, place)[0].last_call
    await window.evaluate("(call) => window.computer.became(call)", third)
    await cancel(window, third)
    fourth = await window.evaluate(ASK, 0)
    entries = [asked(k, call) for call in (first, second, third, fourth)]
    said = [entry.facts["device"] for entry in entries]
    assert [(one["counter"], one["answered"]) for one in said] == [(1, 0), (3, 1), (4, 3), (5, 4)]
    root = note.encode_base64(shown.log.head(5).root)
    assert {(one["size"], one["root"]) for one in said} == {(5, root)}
    (key,) = devices(k, place)
    for entry in entries:
        seen = Said(
            entry.facts["device"]["counter"], entry.facts["device"]["answered"], shown.log.head(5)
        )
        message = device.signed_bytes(ORIGIN, entry.chain, seen)
        act.check_signature(key.public_key, note.decode_base64(entry.asig or ""), message)


async def test_a_browser_that_counts_anew_is_another_device(window, k, city, place):
    await opened(window, place)
    enrol(k, city, place)
    with k.store.reading() as conn:
        (known,) = devices_of(conn, ORIGIN, place)

    def ahead(tx, _command) -> None:
        tx.conn.execute(update(schema_device.device_key).values(last=100))

    k.writer.run_sync(ahead, None, actor=city.actors["lead"])
    call = await window.evaluate(ASK, 0)
    assert asked(k, call).akey is None
    assert {one.id for one in devices(k, place)} > {known.id}
    assert await window.evaluate("window.computer.state") == "waiting"


async def test_a_revoked_device_makes_another_key(window, k, city, place):
    await opened(window, place)
    enrol(k, city, place)
    (known,) = devices(k, place)
    command = RevokeDevice(ORIGIN, known.id, RevokeReason.LOST)
    k.writer.run_sync(revoke_device, command, actor=city.actors["lead"])
    assert await opened(window, place) == "waiting"
    enrolled = [one.id for one in devices(k, place) if one.id != known.id]
    assert len(enrolled) == 1


HANGS = "() => { indexedDB.open = () => ({}); }"
FULL = """() => {
  const full = () => { throw new DOMException("full", "QuotaExceededError"); };
  Object.assign(IDBObjectStore.prototype, { put: full, add: full });
}"""


@pytest.mark.parametrize("fault", [HANGS, FULL], ids=["hangs", "full"])
async def test_a_store_that_fails_keeps_nobody_from_calling(window, k, city, place, fault):
    await opened(window, place)
    enrol(k, city, place)
    await window.evaluate("window.computer.show()")
    await window.evaluate(fault)
    call = await window.evaluate(ASK, 0)
    assert asked(k, call).akey is None
    assert await window.evaluate("window.computer.hindrance") == "store"
    await cancel(window, call)
    # Nor does it where it failed from the beginning.
    await window.evaluate("window.computer.state = 'unknown'")
    assert asked(k, await window.evaluate(ASK, 0)).akey is None


async def test_a_tab_that_holds_the_lock_keeps_nobody_from_calling(window, k, city, place):
    await opened(window, place)
    enrol(k, city, place)
    await window.evaluate("window.computer.show()")
    held = "void navigator.locks.request('yunchuang.device', () => new Promise(() => undefined))"
    await window.evaluate(held)
    assert asked(k, await window.evaluate(ASK, 0)).akey is None


def not_read(_size: int) -> bytes:
    raise PermissionError


@pytest.mark.parametrize(
    ("root_at", "hindrance"), [(lambda _size: None, "contradicted"), (not_read, "log")]
)
async def test_what_the_desk_does_not_take_is_called_unsigned_and_kept(
    window, k, city, place, shown, root_at, hindrance
):
    """The page says why, and the key with its count is there for whoever looks into it."""
    await opened(window, place)
    enrol(k, city, place)
    await window.evaluate("window.computer.show()")
    shown.root_at = root_at
    assert asked(k, await window.evaluate(ASK, 0)).akey is None
    assert await window.evaluate("window.computer.hindrance") == hindrance
    (known,) = devices(k, place)
    assert await window.evaluate("window.computer.id") == known.id


async def test_a_page_that_stood_open_while_the_log_was_followed(window, k, city, place):
    """It takes the new name, makes a key for it, and goes on; nothing is signed for the log before."""
    before = {"rule": "optional", "origin": "before.example/log", "place": place}
    assert await window.evaluate(OPEN, before) == "waiting"
    assert await window.evaluate("window.computer.origin") == ORIGIN
    assert asked(k, await window.evaluate(ASK, 0)).akey is None
    enrol(k, city, place)
    await window.evaluate("window.computer.origin = 'before.example/log'")
    await window.evaluate("window.computer.show()")
    assert await window.evaluate("window.computer.state") == "enrolled"
    await cancel(window, (await running(k, place)))
    assert asked(k, await window.evaluate(ASK, 0)).akey is not None


async def running(k, place: str) -> str:
    with k.store.reading() as conn:
        return open_call_of_window(conn, place).id


async def test_a_request_signed_for_the_log_before_is_refused_and_made_anew(window, k, city, place):
    await opened(window, place)
    enrol(k, city, place)
    await window.evaluate("window.computer.show()")
    await window.evaluate("window.computer.origin = 'before.example/log'")
    made = asked(k, await window.evaluate(ASK, 0))
    (known,) = devices(k, place)
    assert made.akey == known.id


async def test_the_page_shows_the_code_that_the_duty_lead_compares(window, k, city, place):
    await window.click("[data-rail=devices]")
    card = window.locator("[data-device-state]")
    await expect(card).to_have_attribute("data-device-state", "waiting")
    (known,) = devices(k, place)
    await expect(card).to_contain_text(" ".join(known.id[at : at + 4] for at in (0, 4, 8)))
    await no_barriers(window)
    enrol(k, city, place)
    await expect(card).to_have_attribute("data-device-state", "enrolled")
