"""A part while it is written: frames of one or two tracks wait, in time order, for their segment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from casework.ports import GapCause, TrackKind, TrackSource
from recording.worker import webm
from recording.worker.frames import Frame
from recording.worker.ledger import Ledger
from recording.worker.part_writer import PartWriter, SegmentFacts
from recording.worker.rtp import TIME_MODULUS

SEGMENT_NS = 2_000_000_000
MAX_SEGMENT_BYTES = 4 << 20
LIVE_NS = 500_000_000
"""A track that brought nothing for so long is idle: the other one does not wait for it."""
MAX_WAIT_NS = 4_500_000_000
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


@dataclass(frozen=True, slots=True)
class _Pending:
    time_ms: int
    track: int
    rtp: int
    mono_ns: int
    frame: Frame
    source: TrackSource


class Part:
    def __init__(self, layout: Layout, writer: PartWriter) -> None:
        self.layout = layout
        self.writer = writer
        self.finished = False
        self.announced = False
        self.pending_bytes = 0
        self._pending: list[_Pending] = []
        self._written_ms = 0
        self._began = False
        self._oldest_ns = 0
        self._reached_ms: dict[TrackSource, int] = dict.fromkeys(layout.sources, -1)
        self._heard_ns: dict[TrackSource, int] = dict.fromkeys(layout.sources, 0)

    @property
    def idle(self) -> bool:
        return not self._pending and not self.writer.waiting

    def add(self, source: TrackSource, frame: Frame, media_ns: int, mono_ns: int) -> None:
        """`media_ns` is the frame's RTP time in nanoseconds, `mono_ns` where it lies on the
        call's time line by the best estimate of this moment.
        """
        kind = TrackKind.AUDIO if source is TrackSource.MICROPHONE else TrackKind.VIDEO
        since_origin = media_ns + self.layout.offsets_ns[source] - self.layout.origin_ns
        # A frame that comes after later ones of the other track were written moves up to them.
        time_ms = max(self._written_ms, round(since_origin / 1_000_000))
        if not self._pending or frame.arrival_ns < self._oldest_ns:
            self._oldest_ns = frame.arrival_ns
        self._pending.append(
            _Pending(
                time_ms,
                webm.AUDIO_TRACK if kind is TrackKind.AUDIO else webm.VIDEO_TRACK,
                frame.timestamp % TIME_MODULUS,
                mono_ns,
                frame,
                source,
            )
        )
        self.pending_bytes += len(frame.data)
        self._reached_ms[source] = time_ms
        self._heard_ns[source] = frame.arrival_ns

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
        if self.finished or crowded or age > MAX_WAIT_NS:
            ready = self._pending
        else:
            awaited = [
                reached
                for source, reached in self._reached_ms.items()
                if source in held or now_ns - self._heard_ns[source] < LIVE_NS
            ]
            horizon = min(awaited, default=None)
            ready = [item for item in self._pending if horizon is None or item.time_ms <= horizon]
        if not ready:
            return False
        chosen = {id(item) for item in ready}
        self._pending = [item for item in self._pending if id(item) not in chosen]
        self._oldest_ns = min((item.frame.arrival_ns for item in self._pending), default=0)
        self.pending_bytes = sum(len(item.frame.data) for item in self._pending)
        self._seal(sorted(ready, key=lambda item: (item.time_ms, item.track)), ledger)
        return True

    def _seal(self, items: list[_Pending], ledger: Ledger) -> None:
        self._written_ms = items[-1].time_ms
        body = webm.clusters(
            [
                webm.Block(item.time_ms, item.track, item.frame.keyframe, item.frame.data)
                for item in items
            ]
        )
        if not self._began:
            body = webm.header(self.layout.audio_channels, self.layout.video) + body
            self._began = True
        audio = [item.rtp for item in items if item.track == webm.AUDIO_TRACK]
        video = [item.rtp for item in items if item.track == webm.VIDEO_TRACK]
        gaps, missing = ledger.count(self.layout.leg, frozenset(self.layout.sources))
        self.writer.seal(
            body,
            SegmentFacts(
                audio_rtp=(audio[0], audio[-1]) if audio else None,
                video_rtp=(video[0], video[-1]) if video else None,
                audio_frames=len(audio),
                video_frames=len(video),
                gaps=gaps,
                missing_frames=missing,
                first_mono_ms=items[0].mono_ns // 1_000_000,
                last_mono_ms=max(items[0].mono_ns, items[-1].mono_ns) // 1_000_000,
                sources=frozenset(item.source for item in items),
            ),
        )
