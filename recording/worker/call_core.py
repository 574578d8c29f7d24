"""The recorder of one call without its thread: takes what the tap heard, keeps time, writes."""

from collections import deque
from collections.abc import Callable, Collection, Mapping

from casework.clock import Clock
from casework.ports import GapCause, KeyframeRequester, TrackInfo, TrackSource
from casework.worker_link.messages import Health
from recording.worker.call_store import CallStore
from recording.worker.content_helper import PictureChecker
from recording.worker.content_log import ContentLog
from recording.worker.health import UNRECORDABLE, TrackFacts, facts_of, judge
from recording.worker.ledger import Absence, GapLine, Source
from recording.worker.picture_watch import PictureWatch
from recording.worker.source_group import SourceGroup, is_of_pair
from recording.worker.tap import Event, Item, Lost, TrackClosed, TrackOpened
from recording.worker.track import Track, is_recordable
from recording.worker.track_clock import LegClock

HEALTH_EVERY_MS = 1_000
SILENT_MS = 2_300
"""Not quite as long as the desk waits for a word before it turns the light red."""
OVERFLOW_QUIET_MS = 5_000
ERROR_QUIET_MS = 10_000
CLOCK_STEP_MS = 2_000
"""Time servers slew a clock; who sets it by so much between two turns does it by hand."""
STEP_QUIET_MS = 5_000


class CallCore:
    def __init__(
        self,
        call: str,
        store: CallStore,
        keyframes: KeyframeRequester,
        clock: Clock,
        tell: Callable[[Health], None],
        pictures: PictureChecker | None = None,
    ) -> None:
        self._call = call
        self._store = store
        self._keyframes = keyframes
        self._clock = clock
        self._tell = tell
        self._pictures = pictures
        self._content = ContentLog(call, clock, store.note)
        self._tracks: dict[int, Track] = {}
        self._unrecordable: dict[int, TrackInfo] = {}
        self._groups: dict[tuple[str, str], SourceGroup] = {}
        self._legs: dict[str, LegClock] = {}
        self._watches: dict[Source, PictureWatch | None] = {}
        self._absent: dict[Source, Absence] = {}
        self._expected: dict[str, frozenset[TrackSource]] = {}
        self._expected_since: dict[Source, int] = {}
        self._took_over = False
        self._health_ms = 0
        self._was_ok: bool | None = None
        self._overflow_ms: int | None = None
        self._wall_ahead_ms = clock.wall_ms() - clock.mono_ms()
        self._stepped_ms: int | None = None
        self._error_ms: int | None = None

    @property
    def tracks(self) -> list[TrackInfo]:
        """Those that are open now."""
        recorded = [track.info for track in self._tracks.values()]
        return [*recorded, *self._unrecordable.values()]

    @property
    def absent(self) -> dict[Source, Absence]:
        """What was there, or was to be there, and is not recorded now."""
        waiting = {
            (track.info.leg, track.info.source): track.absence
            for track in self._tracks.values()
            if track.absence is not None
        }
        return self._absent | waiting

    def inherit(self, before: "CallCore") -> None:
        """Takes over from one that died in this process what only that one knew."""
        self._absent = before.absent
        self._expected_since = dict(before._expected_since)  # noqa: SLF001  (its own kind)

    def expect(
        self,
        leg: str,
        sources: Collection[TrackSource],
        held_back: Mapping[TrackSource, GapCause] | None = None,
    ) -> None:
        """`sources` are missed until they come; of these the ones that are `held_back` on purpose,
        and why, are no fault meanwhile.
        """
        held_back = held_back or {}
        now_ms = self._clock.mono_ms()
        self._expected.pop(leg, None)
        judged = frozenset(sources) - held_back.keys()
        if judged:
            self._expected[leg] = judged
        here = {(track.info.leg, track.info.source) for track in self._tracks.values()}
        for key in ((leg, source) for source in sources):
            self._expected_since.setdefault(key, now_ms)
            cause = held_back.get(key[1])
            # What was here before is told of by the relay that takes it away.
            if cause is not None and key not in here and not self._store.opened[key]:
                self._absent.setdefault(key, Absence(now_ms * 1_000_000, cause))

    def handle(self, heard: deque[Item]) -> None:
        """Takes items of the tap off `heard`, in order, until it is empty.

        A track gets its packets at one go. They go over to it before anything else is heard that
        came behind them, so for each track the order stays as it was; between packets of
        different tracks it says nothing that their arrival times do not.

        What raises costs that packet or item alone: the rest is still there, to be handled by
        another call.
        """
        tracks = self._tracks
        while heard:
            item = heard.popleft()
            if isinstance(item, tuple):
                track = tracks.get(item[0])
                if track is not None:
                    track.inbox.append(item)
            else:
                heard.appendleft(item)  # it is still to come if a packet before it raises
                self._hand_over()
                heard.popleft()
                self._apply(item)
        self._hand_over()

    def _hand_over(self) -> None:
        for track in self._tracks.values():
            if track.inbox:
                track.take_in()

    def _apply(self, item: Event) -> None:
        if isinstance(item, TrackOpened):
            self._open_track(item.info)
        elif isinstance(item, TrackClosed):
            self._close_track(item.track, item.cause, item.arrival_ns)
        else:
            track = self._tracks.get(item.track)
            if isinstance(item, Lost):
                if item.cause is GapCause.TAP_OVERFLOW:
                    self._note_overflow()
                if track is not None:
                    track.reorder.lost(item.first, item.last, item.cause)
            elif track is not None:
                track.clock.sender_report(item.ntp, item.rtp)

    def tick(self) -> None:
        """Runs deadlines, writes what is due, and tells health about once a second."""
        now_ns = self._clock.mono_ms() * 1_000_000
        for track in self._tracks.values():
            track.reorder.expire(now_ns)
        for group in self._groups.values():
            group.tick(now_ns)
        self._watch_wall_clock()
        self._store.step(self._held(), self.absent)
        if self._store.armed and not self._took_over:
            self._take_over()
        self._tell_health()

    def flush(self) -> None:
        """The call ends: gives up open losses, ends every part, closes every line."""
        now_ns = self._clock.mono_ms() * 1_000_000
        for track in self._tracks.values():
            track.reorder.flush()
        for group in self._groups.values():
            group.finish()
        absent = self.absent
        for source, since_ms in self._expected_since.items():
            if not self._store.opened[source]:
                away = absent.pop(source, None)
                cause = GapCause.LEG_GONE if away is None else away.cause
                if self._store.fault:
                    cause = GapCause.STORE_FAULT
                self._line(source, cause, since_ms, now_ns // 1_000_000)
        for source, absence in absent.items():
            self._line(source, absence.cause, absence.from_ns // 1_000_000, now_ns // 1_000_000)
        self._absent.clear()
        self._expected_since.clear()
        self._tracks.clear()

    def note_error(self, name: str, *, known: bool = False) -> bool:
        """An error inside the recorder is a fault of the recording that the log hears of. False
        while such a fault lasts: it is one, however many packets a broken sender sends, and one
        that is `known` to have killed the recorder before this one.
        """
        now_ms = self._clock.mono_ms()
        news = self._error_ms is None or now_ms - self._error_ms >= ERROR_QUIET_MS
        self._error_ms = now_ms
        if news and not known:
            self._store.report(GapCause.STORE_FAULT, f"recorder error: {name}")
        return news and not known

    def write_rest(self) -> bool:
        """Tries to write what is left; True when all of it is durable."""
        return self._store.step((), hurry=True)

    def health(self) -> Health:
        facts: dict[Source, TrackFacts] = {}
        for info in self._unrecordable.values():
            facts[info.leg, info.source] = UNRECORDABLE
        for track in self._tracks.values():
            source = track.info.leg, track.info.source
            facts[source] = facts_of(track, self._content.standing(source))
        return judge(
            self._call,
            self._clock.mono_ms(),
            self._expected,
            facts,
            self._store.durable_ms,
            self._fault(),
        )

    def _fault(self) -> str | None:
        if self._store.fault is not None:
            return self._store.fault
        for since_ms, name in (
            (self._overflow_ms, "tap_overflow"),
            (self._error_ms, "recorder_error"),
            (self._stepped_ms, "clock_step"),
        ):
            if since_ms is not None:
                return name
        return None if self._store.armed else "not_armed"

    def _held(self) -> list[Source]:
        return [
            (leg, source) for (leg, _), group in self._groups.items() for source in group.held()
        ]

    def _open_track(self, info: TrackInfo) -> None:
        self._close_track(info.track, None, None)
        if not is_recordable(info):
            self._unrecordable[info.track] = info
            return
        for other in list(self._tracks.values()):
            if (other.info.leg, other.info.source) == (info.leg, info.source):
                # The relay closes the old one first; if it did not, nothing is lost unseen.
                self._close_track(other.info.track, GapCause.LEG_GONE, None)
        group = self._group_of(info)
        track = Track(
            info,
            self._legs.setdefault(info.leg, LegClock()),
            group,
            self._store.ledger,
            self._keyframes.request_keyframe,
            self._absent.pop((info.leg, info.source), None),
            self._watch(info),
        )
        group.attach(track)
        self._tracks[info.track] = track

    def _watch(self, info: TrackInfo) -> PictureWatch | None:
        source = (info.leg, info.source)
        if source not in self._watches:
            self._watches[source] = PictureWatch.of(info.source, self._pictures)
        return self._watches[source]

    def _close_track(self, number: int, cause: GapCause | None, at_ns: int | None) -> None:
        self._unrecordable.pop(number, None)
        track = self._tracks.pop(number, None)
        if track is None:
            return
        track.reorder.flush()
        self._group_of(track.info).detach(track)
        source = (track.info.leg, track.info.source)
        if track.absence is not None:
            self._absent[source] = track.absence
        elif cause is not None:
            now_ns = self._clock.mono_ms() * 1_000_000 if at_ns is None else at_ns
            end_ns = now_ns if track.end_ns is None else min(track.end_ns, now_ns)
            self._absent[source] = Absence(end_ns, cause)

    def _group_of(self, info: TrackInfo) -> SourceGroup:
        name = "pair" if is_of_pair(info) else info.source.value
        group = self._groups.get((info.leg, name))
        if group is None:
            group = self._groups[info.leg, name] = SourceGroup(info, self._store)
        return group

    def _take_over(self) -> None:
        """What a predecessor was recording when it died is missing until it is back, and so is
        what was missing then.
        """
        self._took_over = True
        for source, absence in self._store.leftover.absent.items():
            track = next(
                (t for t in self._tracks.values() if (t.info.leg, t.info.source) == source), None
            )
            if track is None:
                known = self._absent.get(source, absence)
                self._absent[source] = min(known, absence, key=lambda one: one.from_ns)
            elif track.end_ns is None:
                track.absence, track.end_ns = absence, absence.from_ns

    def _line(self, source: Source, cause: GapCause, from_ms: int, to_ms: int) -> None:
        leg, what = source
        self._store.ledger.add(GapLine(leg, what, cause, min(from_ms, to_ms), to_ms, None))

    def _note_overflow(self) -> None:
        if self._overflow_ms is None:
            self._store.report(GapCause.TAP_OVERFLOW, "queue full")
        self._overflow_ms = self._clock.mono_ms()

    def _watch_wall_clock(self) -> None:
        """Media lies on the monotonic clock and is not moved. But the dates of what is said and
        done are, and whoever reads them later must be told.
        """
        ahead_ms = self._clock.wall_ms() - self._clock.mono_ms()
        by_ms, self._wall_ahead_ms = ahead_ms - self._wall_ahead_ms, ahead_ms
        if abs(by_ms) >= CLOCK_STEP_MS:
            self._store.report(GapCause.CLOCK_STEP, f"wall clock set by {by_ms} ms")
            self._stepped_ms = self._clock.mono_ms()

    def _note_silence(self, now_ms: int) -> None:
        """While a disk or a whole process stands still nothing can be said, and every page is told
        just that; what it was is said afterwards.
        """
        silent_ms = now_ms - self._health_ms if self._health_ms else 0
        if silent_ms < SILENT_MS:
            return
        if self._store.took_ms >= silent_ms // 2:
            self._store.report(GapCause.STORE_FAULT, f"disk stood still for {silent_ms} ms")
        else:
            self._store.report(GapCause.TAP_OVERFLOW, f"recorder stood still for {silent_ms} ms")

    def _look_at_content(self) -> None:
        now_ns = self._clock.mono_ms() * 1_000_000
        tracks = {(t.info.leg, t.info.source): t for t in self._tracks.values()}
        found = {source: track.finding(now_ns) for source, track in tracks.items()}
        self._content.take(found, [one for one, track in tracks.items() if track.is_seen(now_ns)])

    def _tell_health(self) -> None:
        now_ms = self._clock.mono_ms()
        if self._overflow_ms is not None and now_ms - self._overflow_ms >= OVERFLOW_QUIET_MS:
            self._overflow_ms = None
        if self._error_ms is not None and now_ms - self._error_ms >= ERROR_QUIET_MS:
            self._error_ms = None
        if self._stepped_ms is not None and now_ms - self._stepped_ms >= STEP_QUIET_MS:
            self._stepped_ms = None
        if self._is_due(now_ms):
            self._note_silence(now_ms)
            self._look_at_content()
            health = self.health()
            self._health_ms, self._was_ok = now_ms, health.ok
            self._tell(health)

    def _is_due(self, now_ms: int) -> bool:
        # What turns health red is told at once.
        broken = self._fault() is not None
        return now_ms - self._health_ms >= HEALTH_EVERY_MS or (broken and self._was_ok is True)
