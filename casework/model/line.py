"""A leg's line: what is measured of it, how good that is, and what was lowered because of it."""

from dataclasses import dataclass
from enum import StrEnum


class LineLevel(StrEnum):
    """How good a line is for the people who talk over it, best first (好, 一般, 较差, 很差)."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    BAD = "bad"

    @property
    def rank(self) -> int:
        """0 is the best."""
        return tuple(LineLevel).index(self)


class Rung(StrEnum):
    """What one direction of a leg carries, from everything downwards (media.md, degradation).

    `audio_first` pauses the moving picture so that speech gets through, `stills` sends a picture
    every few seconds instead, and at `telephone` both screens show the hall's number: speech itself
    does not get through well. Nothing ends by itself; the rungs below still carry what they can.
    """

    FULL = "full"
    LOWER_VIDEO = "lower_video"
    AUDIO_FIRST = "audio_first"
    STILLS = "stills"
    TELEPHONE = "telephone"

    @property
    def rank(self) -> int:
        """0 is the highest."""
        return tuple(Rung).index(self)

    @property
    def moves(self) -> bool:
        """Whether the picture is a moving one: only then somebody is seen live."""
        return self in {Rung.FULL, Rung.LOWER_VIDEO}


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One report, of about two seconds. Rates in kbit/s, loss in thousandths, as seen from the
    leg: up is what it sends. `jitter_ms` is None while it sends nothing, `rtt_ms` before the first
    round trip. `freezes` are those its page saw in the pictures it gets.
    """

    up_kbps: int
    down_kbps: int
    up_loss_permille: int
    down_loss_permille: int
    rtt_ms: int | None
    jitter_ms: int | None
    freezes: int = 0
