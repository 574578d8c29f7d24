"""The codecs and header extensions of every leg: fixed numbers, so that packets pass unchanged.

A later codec is one more `Codec` here and its keyframe test in `keyframe_starts`.
"""

from dataclasses import dataclass

from casework.ports import TrackKind

ABS_SEND_TIME_ID = 2
AUDIO_LEVEL_ID = 1
TRANSPORT_NUMBER_ID = 3
ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_NUMBER_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"  # RFC 6464

# The sdes:mid extension is left out on purpose: a forwarded value would misroute the packet at the
# subscriber, and rewriting it would cost every packet. See docs/adr/0001.
EXTENSIONS = {
    TrackKind.AUDIO: ((AUDIO_LEVEL_ID, AUDIO_LEVEL_URI), (ABS_SEND_TIME_ID, ABS_SEND_TIME_URI)),
    TrackKind.VIDEO: ((ABS_SEND_TIME_ID, ABS_SEND_TIME_URI),),
}
# What pages send besides, and hear about: with it a page's own congestion control knows its uplink.
# Not on the way down: a page that feeds it back would no longer send the estimate (REMB) that caps
# what others send to it.
UPLINK_EXTENSION = (TRANSPORT_NUMBER_ID, TRANSPORT_NUMBER_URI)
UPLINK_FEEDBACK = "transport-cc"


@dataclass(frozen=True, slots=True)
class Codec:
    """`name` is the RTP encoding name as in rtpmap; `clock_rate` in Hz."""

    name: str
    kind: TrackKind
    payload_type: int
    clock_rate: int
    channels: int
    format_parameters: str | None
    feedback: tuple[str, ...]

    @property
    def rtpmap(self) -> str:
        tail = f"/{self.channels}" if self.channels > 1 else ""
        return f"{self.payload_type} {self.name}/{self.clock_rate}{tail}"


OPUS = Codec("opus", TrackKind.AUDIO, 111, 48_000, 2, "minptime=10;useinbandfec=1", ("nack",))
VP8 = Codec("VP8", TrackKind.VIDEO, 96, 90_000, 1, None, ("nack", "nack pli", "goog-remb"))
CODECS = {TrackKind.AUDIO: OPUS, TrackKind.VIDEO: VP8}


def keyframe_starts(payload: bytes, at: int) -> bool:
    """True when the VP8 payload at offset `at` begins a keyframe (RFC 7741 4.2 and 4.3)."""
    end = len(payload)
    if at >= end:
        return False
    descriptor = payload[at]
    if descriptor & 0x17 != 0x10:  # start of a partition, and that the first
        return False
    at += 1
    if descriptor & 0x80:
        if at >= end:
            return False
        extended = payload[at]
        at += 1
        if extended & 0x80:
            at += 2 if at < end and payload[at] & 0x80 else 1
        if extended & 0x40:
            at += 1
        if extended & 0x30:
            at += 1
    return at < end and not payload[at] & 0x01
