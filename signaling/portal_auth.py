"""The shell's sessions as the socket's door-keeper."""

from aiohttp import web

from casework.actor import Actor
from casework.errors import DomainError, NotFound
from portal.access import admit
from portal.doors import Door
from portal.errors import WindowNotChosen


class PortalAuth:
    """Each door has its own cookie, so one browser may hold a socket for each."""

    async def admit(self, request: web.Request, door: str) -> Actor:
        """Raises NotFound, NotSignedIn, WrongDoor or WindowNotChosen; the shell logs refusals."""
        try:
            wanted = Door(door)
        except ValueError:
            raise NotFound("no such door") from None
        actor = (await admit(request, (wanted,))).actor
        if wanted is Door.CLERK and actor.window is None:
            raise WindowNotChosen
        return actor

    async def still_admitted(self, request: web.Request, door: str, actor: Actor) -> bool:
        try:
            return await self.admit(request, door) == actor
        except DomainError:
            return False
