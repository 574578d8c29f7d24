"""The lines of one call as the desk sees them: what the worker measures and what pages add.

Score and ladder are worked out here and nowhere else; pages, the store and Prometheus get the same.
Nothing here is lost that matters: a desk that restarts begins with the rungs the store has, and the
next reports tell the rest anew.
"""

from dataclasses import dataclass, field, replace

from casework.actions.limit_leg import LimitLeg
from casework.actions.note_line import NoteLine
from casework.model.call import Seat
from casework.model.line import LineFigures, LineLevel, Rung
from casework.policy.ladder import Ladder, Load
from casework.policy.line_score import FreezeCount, SteadyLevel, level_of
from casework.views.lines import LegLine
from casework.worker_link import messages as m
from signaling.lines.loads import PageReport, down_load, up_load
from signaling.lines.metrics import LineMetrics

NOTE_EVERY = 5
"""Reports that are kept together: about ten seconds, which is what a killed desk forgets."""
MOST_FREEZES = 100
"""A page that makes up more than a browser could count in a report is not believed beyond this."""


@dataclass(slots=True)
class _Line:
    up: Ladder
    down: Ladder
    limited: tuple[Rung, Rung]
    steady: SteadyLevel = field(default_factory=SteadyLevel)
    lately: FreezeCount = field(default_factory=FreezeCount)
    noted: LineLevel | None = None
    figures: list[LineFigures] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measured:
    """`note` keeps what was measured and `limit` what follows from it, when either is due."""

    figures: LineFigures
    level: LineLevel
    note: NoteLine | None
    limit: LimitLeg | None


class LineWatch:
    def __init__(self, metrics: LineMetrics | None) -> None:
        self._metrics = metrics
        self._lines: dict[str, _Line] = {}
        self._pages: dict[str, PageReport] = {}

    def reported(self, leg: str, report: PageReport) -> None:
        """What a page adds waits for the worker's next report of its leg."""
        before = self._pages.get(leg)
        freezes = report.freezes + (0 if before is None else before.freezes)
        self._pages[leg] = replace(report, freezes=min(MOST_FREEZES, freezes))

    def connected(self, leg: str) -> None:
        """The leg has a new connection, of a new page or by another way."""
        line = self._lines.get(leg)
        if line is not None:
            line.up.connected()
            line.down.connected()

    def measured(
        self, event: m.LegQuality, seat: Seat, stored: LegLine, *, has_sound: bool
    ) -> Measured:
        """A report of the worker. `stored` is what the store has of this line now."""
        line = self._lines.get(event.leg)
        if line is None:
            rungs = (stored.line_up, stored.down)
            line = self._lines[event.leg] = _Line(Ladder(rungs[0]), Ladder(rungs[1]), rungs)
        page = self._pages.pop(event.leg, None)
        loads = (
            up_load(event, page, has_sound=has_sound),
            down_load(event, has_sound=has_sound),
        )
        limit = self._limit(event, seat, loads, line)
        # A picture that is paused on its way here stands still for a reason that was told.
        freezes = page.freezes if page is not None and line.down.rung.moves else 0
        figures = LineFigures(
            up_kbps=event.up_kbps,
            down_kbps=event.down_kbps,
            up_loss_permille=event.up_loss_permille,
            down_loss_permille=event.down_loss_permille,
            rtt_ms=event.rtt_ms,
            jitter_ms=event.jitter_ms,
            freezes=freezes,
        )
        lately = replace(figures, freezes=line.lately.take(freezes, event.mono_ms))
        lowest = max(line.up.rung, line.down.rung, key=lambda rung: rung.rank)
        level = line.steady.take(level_of(lately, lowest), event.mono_ms)
        if self._metrics is not None:
            self._metrics.observe(seat, figures, level)
        line.figures.append(figures)
        return Measured(figures, level, _note(event.leg, line, level), limit)

    def _limit(
        self, event: m.LegQuality, seat: Seat, loads: tuple[Load, Load], line: _Line
    ) -> LimitLeg | None:
        rungs = line.up.take(loads[0], event.mono_ms), line.down.take(loads[1], event.mono_ms)
        if rungs == line.limited:
            return None
        if self._metrics is not None:
            self._metrics.limited(seat, line.limited, rungs)
        line.limited = rungs
        return LimitLeg(event.leg, *rungs)


def _note(leg: str, line: _Line, level: LineLevel) -> NoteLine | None:
    if level is line.noted and len(line.figures) < NOTE_EVERY:
        return None
    note = NoteLine(leg, level, tuple(line.figures))
    line.noted = level
    line.figures.clear()
    return note
