"""A recorder without its thread, driven by a clock that the test moves: same input, same output.

It hears through a real tap, and takes what waits there at each turn, as the thread does.
"""

import base64
from pathlib import Path

from casework.ports import TrackInfo, TrackKind, TrackSource
from casework.worker_link.messages import Gap, Health, PartClosed, PartOpened
from recording.format import SegmentRecord
from recording.worker.call_core import CallCore
from recording.worker.call_store import CallStore
from recording.worker.record_disk import RecordDisk
from recording.worker.recorder import TICK_S
from recording.worker.tap import QueueTap

MS = 1_000_000
CALL = "01JD00000000000000000000CA"
KEY = bytes(range(32))
HEADER_BYTES = 12
TICK_NS = round(TICK_S * 1000) * MS
START_NS = 1_000_000 * MS


class NanoClock:
    def __init__(self, ns=START_NS):
        self.ns = ns

    def mono_ms(self):
        return self.ns // MS

    def wall_ms(self):
        return 1_760_000_000_000 + self.ns // MS


class Scene:
    def __init__(
        self,
        directory: Path,
        *,
        call=CALL,
        key=KEY,
        disk=None,
        clock=None,
        pictures=None,
        events=None,
    ):
        self.directory = directory / call
        self.clock = clock or NanoClock()
        self.events = [] if events is None else events
        self.asked = []
        self.store = CallStore(
            call, key, self.directory, self.clock, self.events.append, disk or RecordDisk()
        )
        self.core = CallCore(call, self.store, self, self.clock, self.events.append, pictures)
        self.tap = QueueTap()
        self.core.tick()
        self._at_ns = self.clock.ns

    def request_keyframe(self, track):
        self.asked.append((track, self.clock.ns))

    def info(self, track, *, source=None, leg="clerk", site="counter", ssrc=None, kind=None):
        kind = kind or (TrackKind.AUDIO if track % 2 else TrackKind.VIDEO)
        audio = kind is TrackKind.AUDIO
        return TrackInfo(
            track=track,
            leg=leg,
            site=site,
            source=source or (TrackSource.MICROPHONE if audio else TrackSource.CAMERA),
            kind=kind,
            codec="opus" if audio else "vp8",
            clock_rate=48_000 if audio else 90_000,
            ssrc=ssrc or 1000 + track,
        )

    def open(self, track, **more):
        self.tap.track_opened(self.info(track, **more), self.clock.ns)

    def close_track(self, track, cause=None):
        self.tap.track_closed(track, cause, self.clock.ns)

    def hear(self, track, packet):
        """The relay sees one packet."""
        self.tap.rtp(track, packet.seq, packet.data, HEADER_BYTES, packet.at_ns)

    def lose(self, track, sent):
        """The relay gives up these packets."""
        for packet in sent:
            self.tap.lost(track, packet.seq, packet.seq, self.clock.ns)

    def turn(self):
        self.core.handle(self.tap.take())
        self.core.tick()

    def until(self, ns):
        while self._at_ns + TICK_NS <= ns:
            self._at_ns += TICK_NS
            self.clock.ns = self._at_ns
            self.turn()
        self.clock.ns = max(self.clock.ns, ns)

    def play(self, packets, *, until_ns=None):
        """`packets` = (track, Sent) in order of arrival."""
        for track, packet in packets:
            self.until(packet.at_ns)
            self.hear(track, packet)
        if until_ns is not None:
            self.until(until_ns)

    def end(self, reason="ended"):
        self.turn()
        self.core.flush()
        assert self.core.write_rest()
        assert self.store.close(reason)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def opened(self) -> list[PartOpened]:
        return self.of(PartOpened)

    @property
    def closed(self) -> list[PartClosed]:
        return self.of(PartClosed)

    @property
    def gaps(self) -> list[Gap]:
        return self.of(Gap)

    @property
    def health(self) -> Health:
        return self.of(Health)[-1]

    def records(self, part):
        text = (self.directory / f"{part}.tsv").read_bytes()
        return [SegmentRecord.parse(line) for line in text.splitlines(keepends=True)]


def key_text():
    return base64.b64encode(KEY).decode()
