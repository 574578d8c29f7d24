"""The socket itself: who comes in, what is refused, and that nobody disturbs anybody else."""

import asyncio
import json

import pytest
from aiohttp import WSMsgType
from sqlalchemy import update

from casework.actor import SYSTEM
from casework.errors import DomainError
from casework.store.schema_case import cases
from portal.error_table import ERROR_TABLE
from scenes.sockets import DeskUnderTest, Refused, Scene, until
from signaling import line as line_module
from signaling.page import MAX_WAITING_BYTES, Page
from signaling.protocol.base import MAX_MESSAGE_BYTES
from signaling.protocol.parse import TYPES
from signaling.protocol.server import Bye
from signaling.rate import Bucket
from signaling.socket import MOST_LINES


@pytest.mark.parametrize(
    ("actor", "door", "close"),
    [
        ("nobody", "clerk", 4401),
        ("clerk", "reviewer", 4403),
        ("clerk", "citizen", 4403),
        ("screen", "clerk", 4403),
    ],
)
async def test_a_refused_handshake_is_told_why(desk: DeskUnderTest, actor, door, close):
    ids = {"clerk": desk.hall.clerk.id, "screen": desk.hall.screen.id, "nobody": "x"}
    socket = await desk.client.ws_connect(f"/ws/{door}", headers={"X-Actor": ids[actor]})
    frame = json.loads((await socket.receive()).data)
    assert frame["type"] == "error"
    assert frame["code"] in {"P-01", "P-02"}
    assert (await socket.receive()).type is WSMsgType.CLOSE
    assert socket.close_code == close


async def test_one_person_has_so_many_sockets_and_no_more(desk: DeskUnderTest):
    pages = [await desk.page(desk.hall.clerk) for _ in range(MOST_LINES)]
    headers = {"X-Actor": desk.hall.clerk.id}
    socket = await desk.client.ws_connect("/ws/clerk", headers=headers)
    frame = json.loads((await socket.receive()).data)
    assert frame["code"] == "P-06"
    await socket.receive()
    assert socket.close_code == 1013, "not final: the page may come back"
    assert await (await desk.page(desk.hall.screen)).ask("ping"), "others are not in the way"
    await pages[0].socket.close()

    async def admitted():
        again = await desk.client.ws_connect("/ws/clerk", headers=headers)
        await again.send_str('{"type": "ping", "id": 1}')
        return json.loads((await again.receive()).data)["type"] == "ok"

    async with asyncio.timeout(30):
        while not await admitted():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "S-01"),
        ("{", "S-01"),
        ("[]", "S-01"),
        ("null", "S-01"),
        ("[" * 5_000, "S-01"),
        ('{"id": 1}', "S-02"),
        ('{"type": 7, "id": 1}', "S-02"),
        ('{"type": "no.such", "id": 1}', "S-02"),
        ('{"type": "ping", "id": -1}', "S-01"),
        ('{"type": "ping", "id": 1, "more": 1}', "S-01"),
        ('{"type": "call.end", "id": 1}', "S-01"),
        ('{"type": "call.end", "id": 1, "call": "a b"}', "S-01"),
        ('{"type": "subscribe", "id": 1, "streams": {"HALL": 0}}', "S-01"),
        ('{"type": "subscribe", "id": 1, "streams": {}}', "S-01"),
        ('{"type": "call.hold", "id": 1, "call": "c", "on": 1e400}', "S-01"),
        ('{"type": "subscribe", "id": 1, "streams": {"nothing:x": 0}}', "S-05"),
        ('{"type": "snapshot", "id": 1, "stream": "call:none"}', "S-05"),
        ('{"type": "call.close", "id": 1, "call": "c", "topic": "\\ud800"}', "S-01"),
    ],
)
async def test_bad_messages_are_refused_and_the_page_goes_on(desk: DeskUnderTest, text, code):
    party = await desk.page(desk.hall.clerk)
    await party.socket.send_str(text)
    assert (await party.hears("error"))["code"] == code
    assert (await party.ask("ping"))["t_ms"]


async def test_bytes_are_no_message(desk: DeskUnderTest):
    party = await desk.page(desk.hall.clerk)
    await party.socket.send_bytes(b"\x00\xff")
    assert (await party.hears("error"))["details"]["reason"] == "binary"
    await party.ask("ping")


async def test_a_message_that_is_too_large_ends_only_its_own_socket(scene: Scene):
    await scene.talk()
    await scene.citizen.socket.send_str("x" * (MAX_MESSAGE_BYTES + 1))
    await until(lambda: scene.citizen.close_code == 1009)
    assert (await scene.clerk.snapshot(scene.stream))["state"] == "active"


async def test_a_page_that_shouts_is_refused_and_then_sent_away(scene: Scene):
    await scene.talk()
    for number in range(400):
        if scene.citizen.socket.closed:
            break
        await scene.citizen.socket.send_str(json.dumps({"type": "ping", "id": number}))
    await until(lambda: scene.citizen.close_code == 4408)
    codes = [one["code"] for one in scene.citizen.told if one["type"] == "error"]
    assert set(codes) <= {"S-03"}
    assert (await scene.clerk.snapshot(scene.stream))["state"] == "active"


ROLES = {
    "reviewer": ["call.hold", "call.recheck"],
    "clerk": ["call.add_person", "call.attach_case", "screen.code", "screen.revoke"],
    "citizen": ["notice.answer"],
}
SAMPLE = {
    "call": "01JD00000000000000000000CA",
    "on": True,
    "name_confirmed": True,
    "question": "?",
    "question_answered": True,
    "kind": "agent",
    "case": "01JD00000000000000000000CS",
    "person": "p",
    "answer": "agreed",
    "notice": "n",
    "sha256": "0" * 64,
}


@pytest.mark.parametrize("role", ROLES)
async def test_every_door_sends_only_what_is_its_own(desk: DeskUnderTest, role):
    actors = {
        "reviewer": desk.hall.reviewers[0],
        "clerk": desk.hall.clerk,
        "citizen": desk.hall.screen,
        "lead": desk.hall.lead,
    }
    for other in actors.keys() - {role}:
        party = await desk.page(actors[other])
        for type_ in ROLES[role]:
            members = {
                name: SAMPLE[name]
                for name, field in TYPES[type_].model_fields.items()
                if field.is_required()
            }
            answer = await party.ask_raw(type_, **members)
            assert answer["code"] == "S-04", (other, type_)


async def test_strangers_learn_nothing_of_a_call(scene: Scene):
    await scene.talk()
    desk = scene.desk
    for actor in (desk.hall.tablet_clerk, desk.hall.tablet_screen, desk.hall.reviewers[1]):
        party = await desk.page(actor)
        for type_, members in (
            ("snapshot", {"stream": scene.stream}),
            ("subscribe", {"streams": {scene.stream: 0}}),
            ("leg.join", {"call": scene.call, "sources": []}),
            ("call.end", {"call": scene.call}),
            ("mark.record", {"call": scene.call, "kind": "material"}),
        ):
            answer = await party.ask_raw(type_, **members)
            assert answer["type"] == "error", (actor.role, type_)
            assert answer["code"] in {"S-04", "S-05", "L-02", "K-03"}
        assert not any(one["type"] == "event" for one in party.told)
    assert (await scene.clerk.snapshot(scene.stream))["state"] == "active"


@pytest.mark.parametrize(
    ("who", "stream", "allowed"),
    [
        ("clerk", "hall", True),
        ("screen", "hall", False),
        ("clerk", "queue", False),
        ("reviewer", "queue", True),
        ("clerk", "window:{window}", True),
        ("screen", "window:{window}", True),
        ("tablet_clerk", "window:{window}", False),
        ("reviewer", "staff:{reviewer}", True),
        ("reviewer2", "staff:{reviewer}", False),
        ("lead", "staff:{reviewer}", True),
        ("clerk", "case:{case}", True),
        ("screen", "case:{case}", True),
        ("tablet_screen", "case:{case}", False),
        ("reviewer", "case:{case}", True),
        ("clerk", "outlet:{outlet}", True),
        ("reviewer", "outlet:{outlet}", False),
        ("reviewer", "pool:unemployment", True),
        ("reviewer", "pool:other", False),
        ("lead", "pool:other", True),
        ("clerk", "hall:x", False),
    ],
)
async def test_streams_are_followed_by_those_they_are_for(
    desk: DeskUnderTest, who, stream, allowed
):
    hall = desk.hall
    actors = {
        "clerk": hall.clerk,
        "tablet_clerk": hall.tablet_clerk,
        "screen": hall.screen,
        "tablet_screen": hall.tablet_screen,
        "reviewer": hall.reviewers[0],
        "reviewer2": hall.reviewers[1],
        "lead": hall.lead,
    }
    name = stream.format(
        window=hall.window,
        reviewer=hall.reviewers[0].id,
        case=hall.case_id,
        outlet=hall.outlet,
    )
    party = await desk.page(actors[who])
    answer = await party.ask_raw("subscribe", streams={name: 0})
    assert answer["type"] == ("ok" if allowed else "error")
    if not allowed:
        assert answer["code"] == "S-05"


async def test_a_reviewer_does_not_follow_what_was_never_accepted(desk: DeskUnderTest):
    def back_to_draft(tx, _command) -> None:
        tx.conn.execute(update(cases).values(state="draft", accepted_at_ms=None))

    party = await desk.page(desk.hall.reviewers[0])
    await party.snapshot(f"case:{desk.hall.case_id}")
    desk.k.writer.run_sync(back_to_draft, None, actor=SYSTEM)
    with pytest.raises(Refused) as refused:
        await party.snapshot(f"case:{desk.hall.case_id}")
    assert refused.value.code == "S-05"


async def test_a_page_follows_at_most_so_many_streams(desk: DeskUnderTest):
    party = await desk.page(desk.hall.lead)
    for number in range(4):
        streams = {f"pool:g{number}-{one}": 0 for one in range(8)}
        await party.ask("subscribe", streams=streams)
    with pytest.raises(Refused) as refused:
        await party.ask("subscribe", streams={"hall": 0})
    assert refused.value.code == "S-06"
    await party.ask("unsubscribe", streams=["pool:g0-0"])
    await party.ask("subscribe", streams={"hall": 0})


async def test_one_forbidden_stream_refuses_all(desk: DeskUnderTest):
    party = await desk.page(desk.hall.clerk)
    with pytest.raises(Refused):
        await party.ask("subscribe", streams={"hall": 0, "queue": 0})
    assert desk.made.hub.followers("hall") == []


async def test_signing_out_closes_the_socket(desk: DeskUnderTest, monkeypatch):
    monkeypatch.setattr(line_module, "CHECK_SIGN_IN_S", 0.05)
    party = await desk.page(desk.hall.clerk)
    await party.ask("ping")
    desk.auth.signed_out.add(desk.hall.clerk.id)
    await until(lambda: party.close_code == 4401)
    assert party.told[-1] == {"type": "bye", "reason": "signed_out"}


async def test_a_silent_page_counts_as_gone_and_is_heard_again(desk: DeskUnderTest, monkeypatch):
    """A page that neither speaks nor answers pings, as one whose process was stopped."""
    socket = await desk.client.session.ws_connect(
        desk.client.make_url("/ws/reviewer"),
        headers={"X-Actor": desk.hall.reviewers[0].id},
        autoping=False,
    )
    await socket.send_str('{"type": "presence.set", "id": 1, "state": "free"}')
    lead = await desk.page(desk.hall.lead)
    await lead.sees("hall", free=1)
    begun = asyncio.get_running_loop().time()
    pages = [page for page in desk.made.hub.pages() if page.actor.id == desk.hall.reviewers[0].id]
    await until(lambda: not pages[0].here)
    assert asyncio.get_running_loop().time() - begun < 3.0
    await lead.sees("hall", free=0)
    await socket.send_str('{"type": "ping", "id": 2}')
    await until(lambda: pages[0].here)
    await lead.sees("hall", free=1)
    await socket.close()


async def test_a_page_that_does_not_read_is_let_go(desk: DeskUnderTest):
    page = Page(desk.hall.clerk, "clerk")
    page.send_text("x" * (MAX_WAITING_BYTES // 2))
    page.send_text("y")
    assert await page.next_text() is not None
    page.send_text("x" * MAX_WAITING_BYTES)
    assert page.bye == Bye(reason="too_slow")
    page.send_text("never")
    assert await page.next_text() is None


def test_the_bucket_refills():
    bucket = Bucket(10, 2, 0.0)
    assert [bucket.take(0.0) for _ in range(3)] == [True, True, False]
    assert bucket.take(0.1)
    assert not bucket.take(0.1)


def test_every_code_of_the_program_has_words():
    missing = {
        code
        for code in DomainError.known()
        if code not in ERROR_TABLE and not code.startswith(("T-", "X-"))
    }
    assert not {code for code in missing if code[0] in "SL"}
