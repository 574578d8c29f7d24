"""The one score of a line, in four levels: from figures to a word that does not flap.

A level needs a bound of any one figure to be reached. Loss: below 3 % Opus' in-band FEC and a resend
hide it; 10 % and 15 % are the grades of the HMCTS video hearings. Round trip: ITU-T G.114 calls
150 ms one way good and 400 ms unacceptable; beyond a second people talk into each other. Jitter
beyond 40 ms grows the players' buffers. Freezes count over ten seconds.
"""

from collections import deque
from dataclasses import dataclass

from casework.model.line import LineFigures, LineLevel, Rung

FALL_MS = 4_000
RISE_MS = 10_000
FREEZES_OVER_MS = 10_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Reaching one of these makes the level, or a worse one."""

    loss_permille: int
    rtt_ms: int
    jitter_ms: int
    freezes: int


BOUNDS: tuple[tuple[LineLevel, Bounds], ...] = (
    (LineLevel.BAD, Bounds(150, 1_000, 250, 10)),
    (LineLevel.POOR, Bounds(100, 500, 100, 3)),
    (LineLevel.FAIR, Bounds(30, 250, 40, 1)),
)

IMPLIED: dict[Rung, LineLevel] = {
    Rung.FULL: LineLevel.GOOD,
    Rung.LOWER_VIDEO: LineLevel.FAIR,
    Rung.AUDIO_FIRST: LineLevel.POOR,
    Rung.STILLS: LineLevel.BAD,
    Rung.TELEPHONE: LineLevel.BAD,
}
"""A line that was relieved measures well again; it is no better for that."""


def level_of(figures: LineFigures, rung: Rung = Rung.FULL) -> LineLevel:
    """The level these figures ask for; `rung` is the lowest that the line has forced."""
    measured = next((level for level, bounds in BOUNDS if _reaches(figures, bounds)), None)
    return max(measured or LineLevel.GOOD, IMPLIED[rung], key=lambda level: level.rank)


def _reaches(figures: LineFigures, bounds: Bounds) -> bool:
    return (
        max(figures.up_loss_permille, figures.down_loss_permille) >= bounds.loss_permille
        or (figures.rtt_ms or 0) >= bounds.rtt_ms
        or (figures.jitter_ms or 0) >= bounds.jitter_ms
        or figures.freezes >= bounds.freezes
    )


class SteadyLevel:
    """A level that falls when everything within `FALL_MS` was worse, and rises when everything
    within `RISE_MS` was better: to the mildest change that was measured in that time.
    """

    def __init__(self) -> None:
        self.level: LineLevel | None = None
        self._since_ms = 0
        self._toward: LineLevel | None = None

    def take(self, measured: LineLevel, now_ms: int) -> LineLevel:
        """Takes what was measured now; the level that holds."""
        level = self.level
        if level is None or measured is level:
            self._toward = None
            self.level = measured
            return measured
        worse = measured.rank > level.rank
        toward = self._toward
        if toward is None or (toward.rank > level.rank) is not worse:
            self._toward, self._since_ms = measured, now_ms
            return level
        nearest = min if worse else max
        self._toward = nearest(toward, measured, key=lambda one: one.rank)
        if now_ms - self._since_ms >= (FALL_MS if worse else RISE_MS):
            self.level, self._toward = self._toward, None
        return self.level or measured


class FreezeCount:
    """Freezes of the last ten seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, int]] = deque()

    def take(self, freezes: int, now_ms: int) -> int:
        """Adds those of one report; how many there were lately."""
        self._seen.append((now_ms, freezes))
        while now_ms - self._seen[0][0] > FREEZES_OVER_MS:
            self._seen.popleft()
        return sum(count for _, count in self._seen)
