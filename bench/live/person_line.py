"""A person's way to the node: one for pages and sockets, one for media, both can be cut."""

import contextlib
from collections.abc import AsyncIterator, Collection

from bench.lines.line import Conditions
from bench.lines.proxy import Proxy
from bench.lines.tcp import TcpLine
from bench.live.node import LiveNode

_THROUGH_THE_LINE = """
{
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  const relay = /(a=candidate:\\S+ \\d+ udp \\d+) \\S+ \\d+ /gi;
  RTCPeerConnection.prototype.setRemoteDescription = function (offer) {
    return set.call(this, { type: offer.type, sdp: offer.sdp.replace(relay, "$1 %s %d ") });
  };
}
"""


class PersonLine:
    """`url` is where this person finds the node. `media` and `pages` can be cut on their own."""

    def __init__(self, media: Proxy, pages: TcpLine) -> None:
        self.media = media
        self.pages = pages

    @property
    def url(self) -> str:
        return f"http://localhost:{self.pages.port}"

    @property
    def script(self) -> str:
        """For every page of the person: puts the line in the relay's place in what is offered."""
        return _THROUGH_THE_LINE % self.media.address

    def cut(self) -> None:
        self.media.cut()
        self.pages.dark = True

    def mend(self) -> None:
        self.media.mend()
        self.pages.dark = False


@contextlib.asynccontextmanager
async def person_lines(
    node: LiveNode,
    stations: Collection[int],
    up: Conditions | None = None,
    down: Conditions | None = None,
) -> AsyncIterator[dict[int, PersonLine]]:
    """A line for each station to a node that runs; good ones where no conditions are given."""
    good = Conditions()
    lines: dict[int, PersonLine] = {}
    try:
        for station in stations:
            media = Proxy(("127.0.0.1", node.media_port), up or good, down or good, station)
            pages = TcpLine(("127.0.0.1", node.port))
            lines[station] = PersonLine(media, pages)
            await pages.start()
        yield lines
    finally:
        for line in lines.values():
            line.media.close()
            await line.pages.close()
