"""Media of a page: its leg, offers and answers."""

from audit.canonical import JsonValue
from casework.actions.join_leg import JoinLeg, join_leg
from casework.actions.leave_leg import LeaveLeg, leave_leg
from signaling.desk import Desk
from signaling.lines.loads import PageReport
from signaling.page import Page
from signaling.protocol import client as c

Answer = dict[str, JsonValue]


async def join(desk: Desk, page: Page, message: c.LegJoin) -> Answer:
    """The act first, so that a page that may not join never reaches a worker. `incarnation` is this
    page, of all that sat on the leg.
    """
    joined = await desk.act(page, join_leg, JoinLeg(message.call, tuple(message.sources)))
    await desk.rooms.seat(page, message.call, joined)
    return {"leg": joined.leg_id, "incarnation": joined.incarnation, "seat": joined.seat}


async def attach(desk: Desk, page: Page, message: c.LegAttach) -> Answer:
    """`kept` false = the connection is not alive at the worker, or nobody knows whose: join again."""
    if message.incarnation is None:
        return {"kept": False}
    kept = await desk.rooms.attach(page, message.call, message.leg, message.incarnation)
    return {"kept": kept}


async def answer(desk: Desk, page: Page, message: c.LegAnswer) -> Answer:
    await desk.rooms.answer(page, message.leg, message.number, message.sdp)
    return {}


async def restart(desk: Desk, page: Page, message: c.LegRestart) -> Answer:
    await desk.rooms.restart(page, message.leg)
    return {}


async def report(desk: Desk, page: Page, message: c.LegReport) -> Answer:
    desk.rooms.report(page, message.leg, PageReport(message.freezes, message.up_kbps))
    return {}


async def devices(desk: Desk, page: Page, message: c.LegDevices) -> Answer:
    desk.rooms.devices(page, message.leg, tuple(message.missing), sharing=message.sharing)
    return {}


async def leave(desk: Desk, page: Page, message: c.LegLeave) -> Answer:
    await desk.act(page, leave_leg, LeaveLeg(message.leg))
    desk.rooms.unseat(message.leg)
    return {}
