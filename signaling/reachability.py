"""Writes down which staff have a page that is heard, so that nobody is rung who cannot hear it."""

import asyncio

import structlog

from casework.actions.set_reachable import SetReachable, set_reachable
from casework.actor import SYSTEM, Actor, Role
from casework.errors import DomainError
from casework.store.writer import Writer
from signaling.hub import Hub

log = structlog.get_logger(component="reachability")

GRACE_S = 2.0
"""A page that is reloaded is back before this."""
_STAFF = frozenset({Role.CLERK, Role.REVIEWER})


class Reachability:
    """Run `run()` as a task of the desk."""

    def __init__(self, hub: Hub, writer: Writer) -> None:
        self._hub = hub
        self._writer = writer
        self._written: dict[str, Actor] = {}
        self._changed = asyncio.Event()
        hub.on_change(self._changed.set)

    async def run(self) -> None:
        """Begins with nobody: whoever is there has a socket, and says so at once."""
        await self._write(None, reachable=False)
        while True:
            self._changed.clear()
            here = self._here()
            gone = self._written.keys() - here.keys()
            for staff in here.keys() - self._written.keys():
                if await self._write(here[staff], reachable=True):
                    self._written[staff] = here[staff]
            try:
                async with asyncio.timeout(GRACE_S if gone else None):
                    await self._changed.wait()
            except TimeoutError:
                for staff in gone - self._here().keys():
                    if await self._write(self._written[staff], reachable=False):
                        del self._written[staff]

    def _here(self) -> dict[str, Actor]:
        return {
            page.actor.id: page.actor
            for page in self._hub.pages()
            if page.here and page.actor.role in _STAFF
        }

    async def _write(self, staff: Actor | None, *, reachable: bool) -> bool:
        try:
            await self._writer.run(set_reachable, SetReachable(staff, reachable), actor=SYSTEM)
        except DomainError as error:
            log.warning("not_written", code=error.code)
            return False
        return True
