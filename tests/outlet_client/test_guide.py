"""Guides of items: for anybody, on the page, on paper, by short code and by what people type."""

import dataclasses
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from casework.actions.close_item import CloseItem, close_item
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actor import SYSTEM
from casework.bus.memory import MemoryBus
from casework.calendar import day_of
from casework.catalogue.guide import Fee, LegalBasis
from casework.catalogue.item import CommitmentTerms
from casework.catalogue.loader import load_catalogue
from casework.materials.local import LocalMaterialStore
from casework.model.material import SourceKind
from outlet_client.app import setup_outlet
from outlet_client.pages.guide import SHEETS_PER_MINUTE
from outlet_client.papers.guide_sheet import guide_pdf
from outlet_client.shapes.guide import guide_of
from portal.app import setup_portal
from portal.i18n import Language, catalogue
from portal.settings import PortalSettings
from scenes.paper_text import text_of

ITEMS = {item.code: item for item in load_catalogue().items}
BASE = "https://hall.example"


@pytest.fixture
async def visitor(server):
    async with TestClient(server) as made:
        yield made


@pytest.fixture
async def public_visitor(k, clock, city, tmp_path, told):
    """Of an installation that telephones can reach."""
    (tmp_path / "public").mkdir()
    app = web.Application()
    settings = PortalSettings(development=True, organisation="示范市人力资源和社会保障局")
    setup_portal(app, settings, store=k.store, writer=k.writer, clock=clock, bus=MemoryBus())
    store = LocalMaterialStore(tmp_path / "public", k.keys)
    setup_outlet(app, keys=k.keys, store=store, hub=told, public_base_url=BASE)
    async with TestClient(TestServer(app)) as made:
        yield made


def codes(text):
    return re.findall(r'data-code="([A-Z]{2}-\d{3})"', text)


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("sybxjsl", "SB-002"),
            ("失业保险金申领", "SB-002"),
            ("shiyedengji", "JY-001"),
            ("sb017", "SB-017"),
            ("SB-017", "SB-017"),
            ("gongshang", "SB-017"),
            ("劳务派遣", "LD-002"),
        ],
    )
    async def test_initials_words_and_codes(self, visitor, typed, first):
        answer = await visitor.get("/guide", params={"q": typed})
        assert codes(await answer.text())[0] == first

    async def test_all_of_them_and_none(self, visitor):
        assert codes(await (await visitor.get("/guide")).text()) == sorted(ITEMS)
        nothing = await (await visitor.get("/guide", params={"q": "%_\\"})).text()
        assert codes(nothing) == []
        assert "没有找到" in nothing

    async def test_a_closed_item_is_not_shown(self, visitor, k, clock):
        day = day_of(clock.wall_ms())
        command = CloseItem("demo.example/log", "SB-002", day)
        k.writer.run_sync(close_item, command, actor=SYSTEM)
        assert "SB-002" not in codes(await (await visitor.get("/guide")).text())
        for path in ("/guide/SB-002", "/guide/SB-002/sheet.pdf", "/g/sb002"):
            assert (await visitor.get(path)).status in {404, 409}


async def test_a_window_finds_what_its_outlet_is_granted(clerk, k, city):
    """Mandatory or optional alike; the public guide shows every item all the same."""

    async def found():
        _, answer = await clerk.get("/api/v1/items?q=sybxjsl")
        return [one["code"] for one in answer["items"]]

    async def opened():
        return (await clerk.post("/api/v1/cases", {"item": "SB-002"}))[0]

    def grant(how):
        command = SetItemGrant("demo.example/log", city.outlets["bank"], "SB-002", how)
        k.writer.run_sync(set_item_grant, command, actor=SYSTEM)

    assert await found() == ["SB-002"]
    grant(ItemGrant.NONE)
    assert await found() == []
    assert await opened() == 403
    assert "SB-002" in codes(await (await clerk.client.get("/guide")).text())
    grant(ItemGrant.OPTIONAL)
    assert await found() == ["SB-002"]
    assert await opened() == 201


class TestPage:
    async def test_everything_the_item_says_is_there(self, visitor):
        item = ITEMS["LD-002"]
        text = await (await visitor.get("/guide/LD-002")).text()
        said = [
            item.name, item.result, *item.conditions, *item.process, *item.follow_up,
            *(field.label for field in item.fields),
            *(spec.name for spec in item.materials), *(spec.note for spec in item.materials),
            *(spec.basis.act for spec in item.materials), *(basis.act for basis in item.bases),
            *(channel.text for channel in item.channels), item.elements[0].text,
            "20个工作日", "15个工作日", "听证、鉴定、核查", "不收费", "行政许可",
        ]  # fmt: skip
        for words in said:
            assert words in text, words

    async def test_no_sign_in_and_no_script(self, visitor):
        answer = await visitor.get("/guide/SB-001")
        assert answer.status == 200
        assert "须在窗口与市级大厅视频连线" in await answer.text()

    @pytest.mark.parametrize("typed", ["sb002", "SB-002", "sb 002"])
    async def test_the_short_code_leads_to_the_guide(self, visitor, typed):
        answer = await visitor.get(f"/g/{typed}", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/guide/SB-002")

    async def test_unknown_ones(self, visitor):
        assert (await visitor.get("/g/zz999")).status == 404
        assert (await visitor.get("/guide/ZZ-999")).status in {404, 409}

    async def test_a_code_to_scan_only_where_telephones_can_follow(self, visitor, public_visitor):
        assert "qr.svg" not in await (await visitor.get("/guide/SB-002")).text()
        assert (await visitor.get("/guide/SB-002/qr.svg")).status == 404
        assert f"{BASE}/guide/SB-002" in await (await public_visitor.get("/guide/SB-002")).text()
        picture = await public_visitor.get("/guide/SB-002/qr.svg")
        assert picture.content_type == "image/svg+xml"
        assert "<svg" in await picture.text()


class TestSheet:
    @pytest.mark.parametrize("code", sorted(ITEMS))
    def test_every_item_can_be_set(self, code):
        item = ITEMS[code]
        paper = guide_pdf(item, organisation="示范市人社局", public_base_url="")
        text = text_of(paper).replace(" ", "")
        assert item.code in text
        assert item.name.replace(" ", "") in text
        for line in (item.conditions[0], item.process[0], item.follow_up[0]):
            assert line.replace(" ", "") in text

    def test_the_same_version_gives_the_same_bytes(self):
        asked = {"organisation": "示范市人社局", "public_base_url": BASE}
        paper = guide_pdf(ITEMS["SB-002"], **asked)
        guide_pdf.cache_clear()
        assert guide_pdf(ITEMS["SB-002"], **asked) == paper
        assert "扫码看指南" in text_of(paper)

    async def test_it_is_a_pdf_and_not_without_end(self, visitor):
        for _ in range(SHEETS_PER_MINUTE):
            answer = await visitor.get("/guide/SB-002/sheet.pdf")
            assert answer.status == 200
        assert (await answer.read()).startswith(b"%PDF")
        assert (await visitor.get("/guide/SB-002/sheet.pdf")).status == 429


def test_fees_and_missing_parts():
    item = ITEMS["SB-005"]
    fee = Fee("工本费", "20.00", LegalBasis("示范条例", "第十条"))
    guide = guide_of(
        dataclasses.replace(item, fees=(fee,), process=(), channels=()),
        catalogue(Language.ZH_CN).gettext,
    )
    assert ("收费", "工本费 20.00 元（《示范条例》第十条）") in guide.facts
    assert ("承诺办结时限", "当场办结") in guide.facts
    titles = [part.title for part in guide.after]
    assert "办理流程" not in titles
    assert "办理渠道" not in titles


def test_what_nobody_need_bring_is_said():
    spec = ITEMS["SB-002"].materials[1]
    terms = CommitmentTerms("本人承诺。", 20)
    say = catalogue(Language.ZH_CN).gettext

    def note(*sources):
        promised = terms if SourceKind.COMMITMENT in sources else None
        changed = dataclasses.replace(spec, sources=sources, commitment=promised)
        item = dataclasses.replace(ITEMS["SB-002"], materials=(changed,))
        return guide_of(item, say).materials[0].note

    assert note(SourceKind.CITIZEN) == spec.note
    assert note(SourceKind.SHARED_DATA) == f"{spec.note}；不需要您提供，由窗口核查"
    assert note(*SourceKind) == (
        f"{spec.note}；窗口能核查到的，不需要您提供；"
        "以前办件中已提交的，不需要再提交；可以选择告知承诺代替"
    )
