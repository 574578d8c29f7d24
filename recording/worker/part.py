"""A part while it is written: frames of one or two tracks wait, in time order, for their segment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter

from casework.ports import GapCause, TrackSource
from recording.worker import webm
from recording.worker.frames import Frame
from recording.worker.ledger import Ledger
from recording.worker.part_writer import PartWriter, SegmentFacts
from recording.worker.rtp import TIME_MODULUS

SEGMENT_NS = 1_500_000_000
"""Of the 3 s that a kill may cost on a clean line half are left for what nobody promised: a disk that
takes its time over a sync, a machine that stands still."""
MAX_SEGMENT_BYTES = 4 << 20
LIVE_NS = 500_000_000
"""A track that brought nothing for so long is idle: the other one does not wait for it."""
MAX_WAIT_NS = 4_000_000_000
"""Segment plus reorder hold and some: then what is there is written, come what may."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a part is made of. `offsets_ns` ties each track's RTP time to CLOCK_MONOTONIC for the
    whole life of the part, `origin_ns` is the monotonic time of its WebM time 0.
    """

    leg: str
    site: str
    sources: tuple[TrackSource, ...]
    audio_channels: int | None
    video: webm.VideoFormat | None
    origin_ns: int
    offsets_ns: Mapping[TrackSource, int]
    previous: str | None
    cause: GapCause | None


@dataclass(slots=True)
class _Pending(webm.Block):
    """A frame that waits for its segment, as the block that it will be."""

    mono_ns: int
    arrival_ns: int
    timestamp: int


_file_order = attrgetter("time_ms", "track")


@dataclass(slots=True)
class _Lane:
    """One source of the part: `shift_ns` added to its RTP time in nanoseconds gives the time since
    the part's time 0; `reached_ms` and `heard_ns` are the block time and arrival of its newest
    frame.
    """

    track: int
    shift_ns: int
    reached_ms: int = -1
    heard_ns: int = 0


class Part:
    def __init__(self, layout: Layout, writer: PartWriter) -> None:
        self.layout = layout
        self.writer = writer
        self.finished = False
        self.announced = False
        self.pending_bytes = 0
        self._pending: list[_Pending] = []
        self._written_ms = 0
        self._first_ms = 0
        self._began = False
        self._oldest_ns = 0
        self._lanes = {
            source: _Lane(
                webm.AUDIO_TRACK if source is TrackSource.MICROPHONE else webm.VIDEO_TRACK,
                layout.offsets_ns[source] - layout.origin_ns,
            )
            for source in layout.sources
        }

    @property
    def idle(self) -> bool:
        return not self._pending and not self.writer.waiting

    def add(self, source: TrackSource, frame: Frame, media_ns: int, mono_ns: int) -> None:
        """`media_ns` is the frame's RTP time in nanoseconds, `mono_ns` where it lies on the
        call's time line by the best estimate of this moment.
        """
        lane, arrival_ns, data = self._lanes[source], frame.arrival_ns, frame.data
        # A frame that comes after later ones of the other track were written moves up to them.
        time_ms = max(self._written_ms, round((media_ns + lane.shift_ns) / 1_000_000))
        if not self._pending or arrival_ns < self._oldest_ns:
            self._oldest_ns = arrival_ns
        self._pending.append(
            _Pending(
                time_ms, lane.track, frame.keyframe, data, mono_ns, arrival_ns, frame.timestamp
            )
        )
        self.pending_bytes += len(data)
        lane.reached_ms, lane.heard_ns = time_ms, arrival_ns

    def cut(self, now_ns: int, held: Collection[TrackSource], ledger: Ledger) -> bool:
        """Seals a segment if one is due; `held` are sources whose packets wait for a resend.

        Only what no track can still undercut goes in: block times never go back in a file.
        """
        if not self._pending:
            return False
        age = now_ns - self._oldest_ns
        crowded = self.pending_bytes >= MAX_SEGMENT_BYTES
        if not self.finished and age < SEGMENT_NS and not crowded:
            return False
        ready, rest = self._pending, []
        if not (self.finished or crowded or age > MAX_WAIT_NS):
            awaited = [
                lane.reached_ms
                for source, lane in self._lanes.items()
                if source in held or now_ns - lane.heard_ns < LIVE_NS
            ]
            if awaited:
                horizon = min(awaited)
                ready = [item for item in self._pending if item.time_ms <= horizon]
                rest = [item for item in self._pending if item.time_ms > horizon]
        if not ready:
            return False
        self._pending = rest
        self._oldest_ns = min((item.arrival_ns for item in rest), default=0)
        self.pending_bytes = sum(len(item.data) for item in rest)
        ready.sort(key=_file_order)
        self._seal(ready, ledger)
        return True

    def _seal(self, items: list[_Pending], ledger: Ledger) -> None:
        self._written_ms = items[-1].time_ms
        # Late frames that moved up, and an estimate that fell when the line became quicker, would put
        # a segment before the one it follows: who verifies takes that for two that changed places.
        self._first_ms = max(self._first_ms, items[0].mono_ns // 1_000_000)
        body = webm.clusters(items)
        if not self._began:
            body = webm.header(self.layout.audio_channels, self.layout.video) + body
            self._began = True
        audio = [item for item in items if item.track == webm.AUDIO_TRACK]
        video = [item for item in items if item.track == webm.VIDEO_TRACK]
        gaps, missing = ledger.count(self.layout.leg, frozenset(self.layout.sources))
        self.writer.seal(
            body,
            SegmentFacts(
                audio_rtp=_rtp_range(audio),
                video_rtp=_rtp_range(video),
                audio_frames=len(audio),
                video_frames=len(video),
                gaps=gaps,
                missing_frames=missing,
                first_mono_ms=self._first_ms,
                last_mono_ms=max(self._first_ms, items[-1].mono_ns // 1_000_000),
                sources=frozenset(
                    source
                    for source, lane in self._lanes.items()
                    if (audio if lane.track == webm.AUDIO_TRACK else video)
                ),
            ),
        )


def _rtp_range(items: list[_Pending]) -> tuple[int, int] | None:
    if not items:
        return None
    return items[0].timestamp % TIME_MODULUS, items[-1].timestamp % TIME_MODULUS
