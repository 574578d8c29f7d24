"""Uploads as an enemy sends them, and who may see what was uploaded."""

import io
import struct
import zlib

import pikepdf
import pytest
from aiohttp import ClientSession
from PIL import Image

from casework.views.material_slots import materials_of
from outlet_client.keys import OUTLET
from scenes import counter as t
from scenes import hostile_files as h

MAX_BYTES = 20 * 1024 * 1024


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is as large as a house."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def pdf(pages: int) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
async def case(clerk) -> str:
    return await t.opened(clerk)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "C-34"),
        (b"<svg onload=alert(1)>", 415, "C-34"),
        (b"\xff\xd8\xff\xe0 no picture follows", 415, "C-34"),
        (b"%PDF-1.7 nor a document", 415, "C-34"),
        (b"MZ" + b"\0" * 500, 415, "C-34"),
        (bomb(9_000, 9_000), 413, "C-35"),
        (bomb(2_000_000, 2_000_000), 415, "C-34"),
        (pdf(101), 413, "C-35"),
        (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, 413, "C-35"),
    ],
    ids=["empty", "svg", "jpeg", "pdf", "program", "bomb", "larger bomb", "pages", "bytes"],
)
async def test_hostile_contents_are_refused_and_leave_nothing(clerk, case, content, status, code):
    answer = await clerk.send(f"/api/v1/cases/{case}/materials/id_card?source=upload", content)
    assert answer[1]["code"] == code
    assert answer[0] // 100 == 4
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    assert page["case"]["materials"][0]["versions"] == []


async def test_a_body_without_a_length_is_cut_off_at_the_limit(clerk, case):
    async def endless():
        for _ in range(400):
            yield b"\xff\xd8\xff" + b"\0" * 65_533

    path = f"/api/v1/cases/{case}/materials/id_card?source=still"
    answer = await clerk.client.post(path, data=endless())
    assert (await answer.json())["code"] == "C-35"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("materials/id_card?source=signature", "source"),
        ("materials/id_card", "source"),
        ("materials/passport?source=still", "code"),
        ("materials/id_card?source=still&page=3", "page"),
        ("materials/id_card?source=still&page=-1", "page"),
        ("materials/id_card?source=still&page=9999", "page"),
    ],
)
async def test_an_upload_says_what_it_is(clerk, case, path, field):
    _, problem = await clerk.send(f"/api/v1/cases/{case}/{path}", t.still(40, 40))
    assert problem["details"]["field"] == field


async def test_what_is_shown_is_a_view_under_a_mark_and_runs_nothing(clerk, case):
    picture = t.still(600, 400)
    path = f"/api/v1/cases/{case}/materials"
    _, added = await clerk.send(f"{path}/id_card?source=still", picture)
    answer = await clerk.client.get(f"{path}/{added['material_id']}")
    shown = await answer.read()
    assert Image.open(io.BytesIO(shown)).size == (600, 400)
    assert shown != picture
    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    _, added = await clerk.send(f"{path}/id_card?source=upload", pdf(2))
    answer = await clerk.client.get(f"{path}/{added['material_id']}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    versions = page["case"]["materials"][0]["versions"]
    assert [(one["version"], one["grade"], one["pages"]) for one in versions] == [
        (2, "C", 2),
        (1, "B", 1),
    ]
    assert (await clerk.client.get(f"{path}/{'0' * 26}")).status == 404


async def test_a_still_keeps_the_resolution_of_the_camera(clerk, case):
    """A4 at 200 dpi is 1654 x 2339; nothing scales it down on the way."""
    picture = t.still(3264, 2448)
    path = f"/api/v1/cases/{case}/materials"
    _, added = await clerk.send(f"{path}/id_card?source=still", picture)
    answer = await clerk.client.get(f"{path}/{added['material_id']}")
    assert Image.open(io.BytesIO(await answer.read())).size == (3264, 2448)


async def test_the_sealed_original_is_what_was_brought(clerk, case, app, k):
    picture = t.still(600, 400)
    path = f"/api/v1/cases/{case}/materials"
    _, added = await clerk.send(f"{path}/id_card?source=still", picture)
    await clerk.client.get(f"{path}/{added['material_id']}")
    with k.store.reading() as conn:
        (material,) = materials_of(conn, case)
    stored = material.stored
    kept = app[OUTLET].materials.get(case, stored.blob, stored.ciphertext_sha256)
    assert kept == picture


async def test_a_copy_of_what_was_compared_says_more_than_a_view(clerk, case):
    path = f"/api/v1/cases/{case}/materials"
    _, still = await clerk.send(f"{path}/id_card?source=still", t.still(600, 400))
    _, upload = await clerk.send(f"{path}/id_card?source=upload", t.still(600, 400))
    shown = {}
    for name, one in (("still", still), ("upload", upload)):
        for query in ("", "?copy=1"):
            answer = await clerk.client.get(f"{path}/{one['material_id']}{query}")
            shown[name + query] = await answer.read()
    assert shown["still"] == shown["upload"]
    assert shown["still?copy=1"] != shown["still"]
    assert shown["upload?copy=1"] == shown["upload"]


async def test_a_pdf_with_a_script_is_refused_with_words(clerk, case):
    path = f"/api/v1/cases/{case}/materials/id_card?source=upload"
    status, problem = await clerk.send(path, h.pdf(h.opens_a_script))
    assert (status, problem["code"]) == (415, "C-108")


async def test_another_outlet_finds_nothing_of_the_case(clerk, case, sign_in):
    other = await sign_in("clerk3", "community/1")
    path = f"/api/v1/cases/{case}"
    acts = [
        (f"{path}/form", {"values": {}}),
        (f"{path}/accept", {"road": "desk"}),
        (f"{path}/withdrawal", {}),
        (f"{path}/reveal/form.bank", {}),
        (f"{path}/completion", {}),
        (f"{path}/papers", {"paper": "decision"}),
    ]
    for address, body in acts:
        status, problem = await other.post(address, body)
        assert (status, problem["code"]) == (404, "K-02"), address
    assert (await other.get(path))[0] == 404
    sent = await other.send(f"{path}/materials/id_card?source=still", t.still(40, 40))
    assert sent[1]["code"] == "K-02"
    status, problem = await other.put("/api/v1/window/mirror", {"case": case, "task": "fill"})
    assert (status, problem["code"]) == (404, "K-02")


async def test_each_door_has_its_own_acts(clerk, screen, case, sign_in, server):
    reviewer = await sign_in("reviewer1", door="reviewer")
    for path in (f"/api/v1/cases/{case}", "/api/v1/window/counts", "/api/v1/items"):
        assert (await reviewer.get(path))[1]["code"] == "P-02"
        assert (await screen.get(path))[1]["code"] == "P-02"
    path = f"/api/v1/cases/{case}/signature?digest={'0' * 64}"
    assert (await clerk.send(path, t.still(40, 40)))[1]["code"] == "P-02"
    async with ClientSession() as nobody:
        answer = await nobody.get(server.make_url(f"/api/v1/cases/{case}"))
        assert (await answer.json())["code"] == "P-01"
        answer = await nobody.post(server.make_url("/api/v1/cases"), json={"item": "SK-001"})
        assert (await answer.json())["code"] == "P-01"


async def test_a_screen_knows_only_the_case_that_is_shown_on_it(clerk, screen):
    first, second = await t.filled(clerk), await t.filled(clerk)
    _, sheet = await clerk.post(f"/api/v1/cases/{first}/read-back")
    await clerk.put("/api/v1/window/mirror", {"case": second, "task": "fill"})
    path = f"/api/v1/cases/{first}/signature?digest={sheet['digest']}"
    assert (await screen.send(path, t.still(40, 40)))[1]["code"] == "K-02"
    assert (await screen.post(f"/api/v1/cases/{first}/reveal/form.bank"))[1]["code"] == "K-02"
    _, shown = await screen.get("/api/v1/screen")
    assert shown["case"]["id"] == second


async def test_an_upload_whose_answer_was_lost_is_sent_again_and_stands_once(clerk, case):
    path = f"/api/v1/cases/{case}/materials/id_card?source=still"
    key = {"Idempotency-Key": "the same"}
    answers = [
        await clerk.client.post(path, data=io.BytesIO(t.still()), headers=key) for _ in range(2)
    ]
    assert [answer.status for answer in answers] == [201, 201]
    first, again = [await answer.json() for answer in answers]
    assert first == again
    other = await clerk.client.post(path, data=io.BytesIO(t.still(800, 600)), headers=key)
    assert other.status == 409
