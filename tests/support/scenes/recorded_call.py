"""A case in a recorded call of any length, its parts written by the recorder's own writer: what it
writes is as numerous and as chained as in life, though nobody speaks and no disk is waited for.
"""

import random
from dataclasses import dataclass

from audit.durable import Disk
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.renew_lease import RenewLease, renew_lease
from casework.actor import SYSTEM
from casework.clock import ManualClock
from casework.installation import Installation
from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import (
    DurableEvent,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RoomClosed,
)
from recording.worker.part_writer import PartWriter, SegmentFacts
from recording.worker.record_disk import RecordDisk
from scenes.call_case import CallCase

SEGMENT_MS = 2_000
HEADS_MS = 10_000
LEASE_MS = 60_000
"""The reviewer's page holds her case by a word now and then."""
AUDIO_FRAMES, VIDEO_FRAMES = 100, 30
"""Of a segment."""
_RTP = 1 << 32


class UnsyncedDisk(RecordDisk):
    def sync(self, descriptor: int) -> None:
        """Not waited for."""

    def sync_directory(self, path) -> None:
        """Not waited for."""


@dataclass
class Running:
    """An open part, and what was lost in it since its last segment."""

    writer: PartWriter
    leg: str
    site: str
    sources: tuple[TrackSource, ...]
    gaps: int = 0
    missing: int = 0


class RecordedCall(CallCase):
    """Its time is the installation's ManualClock, which `record` moves."""

    def __init__(self, installation: Installation, clock: ManualClock) -> None:
        self.installation, self.clock = installation, clock
        self.disk: Disk = UnsyncedDisk()
        self.chance = random.Random(4)
        self.running: list[Running] = []
        self.facts = 0
        self.holds_case = True
        self.renew_ms = clock.mono_ms() + LEASE_MS
        super().__init__(installation)

    # --- what CallCase plays with notes, and here is written ---------------------------------------

    def part(self, n: int, leg: str, site: str, *sources: TrackSource) -> None:
        self.open_part(leg, site, sources)

    def first_segments(self, n: int, parts: int) -> None:
        self.record(SEGMENT_MS)

    # --- the recorder ------------------------------------------------------------------------------

    def open_part(
        self,
        leg: str,
        site: str,
        sources: tuple[TrackSource, ...],
        *,
        before: Running | None = None,
        cause: GapCause | None = None,
    ) -> None:
        folder = self.installation.data.recordings / self.call_id
        folder.mkdir(exist_ok=True)
        key = self.installation.keys.call_key(self.call_id)
        writer = PartWriter(folder, self.call_id, key, self.chance.randbytes(16), self.disk)
        writer.open()
        self.running.append(Running(writer, leg, site, sources))
        self.told(
            PartOpened,
            t_ms=self.clock.wall_ms(),
            mono_ms=self.clock.mono_ms(),
            part=writer.name,
            leg=leg,
            site=site,
            sources=list(sources),
            commitment=writer.header.commitment.hex(),
            header_sha256=writer.header.sha256().hex(),
            previous=before.writer.name if before else None,
            cause=cause,
        )

    def record(self, ms: int) -> None:
        """Every open part goes on for that long, in segments of two seconds."""
        for at in range(0, ms, SEGMENT_MS):
            begin = self.clock.mono_ms()
            self.clock.advance(SEGMENT_MS)
            for one in self.running:
                self._segment(one, begin)
            if (at + SEGMENT_MS) % HEADS_MS == 0 or at + SEGMENT_MS >= ms:
                self._heads()
            if self.holds_case and self.clock.mono_ms() >= self.renew_ms:
                self.renew_ms = self.clock.mono_ms() + LEASE_MS
                self.desk.run(renew_lease, RenewLease(self.case_id), self.desk.reviewer)

    def loses(self, source: TrackSource, ms: int) -> None:
        """The line loses that much of a source, up to now."""
        one = next(one for one in self.running if source in one.sources)
        frames = max(1, ms // 66)
        one.gaps, one.missing = one.gaps + 1, one.missing + frames
        self._gap(one, source, GapCause.LOSS, ms, frames)

    def comes_back(self, leg: str, cause: GapCause, after_ms: int) -> None:
        """All parts of a leg end, and others begin after that time."""
        gone = [one for one in self.running if one.leg == leg]
        self.running = [one for one in self.running if one.leg != leg]
        for one in gone:
            self._closed(one)
        self.clock.advance(after_ms)
        for one in gone:
            for source in one.sources:
                self._gap(one, source, cause, after_ms, None)
            self.open_part(one.leg, one.site, one.sources, before=one, cause=cause)

    def is_over(self) -> None:
        """The call ends, then its recording."""
        self.end()
        self.desk.run(close_wrap_up, CloseWrapUp(self.call_id), self.desk.reviewer)
        for one in self.running:
            self._closed(one)
        self.told(
            RoomClosed,
            t_ms=self.clock.wall_ms(),
            mono_ms=self.clock.mono_ms(),
            reason="finished",
            parts=len(self.running),
        )

    def told(self, kind: type[DurableEvent], **members: object) -> None:
        self.facts += 1
        fact = kind.model_validate({"call": self.call_id, "n": self.facts, **members})
        self.desk.run(log_recording, LogRecording(fact), SYSTEM)

    def _segment(self, one: Running, begin: int) -> None:
        seq = one.writer.totals.segments
        facts = SegmentFacts(
            audio_rtp=_rtp(seq, 96_000, 95_040) if TrackSource.MICROPHONE in one.sources else None,
            video_rtp=_rtp(seq, 180_000, 174_000),
            audio_frames=AUDIO_FRAMES if TrackSource.MICROPHONE in one.sources else 0,
            video_frames=VIDEO_FRAMES,
            gaps=one.gaps,
            missing_frames=one.missing,
            first_mono_ms=begin,
            last_mono_ms=begin + SEGMENT_MS - 20,
        )
        one.gaps = one.missing = 0
        one.writer.seal(self.chance.randbytes(self.chance.randrange(500, 3_000)), facts)
        one.writer.flush()

    def _heads(self) -> None:
        heads = [
            Head(
                part=one.writer.name,
                segments=one.writer.totals.segments,
                record_sha256=one.writer.totals.head,
            )
            for one in self.running
        ]
        now = {"t_ms": self.clock.wall_ms(), "mono_ms": self.clock.mono_ms()}
        self.told(Heads, **now, heads=heads)

    def _gap(
        self, one: Running, source: TrackSource, cause: GapCause, ms: int, frames: int | None
    ) -> None:
        now = self.clock.mono_ms()
        self.told(
            Gap,
            t_ms=self.clock.wall_ms(),
            leg=one.leg,
            source=source,
            cause=cause,
            from_mono_ms=now - ms,
            to_mono_ms=now,
            frames=frames,
        )

    def _closed(self, one: Running) -> None:
        totals = one.writer.totals
        self.told(
            PartClosed,
            t_ms=self.clock.wall_ms(),
            mono_ms=self.clock.mono_ms(),
            part=one.writer.name,
            segments=totals.segments,
            bytes=totals.bytes,
            record_sha256=totals.head,
            audio_frames=totals.audio_frames,
            video_frames=totals.video_frames,
            missing_frames=totals.missing_frames,
        )
        one.writer.close()


def _rtp(seq: int, step: int, span: int) -> tuple[int, int]:
    first = seq * step % _RTP
    return first, (first + span) % _RTP
