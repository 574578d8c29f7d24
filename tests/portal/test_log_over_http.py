"""The log over HTTP at the desk: what everybody gets, what nobody gets, and who may read entries."""

import asyncio
import os
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

from audit import merkle, tiles
from audit.proof_file import ProofFile
from portal.log_over_http import setup_log_over_http
from portal.public_log import limits
from scenes.public_log import COSIGNED_S, WitnessedLog

MIRROR = {"Authorization": "Bearer a mirror's token"}


@pytest.fixture
def log(tmp_path) -> WitnessedLog:
    made = WitnessedLog(tmp_path / "public")
    made.grow(700)
    return made


@pytest.fixture
def app(create_app, log):
    app = create_app(mirror_token="a mirror's token")
    witnesses = [one.key for one in log.policy.witnesses]
    setup_log_over_http(app, log.folder, log.key.verifying_key, witnesses)
    return app


async def test_checkpoints_are_text_and_asked_for_again(client, log):
    assert (await client.get("/log/checkpoint.cosigned")).status == 404
    log.cosign()
    for path in ("checkpoint", "checkpoint.cosigned"):
        answer = await client.get(f"/log/{path}")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert await answer.read() == (log.folder / path).read_bytes()


def own(log: WitnessedLog) -> str:
    """The address that this log alone has."""
    return f"/log/{log.key.verifying_key.key_id.hex()}"


async def test_every_hash_tile_is_given_and_a_full_one_of_this_log_kept_for_ever(client, log):
    for path in tiles.tile_paths(700):
        for address in (own(log), "/log"):
            answer = await client.get(f"{address}/{path}")
            assert answer.content_type == "application/octet-stream"
            assert await answer.read() == (log.folder / path).read_bytes(), path
            for_ever = address == own(log) and ".p/" not in path
            assert ("immutable" in answer.headers["Cache-Control"]) == for_ever


async def test_no_address_that_a_later_log_will_have_may_be_kept(create_app, tmp_path, log):
    """Two logs after each other at one desk, each with a full tile of the same name."""
    later = WitnessedLog(tmp_path / "later")
    later.grow(300)
    seen: dict[str, bytes] = {}
    for one in (log, later):
        app = create_app()
        setup_log_over_http(app, one.folder, one.key.verifying_key, [])
        async with TestClient(TestServer(app)) as client:
            for address in ("/log", own(log), own(later)):
                for path in ("checkpoint", "tile/0/000", "proof/7.tlog-proof"):
                    answer = await client.get(f"{address}/{path}")
                    if address not in {"/log", own(one)}:
                        assert answer.status == 404
                    elif "max-age" in answer.headers["Cache-Control"]:
                        assert seen.setdefault(f"{address}/{path}", await answer.read())
    assert len(seen) == 2
    assert {url.partition("/tile/")[0] for url in seen} == {own(log), own(later)}


async def test_a_partial_tile_that_is_gone_is_cut_from_the_full_one(client, log):
    answer = await client.get("/log/tile/0/000.p/7")
    assert await answer.read() == (log.folder / "tile/0/000").read_bytes()[: 7 * 32]


async def test_what_lies_beyond_the_checkpoint_is_given_to_nobody(client, log):
    """After a crash it may be written again with other entries."""
    (log.folder / "tile/0/003").write_bytes(bytes(8_192))
    (log.folder / "tile/0/002.p/200").write_bytes(bytes(6_400))
    (log.folder / "tile/entries/002.p/200").write_bytes(b"\0\1x" * 200)
    for path in ("0/003", "0/002.p/200", "0/002.p/189", "0/002", "entries/002.p/200", "3/000"):
        assert (await client.get(f"/log/tile/{path}", headers=MIRROR)).status == 404, path


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/0/x000/000", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256",
     "tile/0/000.p/01", "tile/0/../checkpoint", "tile/0/%2e%2e/%2e%2e/store", "tile/entries/0",
     "lock", "checkpoint/", "tile/64/000", "proof/01.tlog-proof", "proof/-1.tlog-proof"],
)  # fmt: skip
async def test_nothing_else_has_a_name(client, path):
    assert (await client.get(f"/log/{path}", headers=MIRROR)).status == 404


async def test_entries_are_for_auditors_and_for_mirrors(client, sign_in, log):
    url = f"{own(log)}/tile/entries/000"
    assert (await client.get("/log/tile/entries/000")).status == 401
    assert (await client.get(url)).status == 401
    wrong = {"Authorization": "Bearer a mirror's tokem"}
    assert (await client.get(url, headers=wrong)).status == 401
    await sign_in("reviewer")
    assert (await client.get(url)).status == 403
    mirrored = await client.get(url, headers=MIRROR)
    await sign_in("auditor")
    read = await client.get(url)
    for answer in (mirrored, read):
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert tiles.decode_bundle(await answer.read())[:2] == [b"entry 0", b"entry 1"]


async def test_without_a_token_no_header_lets_a_mirror_in(create_app, log, aiohttp_client):
    app = create_app()
    setup_log_over_http(app, log.folder, log.key.verifying_key, [])
    client = await aiohttp_client(app)
    for shown in ("Bearer ", "Bearer", ""):
        answer = await client.get("/log/tile/entries/000", headers={"Authorization": shown})
        assert answer.status == 401


async def test_a_proof_stands_under_what_witnesses_signed_last(client, log):
    log.cosign()
    log.grow(900)
    for index, size in ((0, 700), (699, 700), (700, 900), (899, 900)):
        answer = await client.get(f"/log/proof/{index}.tlog-proof")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{index}.tlog-proof"'
        proof = ProofFile.parse(await answer.read())
        keys = [one.key for one in log.policy.witnesses]
        leaf = merkle.leaf_hash(b"entry %d" % index)
        signed = proof.verify(leaf, log.key.verifying_key, keys)
        assert (signed.head.size, len(signed.cosignatures)) == (size, 2 if size == 700 else 0)


async def refusal(client, path):
    answer = await client.get(path, headers={"Accept": "application/json"})
    problem = await answer.json()
    return answer.status, problem["slug"], problem["details"]


async def test_an_index_that_is_not_there_yet(client, log):
    os.utime(log.folder / "checkpoint", (COSIGNED_S, COSIGNED_S))
    found = await refusal(client, "/log/proof/700.tlog-proof")
    as_of = datetime.fromtimestamp(COSIGNED_S, UTC).isoformat()
    assert found == (404, "not_in_log", {"index": 700, "size": 700, "as_of": as_of})


async def test_a_log_behind_its_cosignatures_proves_nothing(client, log):
    before = (log.folder / "checkpoint").read_bytes()
    log.grow(800)
    log.cosign()
    (log.folder / "checkpoint").write_bytes(before)
    found = await refusal(client, "/log/proof/3.tlog-proof")
    assert found == (503, "log_behind_witnesses", {"size": 700, "cosigned": 800})


async def test_a_log_that_somebody_else_signed_is_not_shown(client, log):
    other = WitnessedLog(log.folder.parent / "other")
    other.grow(700)
    (log.folder / "checkpoint").write_bytes((other.folder / "checkpoint").read_bytes())
    for path in ("checkpoint", "tile/0/000", "proof/3.tlog-proof"):
        assert (await refusal(client, f"/log/{path}"))[:2] == (503, "log_unreadable")
    assert (await client.get("/log/tile/0/000")).headers.get("Cache-Control") == "no-store"


async def test_tiles_that_are_cut_prove_nothing(client, log):
    (log.folder / "tile/0/000").write_bytes(bytes(31))
    assert (await refusal(client, "/log/proof/3.tlog-proof"))[1] == "log_unreadable"


async def test_whoever_asks_too_often_is_told_so(client, monkeypatch):
    asked = [client.get("/log/proof/1.tlog-proof") for _ in range(limits.PROOFS_PER_MINUTE + 5)]
    statuses = [answer.status for answer in await asyncio.gather(*asked)]
    assert statuses.count(200) >= limits.PROOFS_PER_MINUTE
    assert 429 in statuses


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_page_is_one_for_everybody_and_says_nothing_of_anybody(client, log, language):
    answer = await client.get(f"/receipt?lang={language}")
    text = await answer.text()
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    assert "Set-Cookie" not in answer.headers
    assert all(key.name in text for key in log.witnesses)
    assert text == await (await client.get(f"/receipt?lang={language}")).text()
