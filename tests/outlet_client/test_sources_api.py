"""Materials that nobody brings, over HTTP: asked, taken over, promised; and what is said when that fails."""

import asyncio
import dataclasses
import datetime as dt
import io

import pikepdf
import pytest

from casework.materials.verifier import Finding, SourceStatement
from casework.store.reading import entries_of
from outlet_client.verifiers.http import build
from outlet_client.verifiers.sources import MaterialSources, NamedSource
from scenes import counter as t
from scenes.case_scene import DESK_ITEM, Desk, an_id_number
from scenes.issuing_authority import Authority, PlayedSource
from scenes.material_sources import PROMISED, TERMS, publish_sources

SAID = SourceStatement("示范市就业服务中心", "JY2025000001", None, (("单位名称", "示范企业"),), 0)
IDENTITY = {"method": "original_seen", "applicant": t.APPLICANT}


@pytest.fixture
def played() -> PlayedSource:
    return PlayedSource(SAID)


@pytest.fixture
def sources(played) -> MaterialSources:
    return MaterialSources([NamedSource("示范核验", (f"{DESK_ITEM}/{PROMISED}",), played)])


@pytest.fixture
def desk(k, city) -> Desk:
    made = Desk(k, city)
    publish_sources(made)
    return made


@pytest.fixture
async def case(desk, clerk) -> str:
    case = await t.opened(clerk, DESK_ITEM)
    t.done(await clerk.post(f"/api/v1/cases/{case}/identity", IDENTITY))
    return case


def path(case, rest=""):
    return f"/api/v1/cases/{case}/materials/{PROMISED}{rest}"


async def slot(clerk, case):
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    return next(one for one in page["case"]["materials"] if one["code"] == PROMISED)


class TestShared:
    async def test_the_statement_is_a_material_to_look_at(self, clerk, case, played):
        answer = t.done(await clerk.post(path(case, "/shared-data")))
        assert answer["finding"] == "found"
        asked = played.asked[0]
        assert (asked.name, asked.id_number) == (t.APPLICANT["name"], t.APPLICANT["id_number"])
        shown = await slot(clerk, case)
        assert shown["enough"]
        assert shown["versions"][0]["grade"] == "A"
        assert shown["versions"][0]["origin"]["issuer"] == SAID.issuer
        sheet = await clerk.client.get(f"/api/v1/cases/{case}/materials/{answer['material_id']}")
        assert sheet.content_type == "application/pdf"
        with pikepdf.open(io.BytesIO(await sheet.read())) as pdf:
            assert len(pdf.pages) == 1

    @pytest.mark.parametrize("finding", [Finding.NOT_FOUND, Finding.UNAVAILABLE])
    async def test_no_answer_is_told_and_the_paper_is_taken(self, clerk, case, played, finding):
        played.finding = finding
        answer = t.done(await clerk.post(path(case, "/shared-data")))
        assert (answer["finding"], answer["material_id"]) == (finding, None)
        assert not (await slot(clerk, case))["enough"]
        t.done(await clerk.send(path(case, "?source=still"), t.still(60, 40)))
        assert (await slot(clerk, case))["enough"]

    async def test_what_ran_out_is_no_material(self, clerk, case, played):
        played.statement = dataclasses.replace(SAID, valid_until=dt.date(2000, 1, 1))
        answer = t.done(await clerk.post(path(case, "/shared-data")))
        assert answer["finding"] == "expired"
        assert (await slot(clerk, case))["versions"] == []

    async def test_nobody_else_waits_while_the_authority_thinks(self, clerk, case, played, k):
        """The writer is free: the question is recorded, and the next act does not queue behind it."""
        played.hold = asyncio.Event()
        asking = asyncio.create_task(clerk.post(path(case, "/shared-data")))
        await played.is_asked.wait()
        t.done(await clerk.send(path(case, "?source=upload"), t.still(60, 40)))
        with k.store.reading() as conn:
            types = [entry.type for entry in entries_of(conn, f"case:{case}")]
        assert types[-2:] == ["desk.source.asked", "desk.material.added"]
        played.hold.set()
        assert t.done(await asking)["finding"] == "found"

    async def test_a_lost_answer_is_asked_for_again_and_stands_once(self, clerk, case):
        key = {"Idempotency-Key": "one press"}
        first = t.done(await clerk.post(path(case, "/shared-data"), headers=key))
        assert t.done(await clerk.post(path(case, "/shared-data"), headers=key)) == first
        assert len((await slot(clerk, case))["versions"]) == 1

    async def test_only_where_the_item_lets_it_be_asked(self, clerk, case):
        _, problem = await clerk.post(f"/api/v1/cases/{case}/materials/id_card/shared-data")
        assert problem["code"] == "C-103"

    async def test_not_before_it_is_known_who_applies(self, desk, clerk, played):
        case = await t.opened(clerk, DESK_ITEM)
        _, problem = await clerk.post(path(case, "/shared-data"))
        assert problem["code"] == "C-04"
        assert played.asked == []

    async def test_another_outlet_asks_nothing(self, clerk, case, played, sign_in):
        other = await sign_in("clerk3", "community/1")
        assert (await other.post(path(case, "/shared-data")))[1]["code"] == "K-02"
        assert (await other.get(path(case, "/elsewhere")))[1]["code"] == "K-02"
        assert played.asked == []


class TestWithoutASource:
    @pytest.fixture
    def sources(self) -> None:
        return None

    async def test_the_clerk_is_told(self, clerk, case):
        status, problem = await clerk.post(path(case, "/shared-data"))
        assert (status, problem["code"]) == (503, "C-105")


class TestOverALine:
    """The whole way, to an authority on a real server."""

    @pytest.fixture
    async def authority(self):
        made = Authority()
        async with made.server() as server:
            made.url = str(server.make_url("/ask"))
            yield made

    @pytest.fixture
    def sources(self, authority, clock) -> MaterialSources:
        verifier = build({"url": authority.url, "timeout_s": 20}, clock)
        return MaterialSources([NamedSource("示范核验", ("*/*",), verifier)])

    async def test_asked_and_answered(self, clerk, case, authority):
        answer = t.done(await clerk.post(path(case, "/shared-data")))
        assert answer["finding"] == "found"
        assert len(authority.questions) == 1
        assert (await slot(clerk, case))["versions"][0]["origin"]["number"] == "JY2025000001"


class TestElsewhere:
    @pytest.fixture
    async def earlier(self, clerk, case) -> str:
        other = await t.opened(clerk, DESK_ITEM)
        t.done(await clerk.post(f"/api/v1/cases/{other}/identity", IDENTITY))
        t.done(await clerk.send(path(other, "?source=still"), t.still(60, 40)))
        return other

    async def test_it_is_found_and_taken_over(self, clerk, case, earlier):
        _, found = await clerk.get(path(case, "/elsewhere"))
        ((one,),) = [found["cases"]]
        assert one["case_id"] == earlier
        body = {"from_case": earlier, "from_material": one["pages"][0]["id"]}
        taken = t.done(await clerk.post(path(case, "/taken-over"), body))
        shown = (await slot(clerk, case))["versions"][0]
        assert (shown["grade"], shown["source"]) == ("B", "internal")
        assert shown["origin"]["case_number"] == one["number"]
        contents = []
        for owner, material in ((case, taken["material_id"]), (earlier, one["pages"][0]["id"])):
            answer = await clerk.client.get(f"/api/v1/cases/{owner}/materials/{material}")
            contents.append(await answer.read())
        assert contents[0] == contents[1]

    async def test_nothing_of_a_stranger(self, clerk, case, earlier):
        stranger = await t.opened(clerk, DESK_ITEM)
        other = {**t.APPLICANT, "id_number": an_id_number(3)}
        t.done(
            await clerk.post(
                f"/api/v1/cases/{stranger}/identity",
                {"method": "original_seen", "applicant": other},
            )
        )
        _, found = await clerk.get(path(case, "/elsewhere"))
        body = {"from_case": earlier, "from_material": found["cases"][0]["pages"][0]["id"]}
        _, problem = await clerk.post(path(stranger, "/taken-over"), body)
        assert problem["code"] == "C-104"
        assert (await clerk.get(path(stranger, "/elsewhere")))[1] == {"cases": []}


class TestPromise:
    async def test_read_on_the_screen_and_signed_there(self, clerk, screen, case):
        show = {"case": case, "task": "promise", "about": PROMISED}
        t.done(await clerk.put("/api/v1/window/mirror", show))
        _, shown = await screen.get("/api/v1/screen")
        assert (shown["show"]["task"], shown["show"]["about"]) == ("promise", PROMISED)
        (promise,) = shown["case"]["promises"]
        assert (promise["text"], promise["verify_days"]) == (TERMS.text, TERMS.verify_days)
        address = f"/api/v1/cases/{case}/commitments/{PROMISED}"
        picture = t.still(300, 120, "PNG")
        _, problem = await screen.send(f"{address}/signature?digest={'0' * 64}", picture)
        assert problem["code"] == "C-100"
        made = t.done(await screen.send(f"{address}/signature?digest={promise['digest']}", picture))
        found = await slot(clerk, case)
        assert found["enough"]
        assert found["promise"]["state"] == "standing"
        assert found["promise"]["commitment_id"] == made["commitment_id"]
        assert found["versions"][0]["source"] == "commitment"
        _, shown = await screen.get("/api/v1/screen")
        assert shown["case"]["promises"] == []

    async def test_on_paper_and_taken_back(self, clerk, case):
        digest = (await slot(clerk, case))["promise"]["digest"]
        address = f"/api/v1/cases/{case}/commitments"
        made = t.done(
            await clerk.send(
                f"{address}/{PROMISED}/paper-signature?digest={digest}", t.still(60, 40)
            )
        )
        back = f"{address}/{made['commitment_id']}/withdrawal"
        t.done(await clerk.post(back, {"reason": "证明找到了。"}))
        found = await slot(clerk, case)
        assert (found["enough"], found["promise"]["state"]) == (False, "withdrawn")
        assert (await clerk.post(back, {"reason": ""}))[1]["code"] == "C-102"

    async def test_a_screen_that_shows_another_case_signs_nothing(self, clerk, screen, case):
        digest = (await slot(clerk, case))["promise"]["digest"]
        address = f"/api/v1/cases/{case}/commitments/{PROMISED}/signature?digest={digest}"
        assert (await screen.send(address, t.still(300, 120, "PNG")))[1]["code"] == "K-02"
