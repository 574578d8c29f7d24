"""A real Chromium that keeps the newest checkpoint, and is shown another log afterwards."""

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright, expect

from audit.note import SigningKey
from audit.verifier.cli import parser
from audit.verifier.note import parse_checkpoint
from casework.actor import Actor
from portal.access import require
from portal.doors import Door
from portal.log_checkpoint import setup_log_checkpoint
from portal.templating import render
from scenes.shown_log import KEY, ORIGIN, ShownLog
from scenes.small_log import SmallLog

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VECTORS = Path(__file__).parents[1] / "audit" / "vectors" / "merkle.json"
KEPT = """async () => {
  const { keptCheckpoints } = await import("portal/log/kept.js");
  return (await keptCheckpoints()).map((one) => [one.origin, one.size, one.checked]);
}"""
NO_ED25519 = """
const importKey = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (format, key, algorithm, ...rest) =>
  algorithm === "Ed25519" ? Promise.reject(new DOMException("", "NotSupportedError"))
                          : importKey(format, key, algorithm, ...rest);
"""
FORKED = SmallLog(KEY, forked_at=3)
FULL = """
for (const name of ["put", "add"])
  IDBObjectStore.prototype[name] = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.fixture
def shown() -> ShownLog:
    return ShownLog(size=5)


@pytest.fixture
def app(create_app, shown, town) -> web.Application:
    app = create_app()
    setup_log_checkpoint(app, shown)

    @require(Door.REVIEWER)
    async def hall(request: web.Request, _actor: Actor) -> web.Response:
        return render(request, "portal/layout_operator.html")

    @require(Door.AUDITOR)
    async def desk(request: web.Request, _actor: Actor) -> web.Response:
        return render(request, "portal/layout_operator.html")

    app.router.add_get("/hall", hall)
    app.router.add_get("/audit", desk)
    return app


@pytest.fixture
async def browser():
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(app, browser, password):
    """One browser of a machine at which a reviewer and an auditor are signed in."""
    async with TestServer(app, host="localhost") as server:
        context = await browser.new_context(base_url=str(server.make_url("/")))
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for door in ("reviewer", "auditor"):
            form = {"number": f"{door}01", "password": password}
            await context.request.post(f"/sign-in/{door}", form=form)
        yield page
        await context.close()
        assert complaints == []


async def kept(page: Page, *expected: list) -> None:
    """Waits until the browser keeps these; the last look first."""
    async with asyncio.timeout(30):
        while (found := await page.evaluate(KEPT)) != list(expected):
            await asyncio.sleep(0.05)
    assert found == list(expected)


async def seen(page: Page, shown: ShownLog, path: str = "/hall") -> None:
    await page.goto(path)
    await kept(page, [shown.log.key.name, shown.size, True])


def banner(page: Page, cause: str):
    return page.locator(f"[data-finding={cause}]")


async def test_the_newest_is_kept_while_the_log_grows(page, shown):
    for size in (1, 5, 5, 8, 13):
        shown.size = size
        await seen(page, shown)
    await expect(page.locator("[data-finding]")).to_have_count(0)


async def test_an_empty_log_may_begin(page, shown):
    shown.size = 0
    await seen(page, shown)
    shown.size = 3
    await seen(page, shown)
    await expect(page.locator("[data-finding]")).to_have_count(0)


async def test_a_log_rolled_back_is_shown_and_stays_shown(page, shown, tmp_path):
    await seen(page, shown)
    before = shown.note()
    shown.size = 3
    await page.goto("/hall")
    await expect(banner(page, "rollback")).to_contain_text("存证日志变短了")
    await expect(banner(page, "rollback").get_by_role("button")).to_have_count(2)
    for which, note in (("kept", before), ("shown", shown.note())):
        async with page.expect_download() as downloading:
            await page.click(f"[data-action=save-{which}]")
        path = tmp_path / which
        await (await downloading.value).save_as(path)
        assert path.read_bytes() == note
        # What the verifier's `--since` takes.
        assert parser().parse_args([".", "--since", str(path)]).since == path
        assert parse_checkpoint(path.read_bytes(), which).origin == ORIGIN
    # The log that comes back whole does not make it undone.
    shown.size = 8
    await page.goto("/hall")
    await kept(page, [ORIGIN, 8, True])
    await expect(banner(page, "rollback")).to_be_visible()


@pytest.mark.parametrize("size", [5, 9])
async def test_a_fork_is_shown_and_the_first_history_stays_kept(page, shown, size):
    await seen(page, shown)
    shown.log, shown.size = FORKED, size
    await page.goto("/hall")
    await expect(banner(page, "fork")).to_be_visible()
    await kept(page, [ORIGIN, 5, True])


async def test_an_auditor_examines_and_begins_anew(page, shown):
    await seen(page, shown)
    shown.log, shown.size = FORKED, 9
    await page.goto("/audit")
    await banner(page, "fork").get_by_role("button", name="已核查").click()
    await page.get_by_role("button", name="已核查，重新开始").click()
    await expect(page.locator("[data-finding]")).to_have_count(0)
    await kept(page, [ORIGIN, 9, True])


async def test_another_key_is_not_believed(page, shown):
    await seen(page, shown)
    shown.log, shown.size = SmallLog(SigningKey.generate(ORIGIN)), 9
    await page.goto("/hall")
    await expect(banner(page, "key")).to_be_visible()
    await kept(page, [ORIGIN, 5, True])


async def test_a_new_origin_is_new_and_no_fork(page, shown):
    await seen(page, shown)
    shown.log, shown.size = SmallLog(SigningKey.generate("window.example/log-2")), 2
    await page.goto("/hall")
    await expect(banner(page, "new_origin")).to_contain_text("window.example/log-2")
    await banner(page, "new_origin").get_by_role("button", name="知道了").click()
    await expect(page.locator("[data-finding]")).to_have_count(0)
    await kept(page, ["window.example/log-2", 2, True], [ORIGIN, 5, True])
    await page.goto("/hall")
    await expect(page.locator("[data-finding]")).to_have_count(0)
    # Back to the old one, cut short.
    shown.log, shown.size = SmallLog(KEY), 4
    await page.goto("/hall")
    await expect(banner(page, "rollback")).to_be_visible()


async def test_without_a_proof_it_says_so(page, shown):
    await seen(page, shown)
    shown.size, shown.readable = 9, False
    await page.goto("/hall")
    await expect(banner(page, "unproved")).to_contain_text("P-12")
    shown.readable = True
    await seen(page, shown)
    await expect(page.locator("[data-finding]")).to_have_count(0)


async def test_a_browser_without_ed25519_still_verifies_the_proof(page, shown):
    await page.add_init_script(NO_ED25519)
    await page.goto("/hall")
    await kept(page, [ORIGIN, 5, False])
    shown.log, shown.size = FORKED, 9
    await page.goto("/hall")
    await expect(banner(page, "fork")).to_be_visible()


async def test_a_signature_that_fails_is_shown(page, shown, monkeypatch):
    await seen(page, shown)
    monkeypatch.setattr(ShownLog, "vkey", KEY.verifying_key.vkey)
    shown.log, shown.size = SmallLog(SigningKey.generate(ORIGIN)), 9
    await page.goto("/hall")
    await expect(banner(page, "signature")).to_be_visible()


async def test_published_consistency_proofs(page):
    """transparency-dev/merkle, and each of them with something wrong."""
    await page.goto("/hall")
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    found = await page.evaluate(
        """async ({ consistency, roots }) => {
          const { verifyConsistency } = await import("portal/log/merkle.js");
          const { fromHex } = await import("portal/log/bytes.js");
          const wrong = [];
          for (const { old, new: size, proof } of consistency) {
            const hashes = proof.map(fromHex);
            const [before, now] = [fromHex(roots[old]), fromHex(roots[size])];
            const verdicts = [
              await verifyConsistency(old, size, hashes, before, now),
              await verifyConsistency(old, size, [...hashes, now], before, now),
              await verifyConsistency(old, size, hashes, hashes[0] ?? fromHex(roots[0]), now),
              old < size && (await verifyConsistency(old, size, hashes, now, before)),
            ];
            if (verdicts.join() !== "true,false,false,false") wrong.push([old, size, verdicts.join()]);
          }
          return wrong;
        }""",
        vectors,
    )
    assert found == []


async def test_a_rollback_of_a_new_log_is_shown_though_nobody_read_that_it_is_new(page, shown):
    await seen(page, shown)
    shown.log, shown.size = SmallLog(SigningKey.generate("window.example/log-2")), 6
    await page.goto("/hall")
    await expect(banner(page, "new_origin")).to_be_visible()
    shown.size = 2
    await page.goto("/hall")
    await expect(banner(page, "rollback")).to_be_visible()
    await expect(banner(page, "new_origin")).to_have_count(0)


async def test_a_rollback_is_shown_by_a_browser_that_can_store_nothing_more(page, shown):
    await seen(page, shown)
    await page.add_init_script(FULL)
    shown.size = 3
    await page.goto("/hall")
    await expect(banner(page, "rollback")).to_be_visible()
