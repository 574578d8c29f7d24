"""RTCP (RFC 3550 6, RFC 4585 6): walking compounds that came in, building those that go out."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from signaling.relay.receive_stats import ReportBlock

SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
BYE = 203
TRANSPORT_FEEDBACK = 205
PAYLOAD_FEEDBACK = 206
NACK = 1  # of TRANSPORT_FEEDBACK
PICTURE_LOSS = 1  # of PAYLOAD_FEEDBACK
FULL_INTRA = 4
APPLICATION_LAYER = 15

MOST_PACKETS = 64
MOST_NACKED = 512
MOST_BLOCKS = 31
_REMB = b"REMB"
_BLOCK = struct.Struct("!IIIIII")
_SENDER_INFO = struct.Struct("!IQIII")


class MalformedRtcp(ValueError):
    """A compound whose lengths do not fit it; nothing of it counts."""


@dataclass(frozen=True, slots=True)
class RtcpPacket:
    """One packet of a compound. `count` is the five-bit field (report count or feedback type),
    `body` everything after the four-byte header, without padding.
    """

    kind: int
    count: int
    body: bytes


@dataclass(frozen=True, slots=True)
class SenderInfo:
    """`ntp` is 64 bits of NTP time, `rtp` the same instant on the media clock."""

    ssrc: int
    ntp: int
    rtp: int


def walk(compound: bytes) -> list[RtcpPacket]:
    """Every packet of a compound, in order. Raises `MalformedRtcp`."""
    packets: list[RtcpPacket] = []
    at = 0
    size = len(compound)
    while at < size:
        if size - at < 4 or len(packets) >= MOST_PACKETS:
            raise MalformedRtcp("header cut off, or too many packets")
        first, kind, words = struct.unpack_from("!BBH", compound, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > size:
            raise MalformedRtcp("wrong version, or packet leaves the compound")
        body_end = end
        if first & 0x20:
            padding = compound[end - 1]
            if padding == 0 or padding > end - at - 4:
                raise MalformedRtcp("padding longer than the packet")
            body_end -= padding
        packets.append(RtcpPacket(kind, first & 0x1F, compound[at + 4 : body_end]))
        at = end
    return packets


def sender_info(packet: RtcpPacket) -> SenderInfo:
    if len(packet.body) < 24:
        raise MalformedRtcp("sender report cut off")
    ssrc, ntp, rtp, _, _ = _SENDER_INFO.unpack_from(packet.body)
    return SenderInfo(ssrc, ntp, rtp)


def report_blocks(packet: RtcpPacket) -> Iterator[ReportBlock]:
    """Blocks of a sender or receiver report."""
    at = 24 if packet.kind == SENDER_REPORT else 4
    if len(packet.body) < at + 24 * packet.count:
        raise MalformedRtcp("report block cut off")
    for _ in range(packet.count):
        ssrc, loss, highest, jitter, last_sr, delay = _BLOCK.unpack_from(packet.body, at)
        lost = loss & 0xFFFFFF
        if lost & 0x800000:
            lost -= 0x1000000
        yield ReportBlock(ssrc, loss >> 24, lost, highest, jitter, last_sr, delay)
        at += 24


def feedback_target(packet: RtcpPacket) -> int:
    """SSRC of the media a feedback packet speaks of."""
    if len(packet.body) < 8:
        raise MalformedRtcp("feedback cut off")
    return int.from_bytes(packet.body[4:8], "big")


def nacked(packet: RtcpPacket) -> list[int]:
    """16-bit sequence numbers of a generic NACK (RFC 4585 6.2.1), at most `MOST_NACKED`."""
    numbers: list[int] = []
    for at in range(8, len(packet.body) - 3, 4):
        first, mask = struct.unpack_from("!HH", packet.body, at)
        numbers.append(first)
        numbers.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
        if len(numbers) >= MOST_NACKED:
            break
    return numbers[:MOST_NACKED]


def full_intra_targets(packet: RtcpPacket) -> list[int]:
    """SSRCs of a full intra request (RFC 5104 4.3.1)."""
    return [
        int.from_bytes(packet.body[at : at + 4], "big") for at in range(8, len(packet.body) - 7, 8)
    ]


def estimated_bitrate(packet: RtcpPacket) -> int | None:
    """Bits a second of a REMB (draft-alvestrand-rmcat-remb 2.2); None = another message."""
    body = packet.body
    if len(body) < 16 or body[8:12] != _REMB:
        return None
    exponent = body[13] >> 2
    mantissa = (body[13] & 0x03) << 16 | body[14] << 8 | body[15]
    return min(mantissa << exponent, 1 << 40)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def build_sender_report(ssrc: int, ntp: int, rtp: int, packets: int, octets: int) -> bytes:
    body = _SENDER_INFO.pack(ssrc, ntp, rtp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _packet(SENDER_REPORT, 0, body)


def build_receiver_report(ssrc: int, blocks: Iterable[ReportBlock]) -> bytes:
    """At most 31 blocks fit one report; a leg has four streams."""
    chosen = list(blocks)[:MOST_BLOCKS]
    body = ssrc.to_bytes(4, "big") + b"".join(
        _BLOCK.pack(
            b.ssrc,
            b.fraction_lost << 24 | b.cumulative_lost & 0xFFFFFF,
            b.highest_sequence,
            b.jitter,
            b.last_sr,
            b.delay_since_sr,
        )
        for b in chosen
    )
    return _packet(RECEIVER_REPORT, len(chosen), body)


def build_source_description(ssrc: int, cname: str) -> bytes:
    """An SDES packet with CNAME only (RFC 3550 6.5.1)."""
    name = cname.encode("ascii")
    chunk = ssrc.to_bytes(4, "big") + bytes((1, len(name))) + name
    return _packet(SOURCE_DESCRIPTION, 1, chunk + bytes(4 - len(chunk) % 4))


def build_nack(sender: int, media: int, numbers: Iterable[int]) -> bytes:
    """`numbers` are extended or 16-bit, ascending. No mask reaches across the 16-bit wrap, where
    aiortc's reading of it goes wrong.
    """
    pairs: list[list[int]] = []
    for number in numbers:
        low = number & 0xFFFF
        if pairs and 1 <= low - pairs[-1][0] <= 16:
            pairs[-1][1] |= 1 << (low - pairs[-1][0] - 1)
        else:
            pairs.append([low, 0])
    body = struct.pack("!II", sender, media)
    return _packet(TRANSPORT_FEEDBACK, NACK, body + b"".join(struct.pack("!HH", *p) for p in pairs))


def build_picture_loss(sender: int, media: int) -> bytes:
    return _packet(PAYLOAD_FEEDBACK, PICTURE_LOSS, struct.pack("!II", sender, media))


def build_estimated_bitrate(sender: int, bitrate: int, ssrcs: Iterable[int]) -> bytes:
    """A REMB that allows `bitrate` bits a second for all `ssrcs` together."""
    chosen = list(ssrcs)
    exponent = max(0, bitrate.bit_length() - 18)
    mantissa = bitrate >> exponent
    body = struct.pack("!II", sender, 0) + _REMB
    body += bytes((len(chosen), exponent << 2 | mantissa >> 16))
    body += (mantissa & 0xFFFF).to_bytes(2, "big")
    body += b"".join(ssrc.to_bytes(4, "big") for ssrc in chosen)
    return _packet(PAYLOAD_FEEDBACK, APPLICATION_LAYER, body)
