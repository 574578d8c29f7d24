"""The window knows whether its citizen screen answers, in a call or not."""

from casework.actor import Actor, Role
from outlet_client.screen_presence import ScreenHere
from signaling.page import Page


def screen_page(window: str) -> Page:
    return Page(Actor("screen-1", Role.CITIZEN, None, "outlet", window), "citizen")


async def here(clerk) -> bool:
    return (await clerk.get("/api/v1/window/screen"))[1]["here"]


async def test_a_screen_that_comes_falls_silent_and_goes_is_told(clerk, told, city):
    window = city.windows["bank/1"]
    assert not await here(clerk)
    page = screen_page(window)
    told.open_pages.append(page)
    told.changed()
    assert told.messages[-1] == (f"window:{window}", ScreenHere(window=window, here=True))
    assert await here(clerk)
    page.here = False  # no pong for some seconds
    told.changed()
    assert told.messages[-1] == (f"window:{window}", ScreenHere(window=window, here=False))
    assert not await here(clerk)
    page.here = True
    told.changed()
    told.open_pages.clear()
    told.changed()
    assert [message.here for _, message in told.messages] == [True, False, True, False]


async def test_only_a_change_is_told_and_only_of_screens(clerk, told, city):
    window = city.windows["bank/1"]
    told.open_pages.append(Page(city.actors["clerk1"], "clerk"))
    told.changed()
    assert told.messages == []
    told.open_pages += [screen_page(window), screen_page(window)]
    told.changed()
    told.changed()
    assert len(told.messages) == 1
    told.open_pages.pop()  # a second tab of the screen is closed
    told.changed()
    assert len(told.messages) == 1
    assert await here(clerk)
