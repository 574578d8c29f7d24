"""The desk and its time-stamping authority: one that OpenSSL runs, and some that mean harm."""

import asyncio
import contextlib
import io
import json
import time
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from audit.checkpoint import open_checkpoint
from audit.package.model import Form
from audit.time_stamp import Question
from audit.verifier.verify import verify
from casework.actor import Actor, Role
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.store.tx import Tx
from scenes import case_scene
from scenes.authority import Authority
from scenes.waiting import until
from yunchuang import time_stamping
from yunchuang.evidence import PublishedLog
from yunchuang.export import Exporter
from yunchuang.time_stamping import AuthorityState, TimeStamping, read_status

ORIGIN = "stamped.example/log"
CLERK = Actor(id="clerk-01", role=Role.CLERK, outlet="outlet-01", window="window-01")


def note(tx: Tx, count: int) -> None:
    for n in range(count):
        tx.entry("desk.case.noted", "case:A", plain={"n": n})


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def data(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin=ORIGIN)
    return data


@asynccontextmanager
async def asking(data, answer, every_s=3_600):
    """The installation with its rounds running, before an authority that answers as `answer` does."""

    async def handle(request):
        assert request.content_type == "application/timestamp-query"
        return await answer(await request.read())

    app = web.Application()
    app.router.add_post("/tsa", handle)
    async with TestServer(app) as server:
        with opened(data) as running:
            url = str(server.make_url("/tsa"))
            rounds = TimeStamping(
                url, every_s, running.log, running.cosigned, running.time_stamps, running.clock,
                data.authority,
            )  # fmt: skip
            task = asyncio.create_task(rounds.run())
            try:
                yield running, rounds
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


def answering(reply):
    """An authority that answers with the bytes that `reply` makes of the question."""

    async def answer(query):
        body = await asyncio.to_thread(reply, query)
        return web.Response(body=body, content_type="application/timestamp-reply")

    return answer


async def stamped(running, rounds, size):
    def there():
        rounds._due_ms = 0  # an hour goes by
        return running.time_stamps.stamped_size() >= size

    await until(there)


async def write(running, count=1):
    await running.writer.run(note, count, actor=CLERK)
    await asyncio.to_thread(running.sequencer.turn)
    return running.log.size


async def test_the_log_is_stamped_now_and_then_and_the_rung_tells_when(data, authority):
    async with asking(data, answering(authority.reply)) as (running, rounds):
        size = await write(running, 3)
        shown = PublishedLog(running.log, running.cosigned, running.time_stamps)
        await stamped(running, rounds, size)
        at_ms = shown.time_stamped_at(size - 1)
        assert abs(at_ms - time.time() * 1000) < 60_000
        assert shown.time_stamped_at(running.log.size) is None
        later = await write(running)
        await stamped(running, rounds, later)
        assert shown.time_stamped_at(size - 1) == at_ms, "the first stamp over it counts"
        await until(lambda: read_status(data.authority).size >= later)
        assert rounds.report.state is AuthorityState.STAMPED
    # What was kept is there for auditors, and for the next desk.
    with opened(data) as again:
        assert again.time_stamps.time_stamped_at(size - 1) == at_ms
        assert not again.time_stamps.answering
    for stamp in data.time_stamps.glob("*.tsr"):
        checkpoint = stamp.with_suffix(".checkpoint")
        open_checkpoint(checkpoint.read_bytes(), Exporter(again).key)
        assert authority.verifies(stamp, checkpoint)


async def hang(_query):
    await asyncio.sleep(60)


async def endless(_query):
    return web.Response(body=b"0" * 1_000_000)


async def not_found(_query):
    return web.Response(status=404)


async def send_away(_query):
    return web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"})


def another_nonce(authority):
    def reply(query):
        asked = bytearray(query)
        place = query.rindex(b"\x02\x08") + 2
        asked[place + 7] ^= 2
        return authority.reply(bytes(asked))

    return answering(reply)


HARM = {
    "hangs": (lambda _: hang, AuthorityState.UNREACHABLE),
    "endless": (lambda _: endless, AuthorityState.BAD_ANSWER),
    "not found": (lambda _: not_found, AuthorityState.REFUSED),
    "sent away": (lambda _: send_away, AuthorityState.REFUSED),
    "no response": (lambda _: answering(lambda _query: b"<html>"), AuthorityState.BAD_ANSWER),
    "not granted": (lambda a: answering(lambda _q: a.reply(b"x")), AuthorityState.REFUSED),
    "another checkpoint": (
        lambda a: answering(lambda _q: a.reply(Question(b"another").encode())),
        AuthorityState.BAD_ANSWER,
    ),
    "another nonce": (another_nonce, AuthorityState.BAD_ANSWER),
}


@pytest.mark.parametrize("kind", HARM)
async def test_one_that_means_harm_spoils_nothing(data, authority, monkeypatch, kind):
    monkeypatch.setattr(time_stamping, "ASK_S", 1.0)
    made, state = HARM[kind]
    async with asking(data, made(authority)) as (running, rounds):
        began = time.monotonic()
        size = await write(running, 3)
        assert time.monotonic() - began < 20, "an act waits for no authority"
        await until(lambda: rounds.report.state is state)
        assert running.time_stamps.stamped_size() == 0
        assert running.time_stamps.time_stamped_at(0) is None
        assert not running.time_stamps.answering
        assert running.log.size >= size
    assert list(data.time_stamps.glob("*")) == []


async def test_it_is_asked_again_ever_more_seldom_and_comes_back(data, authority, monkeypatch):
    monkeypatch.setattr(time_stamping, "FIRST_PAUSE_MS", 50)
    asked = []

    async def ill_at_first(query):
        asked.append(time.monotonic())
        if len(asked) < 4:
            return web.Response(status=503)
        return await answering(authority.reply)(query)

    async with asking(data, ill_at_first) as (running, rounds):
        rounds._pause_ms = 50
        await write(running)
        await until(lambda: rounds.report.state is AuthorityState.STAMPED)
        assert running.time_stamps.answering
        assert rounds._pause_ms == 50
    first, *_, last = asked
    assert last - first > 0.3


@pytest.fixture
def case_id(data, monkeypatch):
    with opened(data) as running:
        desk = case_scene.Desk(running, case_scene.seeded_city(running))
        monkeypatch.setattr(case_scene, "a_stored", _stored_in(running))
        case_id = desk.in_review()
        desk.decided(case_id)
    return case_id


def _stored_in(running):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    store = LocalMaterialStore(running.data.materials, running.keys)
    return lambda case_id: store.put(case_id, picture.getvalue())


async def test_a_package_carries_the_stamp_over_its_checkpoint(data, authority, case_id, tmp_path):
    async with asking(data, answering(authority.reply)) as (running, _):
        exporter = Exporter(running)
        await until(lambda: running.time_stamps.answering)
        package = await asyncio.to_thread(exporter.make, case_id, Form.SEALED)
        await asyncio.to_thread(exporter.write, package, tmp_path / "package")
        key = exporter.key.vkey
    folder = tmp_path / "package"
    assert "  proof/timestamp.tsr\n" in (folder / "proof/static-sha256.txt").read_text()
    status = verify(folder).status
    assert status["time_stamp"] == "present, unchecked"
    assert str(status["time_stamp_check"]).startswith("openssl ts -verify -in proof/timestamp.tsr")
    assert authority.verifies(folder / "proof/timestamp.tsr", folder / "proof/checkpoint")
    # The same bytes again, though nobody asks any authority now.
    with opened(data) as running:
        Exporter(running).write(package, tmp_path / "again")
    for name in ("proof/timestamp.tsr", "tagmanifest-sha256.txt"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    assert key


async def test_a_package_does_not_wait_for_an_authority_that_is_away(
    data, case_id, monkeypatch, tmp_path
):
    monkeypatch.setattr(time_stamping, "ASK_S", 0.5)
    async with asking(data, hang) as (running, rounds):
        await until(lambda: rounds.report.state is AuthorityState.UNREACHABLE)
        exporter = Exporter(running)
        package = await asyncio.to_thread(exporter.make, case_id, Form.SEALED)
        sealed = await asyncio.to_thread(exporter.sealed, package)
        assert "proof/timestamp.tsr" not in sealed.files


async def test_a_desk_without_an_authority_asks_nobody(data):
    with opened(data) as running:
        rounds = TimeStamping(
            "", 60, running.log, running.cosigned, running.time_stamps, running.clock,
            data.authority,
        )  # fmt: skip
        await asyncio.wait_for(rounds.run(), 30)
        assert not running.time_stamps.answering
        with contextlib.suppress(FileNotFoundError):
            assert not any(data.time_stamps.iterdir())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "odd"}', json.dumps({"more": 1})])
def test_a_status_that_is_none_tells_nothing(tmp_path, text):
    path = tmp_path / "status.json"
    path.write_text(text)
    assert read_status(path).state is AuthorityState.NOT_ASKED
