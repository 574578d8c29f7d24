"""Whether a microphone hears anything: by the audio level in packet headers (RFC 6464).

The level is 0 (loudest) to 127 (digital silence) below overload. A living microphone is never quite
silent: 127 for long means that it is switched off somewhere, or dead.
"""

from collections.abc import Iterable

from casework.ports import ContentFinding
from recording.worker.rtp import Packet

DEAD_NS = 30_000_000_000
QUIET_NS = 60_000_000_000
SPEECH = 50
"""Louder than -50 dBov somebody speaks, however softly; the noise of a room lies below."""
SILENCE = 127
_PAST_NS = 3_000_000_000
_ONE_BYTE_EXTENSIONS = b"\xbe\xde"  # RFC 8285 4.2


class SoundWatch:
    """`level_id` is the number of the level's header extension in this track's packets."""

    def __init__(self, level_id: int) -> None:
        self._head = level_id << 4  # one byte of data (RFC 8285 4.2)
        self._at = 0
        self._extension = b""
        self._heard_ns = 0
        self._alive_ns = 0
        self._spoken_ns = 0

    def take(self, packets: Iterable[Packet]) -> None:
        for _, _, packet, payload_at, arrival_ns in packets:
            at = self._at
            if not at or packet[12:16] != self._extension or packet[at - 1] != self._head:
                at = self._at = _find(packet, payload_at, self._head)
                self._extension = packet[12:16]
                if not at:
                    continue
            level = packet[at] & 0x7F
            if not self._heard_ns:
                self._alive_ns = self._spoken_ns = arrival_ns
            self._heard_ns = arrival_ns
            if level < SPEECH:
                self._alive_ns = self._spoken_ns = arrival_ns
            elif level < SILENCE:
                self._alive_ns = arrival_ns

    def finding(self, now_ns: int) -> ContentFinding | None:
        """None also when no level came: then nobody can say."""
        if not self._heard_ns or now_ns - self._heard_ns > _PAST_NS:
            return None
        if self._heard_ns - self._alive_ns >= DEAD_NS:
            return ContentFinding.DEAD
        return ContentFinding.QUIET if self._heard_ns - self._spoken_ns >= QUIET_NS else None


def _find(packet: bytes, payload_at: int, head: int) -> int:
    """Where the level's byte lies in a packet without CSRCs; 0 if it has none."""
    if packet[0] & 0x1F != 0x10 or packet[12:14] != _ONE_BYTE_EXTENSIONS:
        return 0
    at = 16
    while at + 1 < payload_at:
        if packet[at] == head:
            return at + 1
        # A zero is padding of one byte, everything else an element: head and length.
        at += 1 + (packet[at] & 0x0F) + 1 if packet[at] else 1
    return 0
