"""Who is told what, and how often it is put into words."""

from collections.abc import AsyncIterator

import pytest

from casework.actor import Actor, Role
from casework.bus.memory import MemoryBus
from scenes.kernel import Kernel
from signaling import hub as hub_module
from signaling.hub import Hub
from signaling.page import Page
from signaling.protocol.server import RoomState

TOLD = RoomState(call="A", state="open")


@pytest.fixture
async def hub(k: Kernel) -> AsyncIterator[Hub]:
    made = Hub(k.store, MemoryBus())
    yield made
    await made.close()


@pytest.fixture
async def pages(hub: Hub) -> list[Page]:
    made = [Page(Actor(f"{role}-1", role), role) for role in (Role.CLERK, Role.REVIEWER)]
    for page in made:
        hub.add(page)
        await hub.follow(page, {"call:A": 0, "hall": 0})
    return made


async def test_what_two_pages_are_told_is_put_into_words_once(hub, pages, monkeypatch):
    made = []
    text_of = hub_module.text_of
    monkeypatch.setattr(hub_module, "text_of", lambda one: made.append(one) or text_of(one))
    hub.tell("call:A", TOLD)
    hub.tell("call:B", TOLD)
    assert [await page.next_text() for page in pages] == 2 * [text_of(TOLD)]
    assert made == [TOLD]


async def test_who_left_a_stream_or_the_desk_is_told_nothing(hub, pages):
    clerk, reviewer = pages
    assert hub.followed == 4
    hub.unfollow(clerk, ["call:A", "call:B"])
    assert (hub.followers("call:A"), hub.followers("hall")) == ([reviewer], [clerk, reviewer])
    hub.remove(reviewer)
    assert (hub.followers("call:A"), hub.followers("hall"), hub.followed) == ([], [clerk], 1)
    await hub.follow(clerk, {"hall": 0})
    assert hub.followed == 1, "a stream that is followed already begins again"
