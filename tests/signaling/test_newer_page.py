"""A page says which of those that sat on the leg it is: an older one never gets the newer's offers."""

import pytest

from casework.actions.join_leg import LegJoined
from casework.model.call import Seat
from scenes.sockets import Refused, Scene
from signaling.page import Page
from signaling.protocol.errors import NewerPage


async def test_an_older_page_whose_socket_is_back_is_refused(scene: Scene):
    window, _hall = await scene.talk()
    await scene.clerk.close()  # a copy of the tab has joined before this one notices
    newer = await scene.desk.page(scene.desk.hall.clerk)
    await newer.follow(scene.stream)
    await scene.join(newer, "microphone", "camera")
    older = await scene.desk.page(scene.desk.hall.clerk)
    heard = len(newer.told)
    with pytest.raises(Refused) as refused:
        await older.ask("leg.attach", call=scene.call, leg=window, incarnation=1)
    assert (refused.value.code, refused.value.slug) == ("S-10", "newer_page")
    with pytest.raises(Refused) as refused:
        await older.ask("leg.restart", leg=window)
    assert refused.value.code == "S-07"
    await newer.ask("leg.restart", leg=window)
    await newer.hears("leg.offer", after=heard)
    told = {one["type"] for one in [*older.told, *newer.told[heard:]]}
    assert "leg.replaced" not in told


async def test_an_older_page_is_refused_by_a_desk_that_has_just_begun(scene: Scene):
    window, _hall = await scene.talk()
    newer = await scene.desk.page(scene.desk.hall.clerk)
    await scene.join(newer, "microphone", "camera")
    await scene.desk.stop()
    await scene.desk.start()
    older = await scene.desk.page(scene.desk.hall.clerk)
    with pytest.raises(Refused) as refused:
        await older.ask("leg.attach", call=scene.call, leg=window, incarnation=1)
    assert refused.value.code == "S-10"
    newer = await scene.desk.page(scene.desk.hall.clerk)
    assert await scene.attach(newer, window) is True


@pytest.mark.parametrize("members", [{}, {"incarnation": 7}])
async def test_a_page_that_nobody_knows_joins_anew(scene: Scene, members):
    """One of before an upgrade does not say who it is."""
    window, _hall = await scene.talk()
    await scene.clerk.close()
    back = await scene.desk.page(scene.desk.hall.clerk)
    answer = await back.ask("leg.attach", call=scene.call, leg=window, **members)
    assert answer["kept"] is False
    assert await scene.join(back, "microphone", "camera") == window
    assert scene.incarnations[window] == 2


async def test_a_page_that_was_overtaken_while_it_joined_is_told_so(scene: Scene):
    window, _hall = await scene.talk()
    await scene.join(scene.clerk, "microphone", "camera")
    slow = Page(scene.desk.hall.clerk, "clerk")
    with pytest.raises(NewerPage):
        await scene.desk.made.rooms.seat(slow, scene.call, LegJoined(window, Seat.WINDOW, 1))
