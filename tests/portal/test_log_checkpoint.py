"""The newest checkpoint with its proof, over HTTP."""

import pytest

from audit import merkle
from audit.note import decode_base64
from portal.log_checkpoint import setup_log_checkpoint
from scenes.shown_log import ORIGIN, ShownLog

PATH = "/api/v1/log/checkpoint"


@pytest.fixture
def shown() -> ShownLog:
    return ShownLog(size=11)


@pytest.fixture
def app(create_app, shown):
    app = create_app()
    setup_log_checkpoint(app, shown)
    return app


async def test_it_extends_the_one_that_was_kept(client, sign_in, shown):
    await sign_in("auditor")
    answer = await client.get(PATH, params={"origin": ORIGIN, "since": "6"})
    said = await answer.json()
    assert said["vkey"] == shown.vkey
    assert said["checkpoint"].encode() == shown.note()
    assert said["cosigned"] is None
    proof = [decode_base64(one) for one in said["proof"]]
    old, new = shown.log.head(6), shown.log.head(11)
    merkle.verify_consistency(6, 11, proof, old.root, new.root)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "asked", [{}, {"since": "6"}, {"origin": "other.example/log", "since": "6"},
              {"origin": ORIGIN, "since": "0"}, {"origin": ORIGIN, "since": "12"}],
)  # fmt: skip
async def test_where_no_proof_begins_there_is_none(client, sign_in, asked):
    await sign_in("auditor")
    answer = await client.get(PATH, params=asked)
    assert answer.status == 200
    assert (await answer.json())["proof"] is None


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "", "٣", "9" * 17])
async def test_what_is_no_size_is_refused(client, sign_in, since):
    await sign_in("auditor")
    answer = await client.get(PATH, params={"origin": ORIGIN, "since": since})
    assert (answer.status, (await answer.json())["code"]) == (422, "K-01")


async def test_a_log_that_cannot_be_read_says_so(client, sign_in, shown):
    shown.readable = False
    await sign_in("auditor")
    answer = await client.get(PATH, params={"origin": ORIGIN, "since": "6"})
    assert (answer.status, (await answer.json())["code"]) == (503, "P-12")


@pytest.mark.parametrize("door", ["clerk", "reviewer", "auditor", "lead", "admin"])
async def test_all_of_staff_may_ask(client, sign_in, door):
    await sign_in(door)
    assert (await client.get(PATH)).status == 200


async def test_nobody_else_may(client, town):
    assert (await client.get(PATH)).status == 401
