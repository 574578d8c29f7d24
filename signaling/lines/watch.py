"""The lines of one call as the desk sees them: what the worker measures and what pages add.

The score is computed here and nowhere else; pages, the store and Prometheus get the same level.
Nothing here is lost that matters: after a restart of the desk the next reports tell it anew.
"""

from dataclasses import dataclass, field, replace

from casework.actions.note_line import NoteLine
from casework.model.call import Seat
from casework.model.line import LineFigures, LineLevel
from casework.policy.line_score import FreezeCount, SteadyLevel, level_of
from casework.worker_link import messages as m
from signaling.lines.metrics import LineMetrics

NOTE_EVERY = 5
"""Reports that are kept together: about ten seconds, which is what a killed desk forgets."""
MOST_FREEZES = 100
"""A page that makes up more than a browser could count in a report is not believed beyond this."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What only the page knows. `up_kbps` is the browser's own estimate of what it could send."""

    freezes: int
    up_kbps: int | None


@dataclass(slots=True)
class _Line:
    steady: SteadyLevel = field(default_factory=SteadyLevel)
    lately: FreezeCount = field(default_factory=FreezeCount)
    freezes: int = 0
    noted: LineLevel | None = None
    figures: list[LineFigures] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measured:
    """`note` is the act that keeps it, when one is due."""

    figures: LineFigures
    level: LineLevel
    note: NoteLine | None


class LineWatch:
    def __init__(self, metrics: LineMetrics | None) -> None:
        self._metrics = metrics
        self._lines: dict[str, _Line] = {}

    def reported(self, leg: str, report: PageReport) -> None:
        """What a page adds waits for the worker's next report of its leg."""
        line = self._lines.setdefault(leg, _Line())
        line.freezes = min(MOST_FREEZES, line.freezes + report.freezes)

    def measured(self, event: m.LegQuality, seat: Seat) -> Measured:
        """A report of the worker."""
        line = self._lines.setdefault(event.leg, _Line())
        figures = LineFigures(
            up_kbps=event.up_kbps,
            down_kbps=event.down_kbps,
            up_loss_permille=event.up_loss_permille,
            down_loss_permille=event.down_loss_permille,
            rtt_ms=event.rtt_ms,
            jitter_ms=event.jitter_ms,
            freezes=line.freezes,
        )
        line.freezes = 0
        lately = replace(figures, freezes=line.lately.take(figures.freezes, event.mono_ms))
        level = line.steady.take(level_of(lately), event.mono_ms)
        if self._metrics is not None:
            self._metrics.observe(seat, figures, level)
        line.figures.append(figures)
        return Measured(figures, level, self._due(event.leg, line, level))

    @staticmethod
    def _due(leg: str, line: _Line, level: LineLevel) -> NoteLine | None:
        if level is line.noted and len(line.figures) < NOTE_EVERY:
            return None
        note = NoteLine(leg, level, tuple(line.figures))
        line.noted = level
        line.figures.clear()
        return note
