"""RTCP compounds (RFC 3550 6, RFC 4585 6) of a page with keys in hand."""

import random
import struct
from collections.abc import Callable, Mapping, Sequence

from mischief.mutation import EXTREMES, mutated
from signaling.relay import rtcp
from signaling.relay.receive_stats import ReportBlock

_LONGEST = 1_900
_KEPT = 8  # version, type, length and sender: the rest is at the mercy of the dice


class RtcpCompounds:
    """`own` are SSRCs that the leg sends, `received` those sent to it, with their last number."""

    def __init__(
        self, dice: random.Random, own: Sequence[int], received: Callable[[], Mapping[int, int]]
    ) -> None:
        self._dice = dice
        self._received = received
        self._own = [*own, 0, 0xFFFFFFFF]
        self._others = [*received(), *received(), *own, 1]
        self._makers: tuple[Callable[[], bytes], ...] = (
            self._sender_report,
            self._receiver_report,
            self._nack,
            self._keyframe_request,
            self._estimate,
            self._description,
            self._goodbye,
            self._anything,
        )

    def hostile(self) -> bytes:
        """At least eight bytes; the second says RTCP."""
        dice = self._dice
        compound = b"".join(
            dice.choice(self._makers)() for _ in range(dice.choice((1, 1, 2, 3, 5, 70)))
        )
        if dice.random() < 0.5:
            compound = mutated(dice, compound, keep=_KEPT)
        if dice.random() < 0.1:
            compound = bytes((compound[0] ^ 1 << dice.randrange(6),)) + compound[1:]
        return compound[:_LONGEST].ljust(_KEPT, b"\0")

    def _sender_report(self) -> bytes:
        dice = self._dice
        ntp, stamp = dice.choice((0, dice.getrandbits(64), (1 << 64) - 1)), dice.getrandbits(32)
        packets, octets = dice.choice(EXTREMES), dice.choice(EXTREMES)
        return rtcp.build_sender_report(dice.choice(self._own), ntp, stamp, packets, octets)

    def _receiver_report(self) -> bytes:
        dice = self._dice
        blocks = [
            ReportBlock(
                ssrc=dice.choice(self._others),
                fraction_lost=dice.randrange(256),
                cumulative_lost=dice.choice((0, -1, 0x7FFFFF)),
                highest_sequence=dice.getrandbits(32),
                jitter=dice.choice(EXTREMES),
                last_sr=dice.choice((0, dice.getrandbits(32))),
                delay_since_sr=dice.choice(EXTREMES),
            )
            for _ in range(dice.choice((0, 1, 3, 31)))
        ]
        return rtcp.build_receiver_report(dice.choice(self._own), blocks)

    def _nack(self) -> bytes:
        dice = self._dice
        media = dice.choice(self._others)
        first = self._received().get(media, 0) - dice.choice((0, 1, 20, 500, 2_000, 40_000))
        spread = dice.choice((1, 1, 3, 17, 4000))
        numbers = [(first + n * spread) & 0xFFFF for n in range(dice.choice((1, 3, 40, 300)))]
        return rtcp.build_nack(dice.choice(self._own), media, numbers)

    def _keyframe_request(self) -> bytes:
        dice = self._dice
        if dice.random() < 0.5:
            return rtcp.build_picture_loss(dice.choice(self._own), dice.choice(self._others))
        entries = dice.choice((0, 1, 2, 20))
        body = struct.pack("!II", dice.choice(self._own), 0) + b"".join(
            struct.pack("!II", dice.choice(self._others), dice.getrandbits(32))
            for _ in range(entries)
        )
        return _packet(rtcp.PAYLOAD_FEEDBACK, rtcp.FULL_INTRA, body)

    def _estimate(self) -> bytes:
        dice = self._dice
        body = struct.pack("!II", dice.choice(self._own), 0) + b"REMB"
        body += bytes((dice.randrange(256),)) + dice.randbytes(3)
        body += dice.randbytes(4 * dice.choice((0, 1, 2)))
        return _packet(rtcp.PAYLOAD_FEEDBACK, rtcp.APPLICATION_LAYER, body)

    def _description(self) -> bytes:
        return rtcp.build_source_description(self._dice.choice(self._own), "hostile")

    def _goodbye(self) -> bytes:
        dice = self._dice
        sources = [dice.choice(self._own) for _ in range(dice.randint(1, 31))]
        return _packet(rtcp.BYE, len(sources), struct.pack(f"!{len(sources)}I", *sources))

    def _anything(self) -> bytes:
        dice = self._dice
        body = dice.randbytes(4 * dice.randint(0, 12))
        return _packet(dice.choice((192, 195, 204, 205, 206, 207, 223)), dice.randrange(32), body)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body
