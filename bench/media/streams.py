"""The publisher's side of the count: RTP packets whose every field follows from their number."""

import random
import struct
import time
from collections.abc import Sequence

from bench.media.schedule import (
    AUDIO_CLOCK_RATE,
    AUDIO_TICKS_PER_PACKET,
    VIDEO_CLOCK_RATE,
    VIDEO_TICKS_PER_FRAME,
    Packet,
    Schedule,
)

MOST_STREAMS = 128
REMEMBERED = 4096

AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE = 111, 96
_HEADER = struct.Struct("!BBHIIHH")
_EXTENDED = 0x90  # version 2, one extension (RFC 3550 5.1)
_ONE_BYTE = 0xBEDE  # RFC 8285 4.2
_LEVEL = b"\x10\x14"  # audio level, id 1, -20 dBov (RFC 6464)
_NTP_EPOCH = 2_208_988_800


class SentBoard:
    """Where all client processes see how far a stream is and when each of its last packets went
    out: the wall clock in nanoseconds, to compare with the kernel's arrival stamps.
    """

    BYTES = MOST_STREAMS * (REMEMBERED + 1) * 8

    def __init__(self, memory: memoryview) -> None:
        self._words = memory.cast("q")

    def stream(self, number: int) -> memoryview:
        """`REMEMBERED` times, by packet number, and the number of the next packet."""
        at = number * (REMEMBERED + 1)
        return self._words[at : at + REMEMBERED + 1]


class PublishedStream:
    """`number` is the stream's place on the board; `next_number` that of its next packet."""

    def __init__(
        self, number: int, first: int, *, video: bool, schedule: Schedule, board: SentBoard
    ) -> None:
        self.number = number
        self.ssrc = random.randrange(1, 1 << 32)
        self.next_number = first
        self.octets = 0
        self._first = first
        self._video = video
        self._packets: Sequence[Packet] = schedule.packets(video=video)
        self._frames = self._packets[-1].frame + 1
        self._ticks = VIDEO_TICKS_PER_FRAME if video else AUDIO_TICKS_PER_PACKET
        self._clock_rate = VIDEO_CLOCK_RATE if video else AUDIO_CLOCK_RATE
        self._frame, self._frame_ns = -1, 0
        self._payload_type = VIDEO_PAYLOAD_TYPE if video else AUDIO_PAYLOAD_TYPE
        self._base = random.randrange(1 << 32)
        self._board = board.stream(number)

    @property
    def sent(self) -> int:
        return self.next_number - self._first

    def next(self) -> bytes:
        """The next packet. `sending` must follow."""
        k = self.next_number
        packet, frame = self._packets[k % len(self._packets)], self._frame_of(k)
        now_ns = time.time_ns()
        stamp = b"\x22" + (((now_ns << 18) // 1_000_000_000) & 0xFFFFFF).to_bytes(3, "big")
        if self._video:
            extension = stamp
            # RFC 7741 4.2: X, S at the frame's first packet; I with a picture id of 15 bits.
            start = b"\x90\x80" if packet.first else b"\x80\x80"
            body = start + (0x8000 | frame & 0x7FFF).to_bytes(2, "big") + packet.payload
        else:
            extension = _LEVEL + stamp + b"\0\0"
            body = packet.payload
        header = _HEADER.pack(
            _EXTENDED,
            self._payload_type | (0x80 if packet.marker else 0),
            k & 0xFFFF,
            (self._base + frame * self._ticks) & 0xFFFFFFFF,
            self.ssrc,
            _ONE_BYTE,
            len(extension) // 4,
        )
        self.next_number = k + 1
        self.octets += len(body)
        return header + extension + body

    def sending(self) -> None:
        """Notes on the board that the packet of the last `next` goes out now."""
        now_ns, frame = time.time_ns(), self._frame_of(self.next_number - 1)
        self._board[REMEMBERED] = self.next_number
        self._board[(self.next_number - 1) % REMEMBERED] = now_ns
        if frame != self._frame:
            self._frame, self._frame_ns = frame, now_ns

    def _frame_of(self, number: int) -> int:
        loop, index = divmod(number, len(self._packets))
        return loop * self._frames + self._packets[index].frame

    def sender_report(self) -> bytes:
        """SR and SDES with a CNAME (RFC 3550 6.4.1, 6.5); something was sent before."""
        now_ns = time.time_ns()
        seconds, rest = divmod(now_ns, 1_000_000_000)
        ntp = (seconds + _NTP_EPOCH << 32) + (rest << 32) // 1_000_000_000
        # The stream's clock at this moment, counted on from the newest frame: frames differ in
        # packets, and who reads two clocks into a report takes it at its word.
        since = (now_ns - self._frame_ns) * self._clock_rate // 1_000_000_000
        report = struct.pack(
            "!BBHIQIII",
            0x80,
            200,
            6,
            self.ssrc,
            ntp & 0xFFFFFFFFFFFFFFFF,
            (self._base + self._frame * self._ticks + since) & 0xFFFFFFFF,
            self.sent,
            self.octets & 0xFFFFFFFF,
        )
        return report + source_description(self.ssrc)


def source_description(ssrc: int) -> bytes:
    return struct.pack("!BBHI", 0x81, 202, 3, ssrc) + b"\x01\x05bench\0"


def receiver_report(ssrc: int, blocks: Sequence[tuple[int, int]]) -> bytes:
    """RR and SDES; `blocks` are (SSRC, highest extended sequence number), nothing lost."""
    body = b"".join(
        struct.pack("!IIIIII", source, 0, highest & 0xFFFFFFFF, 0, 0, 0)
        for source, highest in blocks[:31]
    )
    head = struct.pack("!BBHI", 0x80 | len(blocks[:31]), 201, 1 + len(body) // 4, ssrc)
    return head + body + source_description(ssrc)
