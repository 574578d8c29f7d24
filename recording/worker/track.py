"""One track on its way: packets in, whole frames out to its group, gaps into the ledger."""

from collections import deque
from typing import Protocol

from casework.ports import ContentFinding, GapCause, TrackInfo, TrackKind
from recording.worker.frames import Frame, Missing, OpusAssembler, Vp8Assembler
from recording.worker.ledger import Absence, GapLine, Ledger
from recording.worker.picture_watch import PictureWatch
from recording.worker.reorder import Reorder
from recording.worker.rtp import ARRIVAL, Packet
from recording.worker.sound_watch import SoundWatch
from recording.worker.track_clock import LATE_JUMP_NS, LegClock, TrackClock

CODECS = {"opus": TrackKind.AUDIO, "vp8": TrackKind.VIDEO}
KEYFRAME_ASK_NS = 300_000_000
MAX_INTERVAL_NS = 200_000_000


class FrameKeeper(Protocol):
    """Takes frames of a track; see `SourceGroup`."""

    def keep(
        self, track: "Track", frame: Frame, media_ns: int, mono_ns: int
    ) -> GapCause | None: ...

    def leave(self, track: "Track") -> None:
        """The frames to come cannot stand in the part of those before."""


class KeyframeAsker(Protocol):
    def __call__(self, track: int) -> None: ...


def is_recordable(info: TrackInfo) -> bool:
    return CODECS.get(info.codec) is info.kind


class Track:
    def __init__(
        self,
        info: TrackInfo,
        leg: LegClock,
        keeper: FrameKeeper,
        ledger: Ledger,
        ask_keyframe: KeyframeAsker,
        absence: Absence | None,
        picture: PictureWatch | None = None,
    ) -> None:
        self.info = info
        self.is_video = info.kind is TrackKind.VIDEO
        self.inbox: deque[Packet] = deque()
        self.clock = TrackClock(info.clock_rate, leg)
        self.absence = absence
        self.end_ns: int | None = absence.from_ns if absence else None
        self.heard_ns = 0
        self.first_heard_ns = 0
        self.keyframe_ns: int | None = None
        self.kept_ns = 0
        self.kept_bytes = 0
        self._picture = picture
        self._sound = None if info.level_id is None else SoundWatch(info.level_id)
        self._keeper = keeper
        self._ledger = ledger
        self._ask = ask_keyframe
        self._asked_ns: int | None = None
        self._interval_ns = 0
        self._last_kept_ns: int | None = None
        self.assembler: OpusAssembler | Vp8Assembler = (
            OpusAssembler(self._keep)
            if info.kind is TrackKind.AUDIO
            else Vp8Assembler(self._keep, self.want_keyframe)
        )
        self.reorder = Reorder(self.assembler)

    @property
    def waits_for_keyframe(self) -> bool:
        return isinstance(self.assembler, Vp8Assembler) and self.assembler.waits_for_keyframe

    def take_in(self) -> None:
        """Works off `inbox`, which is not empty. A packet that raises is lost, those behind it
        still wait: to be called again.
        """
        self.first_heard_ns = self.first_heard_ns or self.inbox[0][ARRIVAL]
        self.heard_ns = self.inbox[-1][ARRIVAL]
        if self._sound is not None:
            self._sound.take(self.inbox)
        self.reorder.push(self.inbox)

    def finding(self, now_ns: int) -> ContentFinding | None:
        """What is odd about what it shows or says; None as far as anybody knows."""
        watch = self._picture or self._sound
        return None if watch is None else watch.finding(now_ns)

    def is_seen(self, now_ns: int) -> bool:
        """Whether somebody can say what it shows."""
        return self._picture is not None and self._picture.is_known(now_ns)

    def want_keyframe(self) -> None:
        """Asks the publisher, but not with every dropped frame."""
        if self._asked_ns is None or self.heard_ns - self._asked_ns >= KEYFRAME_ASK_NS:
            self._asked_ns = self.heard_ns
            self._ask(self.info.track)

    def _keep(self, frame: Frame, missing: Missing | None) -> GapCause | None:
        late_ns = self.clock.observe(frame.timestamp, frame.arrival_ns)
        if late_ns is not None:
            self._keeper.leave(self)
            if late_ns > LATE_JUMP_NS and self.end_ns is not None and self.absence is None:
                # Time went on and the RTP clock did not: that time was never captured.
                self.absence = Absence(self.end_ns, GapCause.LOSS)
            if self.is_video and not frame.keyframe:
                return GapCause.LOSS
        media_ns = self.clock.media_ns(frame.timestamp)
        mono_ns = media_ns + self.clock.offset_ns
        refused = self._keeper.keep(self, frame, media_ns, mono_ns)
        if refused is None:
            joined = missing is None and self.absence is None
            if not joined:
                self._note_gap(missing, mono_ns)
            self._note_kept(frame, mono_ns, joined=joined)
        return refused

    def _note_kept(self, frame: Frame, mono_ns: int, *, joined: bool) -> None:
        """`joined`: nothing is missing between this frame and the one before. Only then the time
        between them is one frame's; a gap would move the edges of the lines to come.
        """
        self.kept_ns = frame.arrival_ns
        self.kept_bytes += len(frame.data)
        if self.is_video:
            if frame.keyframe:
                self.keyframe_ns = frame.arrival_ns
                if self._picture is not None:
                    self._picture.keyframe(frame.data, frame.arrival_ns)
            if joined and self._last_kept_ns is not None and mono_ns > self._last_kept_ns:
                interval = min(mono_ns - self._last_kept_ns, MAX_INTERVAL_NS)
                known = self._interval_ns or interval
                self._interval_ns = known + (interval - known) // 8
            self._last_kept_ns = mono_ns
            self.end_ns = mono_ns + self._interval_ns
        else:
            self.end_ns = mono_ns + frame.duration_us * 1_000

    def _note_gap(self, missing: Missing | None, to_ns: int) -> None:
        absence, self.absence = self.absence, None
        if absence is not None:
            self._line(absence.cause, absence.from_ns, to_ns, None)
        elif missing is not None and missing.frames:
            start = self.end_ns
            if start is None:
                first = missing.first_timestamp
                start = to_ns if first is None else self.clock.mono_ns(first)
            self._line(missing.cause, start, to_ns, missing.frames)

    def _line(self, cause: GapCause, from_ns: int, to_ns: int, frames: int | None) -> None:
        to_ms = to_ns // 1_000_000
        self._ledger.add(
            GapLine(
                leg=self.info.leg,
                source=self.info.source,
                cause=cause,
                from_mono_ms=min(from_ns // 1_000_000, to_ms),
                to_mono_ms=to_ms,
                frames=frames,
            )
        )
