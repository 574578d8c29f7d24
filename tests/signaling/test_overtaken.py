"""What a worker told before its answer may be read after it: of an older page, offer or room."""

import pytest

from casework.store.reading import entries_of
from casework.worker_link import messages as m
from scenes.fake_worker import OFFER_SDP, FakeWorker
from scenes.sockets import Party, Refused, Scene, until


@pytest.fixture
async def newer(scene: Scene) -> Party:
    """The newer page of the window, which has got its offer."""
    await scene.talk()
    page = await scene.desk.page(scene.desk.hall.clerk)
    await page.follow(scene.stream)
    await page.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
    await page.hears("leg.offer")
    return page


def window_of(scene: Scene) -> str:
    return next(
        spec.leg
        for spec in scene.desk.worker.rooms[scene.call].legs.values()
        if spec.site == "counter"
    )


def offers(page: Party, after: int = 0) -> list[int]:
    return [one["number"] for one in page.told[after:] if one["type"] == "leg.offer"]


def entry_types(scene: Scene) -> list[str]:
    with scene.desk.k.store.reading() as conn:
        return [entry.type for entry in entries_of(conn, scene.stream)]


async def test_the_end_of_the_page_before_is_not_that_of_the_newer(scene: Scene, newer: Party):
    window = window_of(scene)
    await scene.desk.worker.leg_is(scene.call, window, "closed", "left", incarnation=1)
    await scene.answer(newer)
    state = await newer.sees(scene.stream, state="active", recheck_due=True)
    assert state["legs"][window]["state"] == "connected"
    assert "desk.leg.closed" not in entry_types(scene)


async def test_what_is_told_of_the_page_before_does_not_reach_the_newer(scene: Scene, newer: Party):
    worker, window = scene.desk.worker, window_of(scene)
    members = {"call": scene.call, "leg": window, "incarnation": 1}
    [number] = offers(newer)
    # Its numbers may be greater: they begin anew where the leg was closed in between.
    for older in (number - 1, number + 5):
        offer = m.Offer(number=older, sdp=OFFER_SDP)
        await worker.tell(m.Reoffer(offer=offer, **members))
    stream = m.Stream(mid="d7", source_leg="x", site="hall", source="camera", kind="video")
    await worker.tell(m.Streams(streams=[stream], **members))
    await newer.ask("ping")
    assert offers(newer) == [number]
    assert not [one for one in newer.told if one["type"] == "leg.streams"]


async def test_an_offer_that_a_newer_one_overtook_is_passed_over(scene: Scene):
    window, _hall = await scene.talk()
    worker, clerk, heard = scene.desk.worker, scene.clerk, len(scene.clerk.told)
    await clerk.ask("leg.restart", leg=window)
    newest = (await clerk.hears("leg.offer", after=heard))["number"]
    older = m.Offer(number=newest - 1, sdp=OFFER_SDP)
    await worker.tell(m.Reoffer(call=scene.call, leg=window, incarnation=1, offer=older))
    await clerk.ask("ping")
    assert offers(clerk, heard) == [newest]
    with pytest.raises(Refused) as refused:
        await clerk.ask("leg.answer", leg=window, number=older.number, sdp="v=0")
    assert refused.value.slug == "stale_answer"
    await clerk.ask("leg.answer", leg=window, number=newest, sdp="v=0")
    assert [number for leg, number, _ in worker.answers if leg == window][1:] == [newest]


async def test_a_worker_that_lost_the_room_has_no_say_about_its_legs(scene: Scene):
    window, hall = await scene.talk()
    first, second = scene.desk.worker, FakeWorker("worker-2", scene.desk.files)
    await second.connect(scene.desk.made.rooms)
    heard = (len(scene.clerk.told), len(scene.reviewer.told))
    await first.cut()
    await until(lambda: scene.call in second.rooms)
    await scene.answer(scene.clerk, heard[0])
    await scene.answer(scene.reviewer, heard[1])
    await scene.clerk.sees(scene.stream, state="active")
    # It is told to drop what it still holds, and says of every leg that it has closed it.
    await first.connect(scene.desk.made.rooms)
    await until(lambda: scene.call not in first.rooms)
    await first.leg_is(scene.call, window, "closed", "room_closed")
    await second.leg_is(scene.call, hall, "gone")
    state = await scene.clerk.sees(scene.stream, state="interrupted")
    states = {leg: one["state"] for leg, one in state["legs"].items()}
    assert states == {window: "connected", hall: "gone"}
