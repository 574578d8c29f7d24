"""The recording light as each of three pages is told it, and when."""

import time
from dataclasses import dataclass

from outlet_client.agent.line import Line, Message
from playhouse.until import until


@dataclass(frozen=True, slots=True)
class Word:
    """What a page was told at a moment of the monotonic clock."""

    mono_s: float
    ok: bool
    cause: str | None


class Lights:
    """Begins to listen at once; `lines` are those of the pages, by name. `odd` is by page whose
    track shows or says something odd, and what, as it was told last.
    """

    def __init__(self, lines: dict[str, Line]) -> None:
        self.told: dict[str, list[Word]] = {name: [] for name in lines}
        self.odd: dict[str, frozenset[tuple[str, str, str]]] = {}
        for name, line in lines.items():
            line.on("room.health", lambda message, name=name: self._hear(name, message))

    def _hear(self, name: str, message: Message) -> None:
        word = Word(time.monotonic(), bool(message["ok"]), message.get("cause"))
        self.told[name].append(word)
        self.odd[name] = frozenset(
            (one["seat"], one["source"], one["content"])
            for one in message.get("tracks", ())
            if one.get("content")
        )

    @property
    def all_green(self) -> bool:
        return all(told and told[-1].ok for told in self.told.values())

    async def until_green(self, seconds: float) -> None:
        await until(lambda: self.all_green, "green on every page", seconds)

    async def until_red(self, since: float, seconds: float) -> dict[str, Word]:
        """By page the first red word after `since`, once all have one."""

        def first() -> dict[str, Word] | None:
            found = {
                name: next((one for one in told if one.mono_s >= since and not one.ok), None)
                for name, told in self.told.items()
            }
            return found if all(found.values()) else None

        return await until(first, "red on every page", seconds)
