"""Following streams."""

from audit.canonical import JsonValue
from signaling.desk import Desk
from signaling.page import Page
from signaling.protocol.client import Ping, ReadSnapshot, Subscribe, Unsubscribe
from signaling.streams import require_stream, state_of

Answer = dict[str, JsonValue]


async def ping(desk: Desk, _page: Page, _message: Ping) -> Answer:
    return {"t_ms": desk.clock.wall_ms()}


async def subscribe(desk: Desk, page: Page, message: Subscribe) -> Answer:
    """All or nothing: one forbidden stream refuses the whole request."""
    for stream in message.streams:
        await desk.store.read(require_stream, page.actor, stream, desk.clock.wall_ms())
    newest = await desk.hub.follow(page, dict(message.streams))
    return {"streams": newest}


async def unsubscribe(desk: Desk, page: Page, message: Unsubscribe) -> Answer:
    desk.hub.unfollow(page, message.streams)
    return {}


async def read_snapshot(desk: Desk, page: Page, message: ReadSnapshot) -> Answer:
    state = await desk.store.read(state_of, page.actor, message.stream, desk.clock.wall_ms())
    return {"stream": message.stream, "seq": state.seq, "data": state.data}
