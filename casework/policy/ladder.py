"""The ladder of degradation: how far down one direction of a leg has to go, and when it may rise.

full -> lower video -> audio first -> stills every few seconds -> telephone number.

What is asked for follows from three things. *Capacity*: what the congestion control thinks the line
carries, believed only while the sender uses nearly all of it, because an estimate never rises far
above what is sent. *Loss*: a lost tenth of the packets wants smaller pictures, a lost quarter means
that more is sent than passes, and speech must not be lost with it. *Queue*: a round trip that grew by
what stands in a queue before the line. A queue comes and goes; a round trip that stays long for a
minute is that of another way to the page, and is what later ones are measured against.

Down after four seconds, to the mildest that was asked for in that time. Up one rung at a time, after
ten calm seconds; if the higher rung does not hold, the next try waits twice as long, up to five
minutes. So a line that is too narrow for pictures is tried seldom, and nothing flaps.
"""

from collections import deque
from dataclasses import dataclass

from casework.model.line import Rung

VOICE_KBPS = 64
FULL_VIDEO_KBPS = 500
LOWER_VIDEO_KBPS = 150
AUDIO_FIRST_KBPS = 90
STILLS_KBPS = 40
USED_SHARE = 0.85
"""An estimate grows to about 1.5 times what is sent; one that is used up to here limits the sender."""

LOSS_LOWER = 100
LOSS_AUDIO = 250
LOSS_TELEPHONE = 300
QUEUE_LOWER_MS = 400
QUEUE_AUDIO_MS = 1_000
CALM_LOSS = 50
CALM_QUEUE_MS = 150

FALL_MS = 4_000
RISE_MS = 10_000
LONGEST_WAIT_MS = 300_000
PROVED_MS = 60_000
"""A rung that held for so long was no mistake: the next rise waits no longer than the first."""
RAMP_MS = 8_000
"""A sender begins low and rises, also one whose pictures were paused; until then its estimate says
nothing of the line.
"""
SILENCE_MS = 5_000
"""Reports come every two seconds while a line is there: after so long it was away, and is not narrow
for that. Senders begin low again, and four seconds of a line that is away are not four bad ones.
"""

BASE_WINDOW_MS = 60_000
"""The shortest round trip of so long is the way itself; what a report has above it is queue."""


@dataclass(frozen=True, slots=True)
class Load:
    """One direction of a leg in one report. `kbps` is what passed, `capacity_kbps` the estimate of
    what could, `videos` how many pictures move in it now, `has_sound` whether speech goes with them.
    """

    kbps: int
    loss_permille: int
    capacity_kbps: int | None = None
    rtt_ms: int | None = None
    videos: int = 1
    has_sound: bool = True


class Ladder:
    """One direction of one leg. `rung` is what to carry now."""

    def __init__(self, rung: Rung = Rung.FULL) -> None:
        self.rung = rung
        self._videos = 1
        self._round_trips: deque[tuple[int, int]] = deque()
        self._began_ms = 0
        self._taken_ms: int | None = None
        self._fall: Rung | None = None
        self._fall_since_ms = 0
        self._calm_since_ms: int | None = None
        self._wait_ms = RISE_MS
        self._rose_ms: int | None = None

    def connected(self) -> None:
        """The leg connected anew, perhaps by another way: what was measured before says nothing of it."""
        self._taken_ms = None

    def take(self, load: Load, now_ms: int) -> Rung:
        """Takes a report; the rung that holds after it."""
        if self._taken_ms is None or now_ms - self._taken_ms > SILENCE_MS:
            self._began_ms, self._fall, self._calm_since_ms = now_ms, None, None
            self._round_trips.clear()
        self._taken_ms = now_ms
        self._take_round_trip(load.rtt_ms, now_ms)
        if self.rung.moves:
            # Of a paused direction nobody can see how many pictures would move in it.
            self._videos = load.videos
        asked = self._asked(load, ramped=now_ms - self._began_ms >= RAMP_MS)
        if asked.rank > self.rung.rank:
            self._calm_since_ms = None
            self._lean(asked, now_ms)
        elif asked is self.rung:
            self._fall = self._calm_since_ms = None  # it is just right: nothing to try
        else:
            self._fall = None
            self._rest(load, now_ms)
        return self.rung

    def _take_round_trip(self, rtt_ms: int | None, now_ms: int) -> None:
        if rtt_ms is not None:
            self._round_trips.append((now_ms, rtt_ms))
        while self._round_trips and now_ms - self._round_trips[0][0] >= BASE_WINDOW_MS:
            self._round_trips.popleft()

    def _asked(self, load: Load, *, ramped: bool) -> Rung:
        asked = [self._by_loss(load), self._by_queue(load)]
        if ramped and _limits(load):
            asked.append(self._by_capacity(load.capacity_kbps or 0, has_sound=load.has_sound))
        lowest = max(asked, key=lambda rung: rung.rank)
        if self._videos or lowest is Rung.TELEPHONE:
            return lowest
        return Rung.FULL  # no picture: there is nothing to lower

    def _by_loss(self, load: Load) -> Rung:
        only_speech = load.has_sound and not (self.rung.moves and self._videos)
        if only_speech and load.loss_permille >= LOSS_TELEPHONE:
            return Rung.TELEPHONE
        if load.loss_permille >= LOSS_AUDIO:
            return Rung.AUDIO_FIRST
        return Rung.LOWER_VIDEO if load.loss_permille >= LOSS_LOWER else Rung.FULL

    def _by_queue(self, load: Load) -> Rung:
        queue_ms = self._queue_ms(load)
        if queue_ms >= QUEUE_AUDIO_MS:
            return Rung.AUDIO_FIRST
        return Rung.LOWER_VIDEO if queue_ms >= QUEUE_LOWER_MS else Rung.FULL

    def _by_capacity(self, kbps: int, *, has_sound: bool) -> Rung:
        voice = VOICE_KBPS if has_sound else 0
        for rung, needed in (
            (Rung.FULL, voice + FULL_VIDEO_KBPS * self._videos),
            (Rung.LOWER_VIDEO, voice + LOWER_VIDEO_KBPS * self._videos),
            (Rung.AUDIO_FIRST, AUDIO_FIRST_KBPS),
            (Rung.STILLS, STILLS_KBPS),
        ):
            if kbps >= needed:
                return rung
        return Rung.TELEPHONE if has_sound else Rung.STILLS

    def _queue_ms(self, load: Load) -> int:
        if load.rtt_ms is None:
            return 0
        return load.rtt_ms - min(rtt_ms for _, rtt_ms in self._round_trips)

    def _lean(self, asked: Rung, now_ms: int) -> None:
        if self._fall is None:
            self._fall, self._fall_since_ms = asked, now_ms
            return
        self._fall = min(self._fall, asked, key=lambda rung: rung.rank)
        if now_ms - self._fall_since_ms < FALL_MS:
            return
        failed = self._rose_ms is not None and now_ms - self._rose_ms < PROVED_MS
        self._wait_ms = min(2 * self._wait_ms, LONGEST_WAIT_MS) if failed else RISE_MS
        self.rung, self._fall, self._rose_ms = self._fall, None, None

    def _rest(self, load: Load, now_ms: int) -> None:
        if load.loss_permille >= CALM_LOSS or self._queue_ms(load) >= CALM_QUEUE_MS:
            self._calm_since_ms = None
            return
        if self._calm_since_ms is None:
            self._calm_since_ms = now_ms
        if now_ms - self._calm_since_ms < self._wait_ms:
            return
        if self._rose_ms is not None and now_ms - self._rose_ms >= PROVED_MS:
            self._wait_ms = RISE_MS
        paused, self.rung = self.rung, tuple(Rung)[self.rung.rank - 1]
        self._calm_since_ms, self._rose_ms = None, now_ms
        if self.rung.moves and not paused.moves:
            self._began_ms = now_ms


def _limits(load: Load) -> bool:
    return load.capacity_kbps is not None and load.kbps >= USED_SHARE * load.capacity_kbps
