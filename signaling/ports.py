"""What the socket needs from the shell around it."""

from typing import Protocol

from aiohttp import web

from casework.actor import Actor


class SocketAuth(Protocol):
    """Who is at the other end of a handshake, and whether they still may be."""

    async def admit(self, request: web.Request, door: str) -> Actor:
        """Raises DomainError: no such door, not signed in, or signed in at another door."""

    async def still_admitted(self, request: web.Request, door: str, actor: Actor) -> bool:
        """Whether the handshake would still admit this very actor, at the same window: signing out
        closes open sockets too, and so does moving to another window.
        """
