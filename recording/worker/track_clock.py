"""Where a track's RTP time lies on CLOCK_MONOTONIC, the common time line of a call.

Two estimates. By *arrival*: the least of (arrival - RTP time) is the packet that waited least on
its way. By *sender report* (RFC 3550 6.4.1): an SR ties RTP time to the sender's NTP clock, which
all tracks of a leg share, and the least of (arrival - NTP time) over the whole leg ties that clock
to ours. The second keeps lips and voice together; the first stands until an SR has come.
"""

from collections import deque

from recording.worker.rtp import TIME_MODULUS, unwrap

_BUCKET_NS = 5_000_000_000
_BUCKETS = 6
_NTP_FRACTION = 1 << 32
EARLY_JUMP_NS = 1_000_000_000
LATE_JUMP_NS = 4_000_000_000
"""Later than any resend can make a packet: the RTP clock stood still while time went on."""
LAG_NS = 1_000_000_000
LAG_FOR_NS = 5_000_000_000
_SANE_SR_NS = 2_000_000_000


class WindowedMin:
    """Least value of the last half minute: clocks drift and paths change, so the past fades."""

    def __init__(self) -> None:
        self._buckets: deque[tuple[int, int]] = deque(maxlen=_BUCKETS)
        self.value: int | None = None

    def add(self, at_ns: int, value: int) -> None:
        bucket = at_ns // _BUCKET_NS
        if not self._buckets or self._buckets[-1][0] < bucket:
            self._buckets.append((bucket, value))
        elif value < self._buckets[-1][1]:
            self._buckets[-1] = (self._buckets[-1][0], value)
        elif self.value is not None:
            return
        self.value = min(least for _, least in self._buckets)


class LegClock:
    """The NTP clock of one sender against ours."""

    def __init__(self) -> None:
        self._least = WindowedMin()

    @property
    def offset_ns(self) -> int | None:
        return self._least.value

    def observe(self, arrival_ns: int, ntp_ns: int) -> None:
        self._least.add(arrival_ns, arrival_ns - ntp_ns)


class TrackClock:
    """Times of one track; `offset_ns` added to RTP time in nanoseconds gives monotonic time."""

    def __init__(self, clock_rate: int, leg: LegClock) -> None:
        self._rate = clock_rate
        self._leg = leg
        self._least = WindowedMin()
        self._last: int | None = None
        self._report: tuple[int, int] | None = None
        self._report_ns: int | None = None
        self._lag_since: int | None = None

    def media_ns(self, timestamp: int) -> int:
        return timestamp * 1_000_000_000 // self._rate

    def mono_ns(self, timestamp: int) -> int:
        return self.media_ns(timestamp) + self.offset_ns

    @property
    def by_report(self) -> bool:
        """Whether sender reports carry the alignment (otherwise it is provisional)."""
        return self._sane_report_offset() is not None

    @property
    def offset_ns(self) -> int:
        reported = self._sane_report_offset()
        return reported if reported is not None else self._least.value or 0

    def sender_report(self, ntp: int, rtp: int) -> None:
        self._report = (ntp, rtp)
        self._resolve_report()

    def observe(self, timestamp: int, arrival_ns: int) -> int | None:
        """Takes a frame's RTP time (unwrapped) and arrival.

        Returns None in the ordinary course. When the RTP clock jumped against real time all
        estimates begin anew, and the lateness in nanoseconds is returned: negative when RTP time
        ran ahead, positive when it fell behind.
        """
        media = self.media_ns(timestamp)
        least = self._least.value
        went_back = self._last is not None and timestamp < self._last
        self._last = timestamp
        jumped: int | None = None
        if least is not None:
            late = arrival_ns - media - least
            if (
                went_back
                or not -EARLY_JUMP_NS <= late <= LATE_JUMP_NS
                or self._lags(late, arrival_ns)
            ):
                jumped = late
                self._least = WindowedMin()
                self._report = self._report_ns = self._lag_since = None
        self._least.add(arrival_ns, arrival_ns - media)
        if self._report is not None and self._report_ns is None:
            self._resolve_report()
        if self._report_ns is not None and self._report_is_sane():
            self._leg.observe(arrival_ns, media + self._report_ns)
        return jumped

    def _lags(self, late_ns: int, arrival_ns: int) -> bool:
        if late_ns < LAG_NS:
            self._lag_since = None
            return False
        if self._lag_since is None:
            self._lag_since = arrival_ns
        return arrival_ns - self._lag_since >= LAG_FOR_NS

    def _resolve_report(self) -> None:
        """Keeps the SR as NTP minus RTP time, once the track's time base is known."""
        if self._report is None or self._last is None:
            return
        ntp, rtp = self._report
        timestamp = unwrap(rtp, self._last, TIME_MODULUS)
        self._report_ns = ntp * 1_000_000_000 // _NTP_FRACTION - self.media_ns(timestamp)

    def _report_is_sane(self) -> bool:
        # A sender's NTP clock may show any date, so an SR alone cannot be judged; against the
        # leg's other tracks it can: they must agree with arrival within two seconds.
        offset, least = self._leg.offset_ns, self._least.value
        if offset is None or least is None or self._report_ns is None:
            return True
        return abs(self._report_ns + offset - least) < _SANE_SR_NS

    def _sane_report_offset(self) -> int | None:
        offset = self._leg.offset_ns
        if self._report_ns is None or offset is None or not self._report_is_sane():
            return None
        return self._report_ns + offset
