"""Everything of one call that goes to disk, in the one order that a crash cannot spoil.

    part header -> PartOpened -> ledger lines -> segment -> its record -> heads, PartClosed

Each arrow is an fsync. So every durable frame lies in an announced part, and every gap before it
has its line. A failing disk stops the line where it is; the same bytes are tried again until they
hold, and frames wait in memory meanwhile, up to a limit.
"""

import errno
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from secrets import token_bytes

from casework.clock import Clock
from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import (
    MAX_PARTS,
    Absent,
    DurableEvent,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)
from recording.worker.journal import Journal
from recording.worker.journal_repair import JournalMender
from recording.worker.ledger import LONG_GAP_MS, Absence, GapLine, Ledger, Source
from recording.worker.part import Layout, Part
from recording.worker.part_writer import PartWriter
from recording.worker.record_disk import RecordDisk
from recording.worker.recovery import Leftover, settle

HEADS_EVERY_MS = 10_000
LINES_WAIT_MS = 1_000
RETRY_MS = 1_000
MAX_WAITING_BYTES = 32 << 20
"""About 45 s of three legs at 720p: as long as a full disk may last without loss."""


class CallStore:
    def __init__(
        self,
        call: str,
        call_key: bytes,
        directory: Path,
        clock: Clock,
        offer: Callable[[DurableEvent], None],
        disk: RecordDisk,
        logged: int = 0,
    ) -> None:
        self.ledger = Ledger()
        self.durable_ms: dict[Source, int] = {}
        self.last_durable_ms: int | None = None
        self.fault: str | None = None
        self.waiting_bytes = 0
        self.took_ms = 0
        self.leftover = Leftover()
        self._call, self._call_key = call, call_key
        self._directory = directory
        self._clock = clock
        self._offer = offer
        self._disk = disk
        self._journal = Journal(directory, disk)
        self._mender = JournalMender(call, clock, logged)
        self._parts: list[Part] = []
        self._heads: dict[str, Head] = {}
        self._told_heads: dict[str, Head] = {}
        self._last_part: dict[Source, str] = {}
        self._outbox: list[DurableEvent] = []
        self._lines_ms = 0
        self._heads_ms = 0
        self._heads_wanted = False
        self._absent: dict[Source, Absence] = {}
        self._retry_ms = 0
        self.opened: Counter[Source] = Counter()

    @property
    def full(self) -> bool:
        return self.waiting_bytes >= MAX_WAITING_BYTES

    @property
    def spent(self) -> bool:
        """Whether the call has as many parts as its log can name; what needs another is lost."""
        unnamed = sum(part.writer.name not in self._heads for part in self._parts)
        return len(self._heads) + unnamed >= MAX_PARTS

    @property
    def last_n(self) -> int:
        return self._journal.last_n

    @property
    def armed(self) -> bool:
        return self._journal.is_open

    def open_part(self, layout: Layout) -> Part:
        part = token_bytes(16)
        writer = PartWriter(self._directory, self._call, self._call_key, part, self._disk)
        opened = Part(layout, writer)
        self._parts.append(opened)
        for source in layout.sources:
            self._last_part[layout.leg, source] = writer.name
            self.opened[layout.leg, source] += 1
        return opened

    def last_part(self, leg: str, source: TrackSource) -> str | None:
        return self._last_part.get((leg, source))

    def note(self, event: DurableEvent) -> None:
        """Something for the log that waits for its turn; its `n` is given out then."""
        self._outbox.append(event)

    def report(self, cause: GapCause, detail: str) -> None:
        """A recording fault for the log; `detail` holds no personal data."""
        self.note(
            RecordingFault(
                call=self._call,
                n=0,
                t_ms=self._clock.wall_ms(),
                mono_ms=self._clock.mono_ms(),
                cause=cause,
                detail=detail,
            )
        )

    def step(
        self,
        held: Collection[Source],
        absent: Mapping[Source, Absence] | None = None,
        *,
        hurry: bool = False,
    ) -> bool:
        """Seals what is due and writes what can be written; never raises OSError. `absent` are the
        absences of this moment, if they are to be told.

        Returns whether nothing is left to write. `hurry` waits neither for a failing disk to rest
        nor for more lines to come.
        """
        now_ns = self._clock.mono_ms() * 1_000_000
        if absent is not None:
            self._heads_wanted |= not absent.items() <= self._absent.items()
            self._absent = dict(absent)
        for part in self._parts:
            leg = part.layout.leg
            mine = [source for other, source in held if other == leg]
            while part.cut(now_ns, mine, self.ledger):
                pass
        self.waiting_bytes = sum(
            part.pending_bytes + part.writer.waiting_bytes for part in self._parts
        )
        if self.fault is not None and not hurry and self._clock.mono_ms() < self._retry_ms:
            return False
        began_ms = self._clock.mono_ms()
        try:
            self._write(force_lines=hurry)
        except OSError as error:
            self._fail(error)
            return False
        finally:
            self.took_ms = self._clock.mono_ms() - began_ms
        self.fault = None
        return not self._outbox and not self.ledger and all(part.idle for part in self._parts)

    def close(self, reason: str) -> bool:
        """The last event; False if the disk does not take it. Everything else is written."""
        event = RoomClosed(
            call=self._call,
            n=0,
            t_ms=self._clock.wall_ms(),
            mono_ms=self._clock.mono_ms(),
            reason=reason,
            parts=len(self._heads),
        )
        try:
            self._append([event])
        except OSError as error:
            self._fail(error)
            return False
        self._journal.close()
        return True

    def abandon(self) -> None:
        """Lets go of everything as a crash would."""
        for part in self._parts:
            part.writer.close()
        self._journal.close()

    def _write(self, *, force_lines: bool) -> None:
        if not self._journal.is_open:
            self._arm()
        for part in self._parts:
            if not part.announced and part.pending_bytes + part.writer.waiting_bytes:
                self._announce(part)
        work = any(part.writer.waiting or part.finished for part in self._parts)
        overdue = self._clock.mono_ms() - self._lines_ms >= LINES_WAIT_MS
        if work or overdue or force_lines:
            self._write_lines()
        for part in self._parts:
            while (facts := part.writer.flush()) is not None:
                self._note_durable(part, facts.sources)
        now_ms = self._clock.mono_ms()
        if self._heads and (self._heads_wanted or now_ms - self._heads_ms >= HEADS_EVERY_MS):
            # Crash here: a part is open and its source known to be away. The other way round
            # nobody would know of either.
            self._write_heads()
        self._close_finished()

    def _arm(self) -> None:
        events = self._journal.open(self._mender)
        if self._journal.lost:
            self.report(GapCause.STORE_FAULT, f"journal damaged, lines lost: {self._journal.lost}")
        self.leftover = settle(self._directory, self._call, events, self._clock)
        self._heads.update(self.leftover.heads)
        self._last_part.update(self.leftover.last_part)
        for source in self.leftover.last_part:
            self.opened[source] += 1
        self._absent = self.leftover.absent | self._absent
        self._heads_ms = self._clock.mono_ms()
        if self.leftover.events:
            self._append(self.leftover.events)

    def _announce(self, part: Part) -> None:
        if not part.writer.is_open:
            part.writer.open()
        layout, header = part.layout, part.writer.header
        origin_ms = layout.origin_ns // 1_000_000
        self._append(
            [
                PartOpened(
                    call=self._call,
                    n=0,
                    # Both tell when the part's time 0 was, not when its header became durable.
                    t_ms=self._clock.wall_ms() - (self._clock.mono_ms() - origin_ms),
                    mono_ms=origin_ms,
                    part=part.writer.name,
                    leg=layout.leg,
                    site=layout.site,
                    sources=list(layout.sources),
                    commitment=header.commitment.hex(),
                    header_sha256=header.sha256().hex(),
                    previous=layout.previous,
                    cause=layout.cause,
                )
            ]
        )
        part.announced = True
        self._note_head(part)

    def _write_lines(self) -> None:
        for line in self.ledger.take():
            self._heads_wanted |= line.to_mono_ms - line.from_mono_ms > LONG_GAP_MS
            self._outbox.append(self._gap_event(line))
        if self._outbox:
            self._append(self._outbox)
            self._outbox = []
        self._lines_ms = self._clock.mono_ms()

    def _gap_event(self, line: GapLine) -> Gap:
        return Gap(
            call=self._call,
            n=0,
            t_ms=self._clock.wall_ms(),
            leg=line.leg,
            source=line.source,
            cause=line.cause,
            from_mono_ms=line.from_mono_ms,
            to_mono_ms=line.to_mono_ms,
            frames=line.frames,
        )

    def _close_finished(self) -> None:
        for part in [part for part in self._parts if part.finished and part.idle]:
            if part.announced:
                self._append([self._closed_event(part)])
            self._parts.remove(part)
            part.writer.close()

    def _closed_event(self, part: Part) -> PartClosed:
        """`mono_ms` is where the recorded time of the part ends, as PartOpened tells where it
        begins.
        """
        totals = part.writer.totals
        last_ms = totals.last_mono_ms
        return PartClosed(
            call=self._call,
            n=0,
            t_ms=self._clock.wall_ms(),
            mono_ms=part.layout.origin_ns // 1_000_000 if last_ms is None else last_ms,
            part=part.writer.name,
            segments=totals.segments,
            bytes=totals.bytes,
            record_sha256=totals.head,
            audio_frames=totals.audio_frames,
            video_frames=totals.video_frames,
            missing_frames=totals.missing_frames,
        )

    def _write_heads(self) -> None:
        """Of parts that are written, and of those whose head moved since it was last told: what was
        told of a closed part stands (docs/adr/0017).
        """
        written = {part.writer.name for part in self._parts}
        heads = [
            head
            for name, head in sorted(self._heads.items())
            if name in written or head != self._told_heads.get(name)
        ]
        self._append(
            [
                Heads(
                    call=self._call,
                    n=0,
                    t_ms=self._clock.wall_ms(),
                    mono_ms=self._clock.mono_ms(),
                    heads=heads,
                    absent=[
                        Absent(
                            leg=leg,
                            source=source,
                            cause=absence.cause,
                            from_mono_ms=absence.from_ns // 1_000_000,
                        )
                        for (leg, source), absence in sorted(self._absent.items())
                    ],
                )
            ]
        )
        self._told_heads.update((head.part, head) for head in heads)
        self._heads_ms = self._clock.mono_ms()
        self._heads_wanted = False

    def _note_durable(self, part: Part, sources: Collection[TrackSource]) -> None:
        now_ms = self._clock.mono_ms()
        self.last_durable_ms = now_ms
        for source in sources:
            self.durable_ms[part.layout.leg, source] = now_ms
        # A decision may follow at any moment, and rests on tracks of which the log knows a record.
        self._heads_wanted |= self._heads[part.writer.name].segments == 0
        self._note_head(part)

    def _note_head(self, part: Part) -> None:
        totals = part.writer.totals
        self._heads[part.writer.name] = Head(
            part=part.writer.name, segments=totals.segments, record_sha256=totals.head
        )

    def _append(self, events: list[DurableEvent]) -> None:
        for event in self._journal.append(events):
            self._offer(event)

    def _fail(self, error: OSError) -> None:
        name = errno.errorcode.get(error.errno or 0, "EIO")
        if self.fault is None:
            self.report(GapCause.STORE_FAULT, name)
        self.fault = f"store_fault.{name}"
        self._retry_ms = self._clock.mono_ms() + RETRY_MS
