"""From a security key in a real Chromium to the verdict: made known, decided, exported, verified."""

import io

import pytest
from aiohttp.test_utils import TestServer
from PIL import Image
from playwright.async_api import async_playwright, expect

from audit.package.model import Form
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.actor import SYSTEM
from casework.bus.memory import MemoryBus
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.model.actor_key import SigningRule
from casework.model.case import CaseState
from casework.seed import LOGINS, SeedDemo, seed_demo
from portal.passwords import hash_password
from scenes import case_scene
from scenes.virtual_key import VirtualKey
from scenes.waiting import until
from yunchuang.export import Exporter
from yunchuang.server import create_app
from yunchuang.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PASSWORD = "云窗-示范-2026"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def installation(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="keys.yunchuang.example/log")
    with opened(data) as running:
        yield running


@pytest.fixture
def desk(installation, monkeypatch) -> case_scene.Desk:
    hashes = dict.fromkeys(LOGINS, hash_password(PASSWORD))
    city = installation.writer.run_sync(seed_demo, SeedDemo(hashes), actor=SYSTEM)
    store = LocalMaterialStore(installation.data.materials, installation.keys)
    out = io.BytesIO()
    Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
    monkeypatch.setattr(case_scene, "a_stored", lambda case: store.put(case, out.getvalue()))
    return case_scene.Desk(installation, city)


@pytest.fixture
async def page(installation, desk):
    """The reviewer's, at a desk that takes no weaker signature."""
    settings = Settings.alone(
        data=installation.data.path, actor_signatures=SigningRule.REQUIRED_WEBAUTHN
    )
    app = create_app(installation, settings, MemoryBus(), ())
    async with (
        TestServer(app, host="localhost") as server,
        async_playwright() as driver,
        await driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS) as chromium,
    ):
        context = await chromium.new_context(base_url=str(server.make_url("/")), locale="zh-CN")
        form = {"number": "reviewer1", "password": PASSWORD}
        await context.request.post("/sign-in/reviewer", form=form)
        yield await context.new_page()


async def test_from_the_key_to_the_verdict(installation, desk, page, tmp_path):
    case_id = desk.in_review()
    await page.goto("/hall/keys")
    await VirtualKey.plugged_in(page)
    await page.click("[data-action=make-key]")
    await expect(page.locator("#signing-keys tbody tr")).to_contain_text("安全密钥")

    await page.goto(f"/hall/case/{case_id}")
    await page.click("[data-action=refuse]")
    await page.check("input[name=reason][value=conditions_not_met]")
    await page.fill("textarea[name=text]", "缴费不满一年。")
    await page.click("[data-action=prepare]")
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator("[data-action=to-desk]")).to_be_visible()
    await until(lambda: desk.case(case_id).state is CaseState.HANDED_BACK)

    exporter = Exporter(installation)
    vkey = f"{exporter.key.vkey}\n".encode()
    trust = make_trust(parse_keys(vkey, "keys"), None, outside=True)
    for form in Form:
        exporter.write(exporter.make(case_id, form), tmp_path / form)
        report = verify(tmp_path / form, trust)
        assert (report.problems, report.verdict) == ([], Verdict.GOOD)
        assert report.status["decisions"] == {"signed": 1, "weaker": 0, "unsigned": 0}
    installation.sequencer.turn()
    assert verify(installation.data.log, trust).problems == []
