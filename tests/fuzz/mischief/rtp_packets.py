"""RTP (RFC 3550 5.1) as a page with keys in hand could make it."""

import contextlib
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from mischief.mutation import mutated
from signaling.relay.codecs import ABS_SEND_TIME_ID, OPUS, TRANSPORT_NUMBER_ID, VP8
from signaling.relay.srtp import SrtpError

_STEPS = (1,) * 40 + (
    0,
    2,
    2,
    3,
    17,
    17,
    40,
    511,
    513,
    1025,
    9_000,
    32_767,
    -1,
    -2,
    -17,
    -300,
    -1000,
)
_TIMES = (960, 960, 3000, 3000, 3000, 0, 1, -960, 90_000, 1 << 20, 1 << 31, 0xFFFFFFFF)
_PROFILES = (0xBEDE, 0xBEDE, 0xBEDE, 0x1000, 0x100F, 0x0000, 0xFFFF)
_LONGEST_PAYLOAD = 1_900
_LONGEST = 2_032  # with its tag still a whole datagram to the relay


@dataclass(slots=True)
class _Track:
    ssrc: int
    video: bool
    highest: int
    timestamp: int = 0


class RtpPackets:
    """Of one leg that has declared `voice` and `face`; `protect` is its SRTP. Numbers leap as they
    like; `plain` goes on behind them with packets that are as they should be.
    """

    def __init__(
        self, dice: random.Random, voice: int, face: int, protect: Callable[[bytes], bytes]
    ) -> None:
        self._dice = dice
        self._tracks = [_Track(voice, False, 2_000), _Track(face, True, 2_000)]
        self._protect = protect
        self._count = 0

    def hostile(self) -> bytes:
        """A datagram, protected as the relay expects it."""
        track = self._dice.choice(self._tracks)
        if self._dice.random() < 0.04:
            return self._foreign(track)
        while True:
            sequence = track.highest + self._dice.choice(_STEPS)
            # libsrtp protects neither a header that leaves its packet nor a number long gone.
            with contextlib.suppress(*SrtpError):
                datagram = self._protect(self._packet(track, sequence))
                track.highest = max(track.highest, sequence)
                return datagram

    def plain(self, payload: bytes) -> list[bytes]:
        """A voice packet and the start of a keyframe with this payload, next in their order."""
        return [self._protect(self._plain(track, payload)) for track in self._tracks]

    def _packet(self, track: _Track, sequence: int) -> bytes:
        dice = self._dice
        track.timestamp += dice.choice(_TIMES)
        first = 0x80 | dice.choice((0, 0x10, 0x10, 0x10, 0x20, 0x30, dice.randrange(0x40)))
        header = self._header(track, first, sequence)
        tail = self._extension() if first & 0x10 else b""
        tail += self._video_payload() if track.video else self._audio_payload()
        if first & 0x20:
            tail += bytes((dice.choice((0, 1, 4, 200, 255, len(tail) & 0xFF)),))
        packet = header + tail
        if dice.random() < 0.3:
            packet = mutated(dice, packet, keep=12)
        return packet[:_LONGEST]

    def _plain(self, track: _Track, payload: bytes) -> bytes:
        track.highest += 1
        track.timestamp += 3000
        return (
            self._header(track, 0x80, track.highest)
            + (b"\x10\x00" if track.video else b"")
            + payload
        )

    def _foreign(self, track: _Track) -> bytes:
        """Of no stream of the leg, so that nobody asks whether its tag is right."""
        dice = self._dice
        if dice.random() < 0.5:
            track = replace(track, ssrc=dice.getrandbits(32))
        header = self._header(track, 0x80, track.highest)
        other = bytes((dice.choice((0, 63, 95, 96, 111, 127)),))
        return header[:1] + other + header[2:] + dice.randbytes(dice.choice((0, 15, 16, 80)))

    def _header(self, track: _Track, first: int, sequence: int) -> bytes:
        payload_type = (VP8 if track.video else OPUS).payload_type
        marker = 0x80 if self._dice.random() < 0.4 else 0
        return struct.pack(
            "!BBHII",
            first,
            marker | payload_type,
            sequence & 0xFFFF,
            track.timestamp & 0xFFFFFFFF,
            track.ssrc,
        )

    def _extension(self) -> bytes:
        dice = self._dice
        elements = b""
        for _ in range(dice.choice((1, 1, 2, 2, 3, 6))):
            elements += self._element()
        elements += bytes(-len(elements) % 4)
        words = len(elements) // 4
        if dice.random() < 0.05:
            words = dice.choice((0, 1, words + 1, 0xFFFF))
        return struct.pack("!HH", dice.choice(_PROFILES), words) + elements

    def _element(self) -> bytes:
        dice = self._dice
        self._count += 1
        match dice.randrange(6):
            case 0 | 1:
                return bytes((ABS_SEND_TIME_ID << 4 | 2,)) + dice.randbytes(3)
            case 2:
                number = (self._count if dice.random() < 0.9 else dice.randrange(0x10000)) & 0xFFFF
                return bytes((TRANSPORT_NUMBER_ID << 4 | 1,)) + number.to_bytes(2)
            case 3:
                return bytes(dice.randint(1, 4))
            case 4:
                return bytes((0xF0 | dice.randrange(16),)) + dice.randbytes(3)
            case _:
                length = dice.randrange(16)
                given = length + 1 if dice.random() < 0.9 else dice.randint(0, 20)
                return bytes((dice.randrange(16) << 4 | length,)) + dice.randbytes(given)

    def _video_payload(self) -> bytes:
        """A VP8 descriptor (RFC 7741 4.2) with any flags, and perhaps a keyframe's header."""
        dice = self._dice
        first = dice.choice((0x10, 0x90, 0x80, 0x00, dice.randrange(256)))
        descriptor = bytes((first,)) + dice.randbytes(dice.randint(0, 6))
        size = dice.randrange(1, 16_384).to_bytes(2, "little") * 2
        keyframe = bytes((dice.choice((0x00, 0x10, 0xF0)), 0, 0)) + b"\x9d\x01\x2a" + size
        body = keyframe if dice.random() < 0.5 else b""
        return descriptor + body + dice.randbytes(self._size())

    def _audio_payload(self) -> bytes:
        return self._dice.randbytes(self._size())

    def _size(self) -> int:
        dice = self._dice
        return dice.choice((0, 1, 2, 10, 80, 80, dice.randint(0, _LONGEST_PAYLOAD)))
