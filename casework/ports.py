"""Ports where rooms of the house meet without importing each other.

`signaling.relay` produces media, `recording.worker` consumes it; both know only this file.
Nothing here may import beyond the standard library: the packet path reaches it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class TrackKind(StrEnum):
    """Kind of a media track (W3C MediaStreamTrack.kind)."""

    AUDIO = "audio"
    VIDEO = "video"


class TrackSource(StrEnum):
    """What a track shows or hears; a leg has at most one track of each source."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    CITIZEN_CAMERA = "citizen_camera"
    DOCUMENT_CAMERA = "document_camera"
    SCREEN = "screen"


CITIZEN_SITE = "citizen"
"""The site of a citizen who takes part by a device of her own."""


def face(site: str) -> TrackSource:
    """The camera of a leg at `site` that shows whoever speaks into the leg's microphone: the two are
    played in step and recorded together.
    """
    return TrackSource.CITIZEN_CAMERA if site == CITIZEN_SITE else TrackSource.CAMERA


class GapCause(StrEnum):
    """Why recorded time is missing; the gap ledger has no other causes.

    `bad_line`: the desk paused the picture so that speech gets through; `pause`: a person did.
    """

    LOSS = "loss"
    TAP_OVERFLOW = "tap_overflow"
    SOCKET_OVERFLOW = "socket_overflow"
    LEG_GONE = "leg_gone"
    WORKER_RESTART = "worker_restart"
    STORE_FAULT = "store_fault"
    CLOCK_STEP = "clock_step"
    PAUSE = "pause"
    BAD_LINE = "bad_line"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class ContentFinding(StrEnum):
    """What is odd about what a recorded track shows or says; the recording itself is whole.

    `black`: nothing to be seen. `frozen`: the very same picture for long. `still`: nearly the same
    picture for longer. `dead`: digital silence. `quiet`: nobody spoke for long.
    """

    BLACK = "black"
    FROZEN = "frozen"
    STILL = "still"
    DEAD = "dead"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """One incarnation of a published track: a rejoin of the leg opens a new one.

    `track` is unique within the call. `clock_rate` is in Hz (Opus 48000, video 90000).
    `codec` is the RTP encoding name in lower case (`opus`, `vp8`, `h264`). `level_id` is the number
    of the audio level's header extension (RFC 6464) in its packets, None if it can have none.
    """

    track: int
    leg: str
    site: str
    source: TrackSource
    kind: TrackKind
    codec: str
    clock_rate: int
    ssrc: int
    channels: int = 1
    level_id: int | None = None


class MediaTap(Protocol):
    """The recorder's ear at the relay: one per call, called from the relay's event loop.

    Guarantees the relay gives: `track_opened` precedes every packet of a track, and
    `track_closed` follows the last; packets come in *arrival* order, already decrypted, and all of
    a track bear its SSRC; a packet recovered by NACK comes late but once; duplicates never come.
    Sequence numbers are *extended* (RFC 3550 A.1): unbounded, not negative, the low 16 bits are
    those of the packet, and within a track a wrap goes on upwards. So a number that falls back
    means a packet that is late, or a sender that began its numbers anew. `arrival_ns` is
    CLOCK_MONOTONIC, shared by all processes of the machine.

    Guarantees the tap gives: no method blocks or raises; a full queue drops the packet, counts it
    and turns recording health red (a recording fault, never back-pressure on the call).
    """

    def track_opened(self, track: TrackInfo, arrival_ns: int) -> None: ...

    def rtp(
        self, track: int, extended: int, packet: bytes, payload_at: int, arrival_ns: int
    ) -> None:
        """One whole RTP packet (RFC 3550), header included. `extended` is its extended sequence
        number, `payload_at` the offset of its payload; the relay has checked that CSRCs, extension
        and padding fit, so `payload_at` <= len(packet), less the padding if the P bit is set.
        """

    def sender_report(self, track: int, ntp: int, rtp: int, arrival_ns: int) -> None:
        """An SR's 64-bit NTP time and 32-bit RTP time (RFC 3550 6.4.1)."""

    def lost(self, track: int, first: int, last: int, arrival_ns: int) -> None:
        """NACK was given up for these extended sequence numbers (inclusive); they never come."""

    def track_closed(self, track: int, cause: GapCause | None, arrival_ns: int) -> None:
        """`cause` is None when the leg left in order."""


class KeyframeRequester(Protocol):
    """How the recorder asks a publisher for a keyframe; may be called from any thread."""

    def request_keyframe(self, track: int) -> None:
        """Requests are merged and throttled on the trailing edge: delayed, never dropped."""
