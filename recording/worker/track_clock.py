"""Where a track's RTP time lies on CLOCK_MONOTONIC, the common time line of a call.

Two estimates. By *arrival*: the least of (arrival - RTP time) is the packet that waited least on
its way. By *sender report* (RFC 3550 6.4.1): an SR ties RTP time to the sender's NTP clock, which
all tracks of a leg share, and the least of (arrival - NTP time) over the whole leg ties that clock
to ours. The second keeps lips and voice together; the first stands until an SR has come.
"""

from collections import deque

from recording.worker.rtp import unwrap_time

_BUCKET_NS = 5_000_000_000
_BUCKETS = 6
_NTP_FRACTION = 1 << 32
EARLY_JUMP_NS = 1_000_000_000
LATE_JUMP_NS = 5_000_000_000
"""Later than any resend can make a packet: the RTP clock stood still while time went on. A leg may
be silent for 3 s, and a little, before its tracks end, and NACK goes on asking for 1.5 s then.
"""
LAG_NS = 1_000_000_000
LAG_FOR_NS = 5_000_000_000
_SANE_SR_NS = 2_000_000_000


class WindowedMin:
    """Least value of the last half minute: clocks drift and paths change, so the past fades."""

    def __init__(self) -> None:
        self._buckets: deque[int] = deque(maxlen=_BUCKETS)
        self._until_ns = 0
        self._least = 0
        self.value: int | None = None

    def add(self, at_ns: int, value: int) -> None:
        if at_ns < self._until_ns:
            if value >= self._least:
                return  # the ordinary course: hundreds a second, and none of them tells more
            self._buckets[-1] = value
        else:
            self._until_ns = (at_ns // _BUCKET_NS + 1) * _BUCKET_NS
            self._buckets.append(value)
        self._least = value
        self.value = min(self._buckets)


class LegClock:
    """The NTP clock of one sender against ours."""

    def __init__(self) -> None:
        self.least = WindowedMin()
        """Least (arrival - NTP time) over all its tracks."""


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
    def offset_ns(self) -> int:
        """By sender reports if they can be believed; by arrival otherwise, and then provisional."""
        leg_ns = self._leg.least.value
        if self._report_ns is not None and leg_ns is not None and self._report_is_sane():
            return self._report_ns + leg_ns
        return self._least.value or 0

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
            self._leg.least.add(arrival_ns, arrival_ns - media - self._report_ns)
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
        timestamp = unwrap_time(rtp, self._last)
        self._report_ns = ntp * 1_000_000_000 // _NTP_FRACTION - self.media_ns(timestamp)

    def _report_is_sane(self) -> bool:
        # A sender's NTP clock may show any date, so an SR alone cannot be judged; against the
        # leg's other tracks it can: they must agree with arrival within two seconds.
        leg_ns, least = self._leg.least.value, self._least.value
        if leg_ns is None or least is None or self._report_ns is None:
            return True
        return abs(self._report_ns + leg_ns - least) < _SANE_SR_NS
