"""The page of a receipt in a real Chromium of a telephone's width, served by the gateway."""

import os
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright, expect

from audit.proof_file import ProofFile
from casework.clock import ManualClock
from portal.public_log import limits
from scenes.barriers import no_barriers
from scenes.public_log import COSIGNED_S, ORIGIN, WitnessedLog
from yunchuang.gateway.app import create_gateway

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOTS = os.environ.get("YC_SHOTS")
TELEPHONE = {"width": 360, "height": 740}
NO_ED25519 = """
const known = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (format, key, algorithm, ...rest) =>
  algorithm === "Ed25519" ? Promise.reject(new Error("unknown")) : known(format, key, algorithm, ...rest);
"""
NO_CRYPTO = "Object.defineProperty(crypto, 'subtle', {value: undefined})"


@pytest.fixture
def log(tmp_path) -> WitnessedLog:
    made = WitnessedLog(tmp_path / "public")
    made.grow(700)
    made.cosign()
    made.grow(720)
    return made


@pytest.fixture
async def browse():
    """Opens the page of a log with what a receipt says; fails if it broke its policy or threw."""

    @asynccontextmanager
    async def opened(log, rest="", *, script=""):
        app = create_gateway(
            log.folder, log.key.verifying_key, log.policy,
            organisation="示范市人力资源和社会保障局", help_line="0000-12333", clock=ManualClock(),
        )  # fmt: skip
        async with (
            TestServer(app) as server,
            async_playwright() as driver,
            await driver.chromium.launch(
                executable_path="/usr/bin/chromium", args=FLAGS
            ) as browser,
        ):
            page = await browser.new_page(
                viewport=TELEPHONE, locale="zh-CN", reduced_motion="reduce"
            )
            page.set_default_timeout(20_000)
            if script:
                await page.add_init_script(script)
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if "Policy" in said.text else None,
            )
            await page.goto(f"{server.make_url('/receipt')}{rest}")
            yield page
            assert complaints == []

    return opened


async def verdict(page, name, *words):
    """Exactly this one is seen, and says these words."""
    shown = page.locator("#verdicts [data-verdict]:visible")
    await expect(shown).to_have_attribute("data-verdict", name)
    await expect(shown).to_have_count(1)
    for word in words:
        await expect(shown).to_contain_text(word)


async def shot(page, name):
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def test_a_decision_that_stands_where_it_stood(browse, log, tmp_path):
    async with browse(log, log.link(42)) as page:
        await verdict(page, "included", "没有改动", "第 42 号", "700 条", "3 家", "2 家",
                      "bank.example/w", "archive.example/w", "也已由您的浏览器验证")  # fmt: skip
        shown = page.locator("[data-verdict=included]")
        await expect(shown).not_to_contain_text("audit.example/w")
        assert await page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
        await no_barriers(page)
        await shot(page, "receipt-included")
        async with page.expect_download() as download:
            await page.click("#proof")
        path = tmp_path / "42.tlog-proof"
        await (await download.value).save_as(path)
        ProofFile.parse(path.read_bytes()).verify(
            bytes.fromhex(log.leaf(42)), log.key.verifying_key,
            [one.key for one in log.policy.witnesses],
        )  # fmt: skip


async def test_what_is_typed_from_the_paper_is_taken_as_well(browse, log):
    async with browse(log) as page:
        await expect(page.locator("#verdicts [data-verdict]:visible")).to_have_count(0)
        await shot(page, "receipt-empty")
        leaf = log.leaf(3).upper()
        await page.fill("#receipt-line", f"  {ORIGIN}  3\n{leaf[:40]} \n {leaf[40:]}")
        await page.click("#receipt-form button")
        await verdict(page, "included", "第 3 号")
        await page.fill("#receipt-line", f"{ORIGIN} 3 {leaf[:40]}")
        await page.click("#receipt-form button")
        await verdict(page, "malformed", "三段")


TYPED = {
    "with its label": "存证编号：{origin} 42 {leaf}",
    "with its English label": "Entry in the log: {origin} 42 {leaf}",
    "full-width figures and spaces": "{origin}\u3000\uff14\uff12\u3000{leaf}",
    "in capitals": "{ORIGIN} 42 {LEAF}",
    "with a full stop": " {origin} 42 {leaf}。",
    "with marks that nobody sees": "\ufeff{origin} 42 {leaf}\u200b",
    "the address of the code": "https://log.hall.example/receipt#{origin}+42+{leaf}",
}


async def test_it_is_taken_as_people_type_it(browse, log):
    names = {"origin": ORIGIN, "ORIGIN": ORIGIN.upper()}
    names |= {"leaf": log.leaf(42), "LEAF": log.leaf(42).upper()}
    async with browse(log) as page:
        for what, typed in TYPED.items():
            await page.fill("#receipt-line", "x")
            await page.click("#receipt-form button")
            await verdict(page, "malformed")
            await page.fill("#receipt-line", typed.format(**names))
            await page.click("#receipt-form button")
            await verdict(page, "included", "第 42 号")
            assert await page.input_value("#receipt-line") == log.line(42), what
        await page.fill("#receipt-line", f"{ORIGIN} 9999999999999999 {log.leaf(42)}")
        await page.click("#receipt-form button")
        await verdict(page, "malformed")


async def test_an_entry_that_no_witness_has_seen_yet(browse, log):
    async with browse(log, log.link(710)) as page:
        await verdict(page, "included", "720 条", "还没有签到这一条", "日志的签名，也已由")


async def test_a_log_without_witnesses_says_so(browse, tmp_path):
    alone = WitnessedLog(tmp_path / "alone", names=())
    alone.grow(5)
    async with browse(alone, alone.link(4)) as page:
        await verdict(page, "included", "没有外部见证机构", "日志的签名，也已由")
        await shot(page, "receipt-no-witness")


async def test_a_browser_that_verifies_no_signatures_says_so(browse, log):
    async with browse(log, log.link(42), script=NO_ED25519) as page:
        await verdict(page, "included", "不能验证签名，只核对了哈希", "2 家")


async def test_without_https_nothing_is_claimed(browse, log):
    async with browse(log, log.link(42), script=NO_CRYPTO) as page:
        await verdict(page, "insecure", "https")


async def test_another_leaf_at_this_place(browse, log):
    wrong = f"#{ORIGIN}+42+{log.leaf(43)}"
    async with browse(log, wrong) as page:
        await verdict(page, "other_leaf", "第 42 号", "0000-12333")
        await shot(page, "receipt-other-leaf")


async def test_a_receipt_of_another_log(browse, log):
    async with browse(log, f"#other.example/log+42+{log.leaf(42)}") as page:
        await verdict(page, "other_origin", "other.example/log", ORIGIN, "稽核员", "0000-12333")
        await expect(page.locator("[data-verdict=other_origin]")).not_to_contain_text("任一窗口")


async def test_an_index_that_the_log_does_not_have(browse, log):
    async with browse(log, f"#{ORIGIN}+720+{log.leaf(42)}") as page:
        await verdict(page, "beyond", "第 720 号", "720 条")


async def test_a_copy_that_is_behind_says_as_of_when(browse, log):
    """What was logged since is not missing."""
    os.utime(log.folder / "checkpoint", (COSIGNED_S, COSIGNED_S))
    async with browse(log, f"#{ORIGIN}+720+{log.leaf(42)}") as page:
        told = "new Date(1795000000000).toLocaleString('zh-CN')"
        await verdict(page, "beyond", await page.evaluate(told), "还没有更新到")


async def test_a_log_behind_its_cosignatures(browse, log):
    before = (log.folder / "checkpoint").read_bytes()
    log.grow(800)
    log.cosign()
    (log.folder / "checkpoint").write_bytes(before)
    async with browse(log, log.link(42)) as page:
        await verdict(page, "behind", "800 条", "720 条")
        await shot(page, "receipt-behind")


async def test_a_proof_that_leads_elsewhere(browse, log):
    """By an operator whose tiles are not what was signed."""
    tile = bytearray((log.folder / "tile/0/000").read_bytes())
    tile[43 * 32] ^= 1
    (log.folder / "tile/0/000").write_bytes(bytes(tile))
    async with browse(log, log.link(42)) as page:
        await verdict(page, "broken")


@pytest.mark.parametrize("touched", ["log", "witness"])
async def test_a_signature_that_fails_counts_for_nothing(browse, log, touched):
    async def forged(route):
        answer = await route.fetch()
        lines = (await answer.text()).split("\n")
        at = next(n for n, line in enumerate(lines) if line.startswith("— ")) + (touched != "log")
        middle = len(lines[at]) - 20
        other = "A" if lines[at][middle] != "A" else "B"
        lines[at] = f"{lines[at][:middle]}{other}{lines[at][middle + 1 :]}"
        await route.fulfill(response=answer, body="\n".join(lines))

    async with browse(log) as page:
        await page.route("**/log/proof/*", forged)
        await page.fill("#receipt-line", log.line(42))
        await page.click("#receipt-form button")
        if touched == "log":
            await verdict(page, "broken")
        else:
            await verdict(page, "included", "有 1 家")


async def test_too_many_checks_and_a_log_that_is_away(browse, log, monkeypatch):
    monkeypatch.setattr("portal.public_log.handlers.PROOFS_PER_MINUTE", 1)
    async with browse(log, log.link(42)) as page:
        await verdict(page, "included")
        await page.click("#receipt-form button")
        await verdict(page, "busy", "一分钟")
        await page.route("**/log/proof/*", lambda route: route.abort())
        await page.click("#receipt-form button")
        await verdict(page, "unreachable")
    assert limits.PROOFS_PER_MINUTE > 1


async def test_in_english_the_receipt_stays(browse, log):
    async with browse(log, log.link(42)) as page:
        await verdict(page, "included")
        await page.click("#language")
        await verdict(page, "included", "unchanged", "2 of 3 outside witnesses")
