"""From packets in order to whole frames, and what is missing between them.

A frame is handed on whole or not at all. After an unrecovered VP8 frame no delta frame is handed
on until the next keyframe: they would decode to garbage, and garbage is no evidence.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from casework.ports import GapCause
from recording.worker import opus, vp8
from recording.worker.reorder import InOrder
from recording.worker.rtp import Packet, payload_end, unwrap_time

MAX_FRAME_BYTES = 4 << 20
MAX_FRAME_RATE = 120
VIDEO_CLOCK_RATE = 90_000


@dataclass(slots=True)
class Frame:
    """`timestamp` is the RTP time unwrapped within its track; `arrival_ns` of its first packet."""

    timestamp: int
    arrival_ns: int
    keyframe: bool
    data: bytes
    duration_us: int = 0


@dataclass(slots=True)
class Missing:
    """What lies between the last frame that was kept and the next one.

    `frames` counts those known to be missing; `first_timestamp` is the RTP time of the first of
    them, if it was seen at all.
    """

    cause: GapCause
    frames: int = 0
    first_timestamp: int | None = None


class FrameSink(Protocol):
    def __call__(self, frame: Frame, missing: Missing | None) -> GapCause | None:
        """None if the frame is kept; otherwise why not, and it counts as missing."""


class Assembler(InOrder, Protocol):
    def break_off(self) -> None:
        """The frames from here on cannot be joined to those before."""


class OpusAssembler:
    """One packet is one frame (RFC 7587)."""

    def __init__(self, sink: FrameSink) -> None:
        self._sink = sink
        self._missing: Missing | None = None
        self._last = 0
        self._kept_end: int | None = None

    def packets(self, ready: deque[Packet]) -> None:
        while ready:
            _, _, packet, begins, arrival_ns = ready.popleft()
            payload = packet[begins : payload_end(packet)]
            if not payload:
                continue
            self._last = unwrap_time(int.from_bytes(packet[4:8], "big"), self._last)
            duration = opus.duration_us(payload)
            frame = Frame(self._last, arrival_ns, True, payload, duration)
            if self._missing is not None:
                self._bound(self._missing, frame)
            real = self._missing if self._missing and self._missing.frames else None
            refused = self._sink(frame, real)
            if refused is None:
                self._missing = None
                self._kept_end = frame.timestamp + duration * opus.CLOCK_RATE // 1_000_000
            else:
                self._count(1, refused, frame.timestamp)

    def missing(self, count: int, cause: GapCause) -> None:
        self._count(count, cause, None)

    def break_off(self) -> None:
        """Every Opus packet stands alone well enough."""

    def _count(self, count: int, cause: GapCause, timestamp: int | None) -> None:
        if self._missing is None:
            self._missing = Missing(cause, 0, timestamp)
        self._missing.frames += count

    def _bound(self, missing: Missing, frame: Frame) -> None:
        # Sequence numbers that started anew look like a long loss; time tells the truth.
        if self._kept_end is None or not frame.duration_us:
            return
        samples = frame.timestamp - self._kept_end
        at_most = max(0, round(samples * 1_000_000 / opus.CLOCK_RATE / frame.duration_us))
        missing.frames = min(missing.frames, at_most)


class Vp8Assembler:
    """Joins payloads between a start and a marker (RFC 7741 4); asks for keyframes."""

    def __init__(self, sink: FrameSink, need_keyframe: Callable[[], None]) -> None:
        self._sink = sink
        self._need_keyframe = need_keyframe
        self._parts: list[bytes] = []
        self._bytes = 0
        self._stamp = b""
        self._arrival_ns = 0
        self._picture = (0, 0)
        self._timestamp = 0
        self._lost: GapCause | None = None
        self._broken_at = b""
        self._seen: tuple[int, int] | None = None
        self._kept: tuple[int, int] | None = None
        self._kept_at = 0
        self._missing: Missing | None = None
        self.waits_for_keyframe = True

    def packets(self, ready: deque[Packet]) -> None:
        # A packet of a frame costs its share of the join and no more: time stamps are compared as
        # they stand on the wire, and numbers are made of them once a frame.
        parts = self._parts
        while ready:
            _, _, packet, begins, arrival_ns = ready.popleft()
            end = payload_end(packet)
            if begins >= end:
                continue
            at = vp8.descriptor_end(packet, begins)
            if at >= end:
                self.missing(1, GapCause.LOSS)
                continue
            if parts and packet[4:8] != self._stamp:
                self._finish()  # its marker was not set; nothing of it was lost
            if not parts:
                if not vp8.starts_frame(packet, begins):
                    self._drop_tail(packet)
                    continue
                self._stamp, self._arrival_ns = packet[4:8], arrival_ns
                self._picture = vp8.picture_id(packet, begins)
            parts.append(packet[at:end])
            self._bytes += end - at
            if self._bytes > MAX_FRAME_BYTES:
                self.missing(1, GapCause.LOSS)
            elif packet[1] & 0x80:  # M
                self._finish()

    def missing(self, count: int, cause: GapCause) -> None:
        del count  # packets say nothing about frames; picture ids do
        self._lost = self._lost or cause
        if self._parts:
            self._broken_at = self._stamp
            self._clear()
            self._drop(self._advance_time(self._stamp), cause)

    def break_off(self) -> None:
        self.waits_for_keyframe = True

    def _advance_time(self, stamp: bytes) -> int:
        self._timestamp = unwrap_time(int.from_bytes(stamp, "big"), self._timestamp)
        return self._timestamp

    def _clear(self) -> None:
        self._parts.clear()
        self._bytes = 0

    def _drop_tail(self, packet: bytes) -> None:
        # The rest of a frame whose start is lost: one missing frame, however many packets.
        stamp = packet[4:8]
        if stamp != self._broken_at:
            self._broken_at = stamp
            self._drop(self._advance_time(stamp), self._lost or GapCause.LOSS)
            self._lost = self._lost or GapCause.LOSS

    def _drop(self, timestamp: int, cause: GapCause) -> None:
        if self._missing is None:
            self._missing = Missing(cause, 0, timestamp)
        self._missing.frames += 1
        self.waits_for_keyframe = True
        self._need_keyframe()

    def _finish(self) -> None:
        data, picture = b"".join(self._parts), self._picture
        self._clear()
        frame = Frame(
            self._advance_time(self._stamp),
            self._arrival_ns,
            vp8.keyframe_size(data) is not None,
            data,
        )
        if self._lost is not None:
            self._judge_loss(picture, frame)
        self._seen = picture
        if self.waits_for_keyframe and not frame.keyframe:
            self._drop(frame.timestamp, GapCause.LOSS)
            return
        if self._missing is not None:
            self._missing.frames = self._count(picture, frame.timestamp, self._missing.frames)
        refused = self._sink(frame, self._missing)
        if refused is None:
            self._missing = None
            self._kept, self._kept_at = picture, frame.timestamp
            self.waits_for_keyframe = False
        else:
            self._drop(frame.timestamp, refused)

    def _judge_loss(self, picture: tuple[int, int], frame: Frame) -> None:
        cause, self._lost = self._lost, None
        whole = self._missing is None and _distance(self._seen, picture) == 1
        if whole or cause is None:
            return  # only padding was lost: pictures follow each other
        self.waits_for_keyframe = True
        if self._missing is None and self._kept is not None:
            self._missing = Missing(cause, 0 if frame.keyframe else 1, None)

    def _count(self, picture: tuple[int, int], timestamp: int, dropped: int) -> int:
        # 15-bit picture ids wrap after 9 minutes at 60 frames/s, 7-bit ones after 2 s; an id far
        # ahead of the clock means that the encoder began its ids anew.
        between = _distance(self._kept, picture) - 1
        at_most = (timestamp - self._kept_at) * MAX_FRAME_RATE // VIDEO_CLOCK_RATE
        if picture[1] == 15 and dropped <= between <= at_most:
            return between
        return max(1, dropped)


def _distance(before: tuple[int, int] | None, after: tuple[int, int]) -> int:
    """Pictures from one id to the next, modulo their width; 0 if nobody can tell."""
    if before is None or before[1] != after[1] or not after[1]:
        return 0
    return (after[0] - before[0]) % (1 << after[1])
