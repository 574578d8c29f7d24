"""What a command of a page may reach."""

from dataclasses import dataclass
from typing import TypeVar

from casework.clock import Clock
from casework.model.actor_key import SigningRule
from casework.store.engine import Store
from casework.store.writer import Action, Writer
from signaling.hub import Hub
from signaling.page import Page
from signaling.rooms.book import RoomBook

C = TypeVar("C")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class DeviceRule:
    """Whether windows' devices sign their requests, and for which log."""

    origin: str = ""
    rule: SigningRule = SigningRule.OFF


@dataclass(frozen=True, slots=True)
class Desk:
    store: Store
    writer: Writer
    clock: Clock
    hub: Hub
    rooms: RoomBook
    devices: DeviceRule

    async def act(self, page: Page, action: Action[C, R], command: C) -> R:
        """Runs an act as the person at the page; raises what the act raises."""
        return await self.writer.run(action, command, actor=page.actor)
