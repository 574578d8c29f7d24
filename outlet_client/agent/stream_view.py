"""One followed stream as it stands: a snapshot and the merge patches that came after it."""

import asyncio
from collections.abc import Callable
from typing import Any

from casework.model.merge_patch import merge


class StreamView:
    """`data` is the present state, `seq` the number it belongs to. Changed only by its Line."""

    def __init__(self, stream: str, seq: int, data: dict[str, Any]) -> None:
        self.stream = stream
        self.seq = seq
        self.data = data
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after every change; it must not raise."""
        self._listeners.append(listener)

    def take(self, seq: int, patch: dict[str, Any]) -> bool:
        """Applies event `seq`. False when events are missing before it: a snapshot is needed."""
        if seq <= self.seq:
            return True
        if seq != self.seq + 1:
            return False
        self._set(seq, merge(self.data, patch))
        return True

    def replace(self, seq: int, data: dict[str, Any]) -> None:
        """Begins anew from a snapshot that is not older than what is known."""
        if seq >= self.seq:
            self._set(seq, data)

    async def until(
        self, condition: Callable[[dict[str, Any]], object], what: str, seconds: float
    ) -> dict[str, Any]:
        """The state as soon as `condition` is true of it. Raises TimeoutError, naming `what`."""
        try:
            async with asyncio.timeout(seconds):
                while not condition(self.data):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{self.stream.partition(':')[0]}: {what}") from None
        return self.data

    def _set(self, seq: int, data: dict[str, Any]) -> None:
        self.seq, self.data = seq, data
        self._changed.set()
        for listener in self._listeners:
            listener()
