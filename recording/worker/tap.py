"""The recorder's ear at the relay: a bounded queue between the event loop and the recorder."""

import threading
from collections import deque
from dataclasses import dataclass

from casework.ports import GapCause, TrackInfo
from recording.worker.rtp import Packet

MAX_QUEUED = 16_384
"""About 20 s of a three-way call at 720p, 24 MB."""


@dataclass(frozen=True, slots=True)
class TrackOpened:
    info: TrackInfo
    arrival_ns: int


@dataclass(frozen=True, slots=True)
class TrackClosed:
    track: int
    cause: GapCause | None
    arrival_ns: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    track: int
    ntp: int
    rtp: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Extended sequence numbers, inclusive."""

    track: int
    first: int
    last: int
    cause: GapCause


Event = TrackOpened | TrackClosed | SenderReport | Lost
Item = Packet | Event


class QueueTap:
    """Implements `casework.ports.MediaTap`. Packets and losses are dropped when the queue is full;
    what was dropped is told as lost, at the place where it would have been.
    """

    def __init__(self, limit: int = MAX_QUEUED) -> None:
        self._limit = limit
        self._items: deque[Item] = deque()
        self._lock = threading.Lock()
        self._dropped: dict[int, tuple[int, int]] = {}
        self.dropped_packets = 0

    def track_opened(self, track: TrackInfo, arrival_ns: int) -> None:
        self._items.append(TrackOpened(track, arrival_ns))

    def rtp(
        self, track: int, extended: int, packet: bytes, payload_at: int, arrival_ns: int
    ) -> None:
        if len(self._items) < self._limit:
            if self._dropped:
                self._tell_dropped()
            self._items.append((track, extended, packet, payload_at, arrival_ns))
        else:
            self.dropped_packets += 1
            self._drop(track, extended, extended)

    def sender_report(self, track: int, ntp: int, rtp: int, arrival_ns: int) -> None:
        del arrival_ns  # an SR ties two clocks of the sender; when it came says nothing
        if len(self._items) < self._limit:
            self._items.append(SenderReport(track, ntp, rtp))

    def lost(self, track: int, first: int, last: int, arrival_ns: int) -> None:
        del arrival_ns
        if len(self._items) < self._limit:
            self._items.append(Lost(track, first, last, GapCause.LOSS))
        else:
            self._drop(track, first, last)

    def track_closed(self, track: int, cause: GapCause | None, arrival_ns: int) -> None:
        if self._dropped:
            self._tell_dropped()
        self._items.append(TrackClosed(track, cause, arrival_ns))

    def take(self) -> deque[Item]:
        """All that waits, and what was dropped though no packet came since; called by the
        recorder's thread alone.
        """
        if self._dropped:
            self._tell_dropped()
        # One by one: only that is safe beside a relay that goes on appending.
        pop = self._items.popleft
        return deque([pop() for _ in range(len(self._items))])

    def _drop(self, track: int, first: int, last: int) -> None:
        with self._lock:
            lowest, highest = self._dropped.get(track, (first, last))
            self._dropped[track] = (min(lowest, first), max(highest, last))

    def _tell_dropped(self) -> None:
        with self._lock:
            dropped, self._dropped = self._dropped, {}
        for track, (first, last) in dropped.items():
            self._items.append(Lost(track, first, last, GapCause.TAP_OVERFLOW))
