"""Figures of lines for Prometheus. Labels are seats, directions, levels and rungs: never an id."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from casework.model.call import Seat
from casework.model.line import LineFigures, LineLevel, Rung

_KBPS = (16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096)
_SHARES = (0.001, 0.01, 0.03, 0.05, 0.1, 0.15, 0.25, 0.5)
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2)


class LineMetrics:
    """One observation a report of about two seconds, so that sums are time in the state."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._reports = Counter(
            "yunchuang_line_reports",
            "Reports of lines, by the level that held",
            ("seat", "level"),
            registry=registry,
        )
        self._freezes = Counter(
            "yunchuang_line_freezes",
            "Freezes that pages saw in the pictures they got",
            ("seat",),
            registry=registry,
        )
        self._limits = Counter(
            "yunchuang_line_limits",
            "Changes of what a direction of a line carries, by the rung it went to",
            ("seat", "direction", "rung"),
            registry=registry,
        )
        self._kbps = Histogram(
            "yunchuang_line_kbps",
            "What a leg sends (up) and gets (down), in kbit/s",
            ("seat", "direction"),
            buckets=_KBPS,
            registry=registry,
        )
        self._loss = Histogram(
            "yunchuang_line_loss_ratio",
            "Share of packets lost before they were asked for again",
            ("seat", "direction"),
            buckets=_SHARES,
            registry=registry,
        )
        self._rtt = Histogram(
            "yunchuang_line_rtt_seconds",
            "Round trip between media worker and page",
            ("seat",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._jitter = Histogram(
            "yunchuang_line_jitter_seconds",
            "Jitter of what a leg sends",
            ("seat",),
            buckets=_SECONDS,
            registry=registry,
        )

    def observe(self, seat: Seat, figures: LineFigures, level: LineLevel) -> None:
        """`figures.freezes` are those of this report alone."""
        self._reports.labels(seat, level).inc()
        self._freezes.labels(seat).inc(figures.freezes)
        self._kbps.labels(seat, "up").observe(figures.up_kbps)
        self._kbps.labels(seat, "down").observe(figures.down_kbps)
        self._loss.labels(seat, "up").observe(figures.up_loss_permille / 1000)
        self._loss.labels(seat, "down").observe(figures.down_loss_permille / 1000)
        if figures.rtt_ms is not None:
            self._rtt.labels(seat).observe(figures.rtt_ms / 1000)
        if figures.jitter_ms is not None:
            self._jitter.labels(seat).observe(figures.jitter_ms / 1000)

    def limited(self, seat: Seat, before: tuple[Rung, Rung], now: tuple[Rung, Rung]) -> None:
        """Up and down, before and now."""
        for direction, was, rung in zip(("up", "down"), before, now, strict=True):
            if rung is not was:
                self._limits.labels(seat, direction, rung).inc()
