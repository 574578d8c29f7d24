"""`GET /healthz` of the gateway: whether the log can be read, how large it is, and as of when."""

from casework.clock import Clock
from portal.public_log.files import LogFiles

KEPT_MS = 1_000
"""A checkpoint is read and verified once in this time, however many ask."""


class Health:
    def __init__(self, files: LogFiles, clock: Clock) -> None:
        self._files, self._clock = files, clock
        self._kept: tuple[int, dict[str, str | int]] | None = None

    def now(self) -> dict[str, str | int]:
        """Raises LogUnreadable, which is not kept: what heals is seen at once."""
        now = self._clock.mono_ms()
        if self._kept is None or now - self._kept[0] >= KEPT_MS:
            size = self._files.published().head.size
            self._kept = now, {"status": "ok", "size": size, "as_of": self._files.as_of()}
        return self._kept[1]
