"""DTLS records (RFC 6347 4.1, 4.2) around a real first flight."""

import asyncio
import random
import struct
from collections.abc import Sequence

from mischief.mutation import EXTREMES, mutated
from signaling.relay.dtls import DtlsTransport, new_certificate

_RECORD = struct.Struct("!BHHHIH")  # type, version, epoch, 48 bits of number, length
_RECORD_BYTES = 13
_HANDSHAKE_BYTES = 12
_TYPES = (20, 21, 22, 23, 24, 25, 63)
_VERSIONS = (0xFEFD, 0xFEFF, 0xFEFC, 0x0303, 0x0000, 0xFFFF)


async def first_flight() -> bytes:
    """The ClientHello that a page sends first."""
    sent: asyncio.Queue[bytes] = asyncio.Queue()
    client = DtlsTransport(new_certificate(), sent.put_nowait, lambda _: None)
    client.start([("sha-256", "00" * 32)], server=False)
    try:
        return await asyncio.wait_for(sent.get(), 5)
    finally:
        await client.close()


class DtlsFlights:
    def __init__(self, dice: random.Random, hello: bytes) -> None:
        self._dice = dice
        self._hello = hello

    def datagram(self, others: Sequence[bytes] = ()) -> bytes:
        """A first flight with something wrong; `others` are records seen on the line."""
        dice = self._dice
        match dice.randrange(6):
            case 0:
                body = dice.randbytes(dice.randint(0, 100))
                return self._record(body, len(body) if dice.random() < 0.5 else None)
            case 1:
                return self._fragment()
            case 2:
                return self._hello + self._record(dice.randbytes(2), 2)
            case 3 if others:
                return mutated(dice, dice.choice(others), [self._hello], keep=1)
            case 4:
                return mutated(dice, self._hello, keep=_RECORD_BYTES)
            case _:
                return mutated(dice, self._hello, others, keep=1)

    def _record(self, body: bytes, length: int | None) -> bytes:
        dice = self._dice
        told = dice.choice(EXTREMES) & 0xFFFF if length is None else length
        epoch, number = dice.choice((0, 0, 1, 2, 0xFFFF)), dice.choice((0, 1, 7, 0xFFFFFFFF))
        head = (dice.choice(_TYPES), dice.choice(_VERSIONS), epoch, 0, number, told)
        return _RECORD.pack(*head) + body

    def _fragment(self) -> bytes:
        """A piece of the ClientHello at a place that may overlap, leave a hole or lie outside."""
        dice = self._dice
        message = self._hello[_RECORD_BYTES:]
        kind, whole = message[0], message[_HANDSHAKE_BYTES:]
        at = dice.randint(0, len(whole))
        piece = whole[at : at + dice.randint(0, 80)]
        length = dice.choice((len(whole), len(whole), *EXTREMES)) & 0xFFFFFF
        offset = dice.choice((at, at, *EXTREMES)) & 0xFFFFFF
        size = dice.choice((len(piece), len(piece), *EXTREMES)) & 0xFFFFFF
        body = (
            bytes((dice.choice((kind, kind, 0, 2, 11, 16, 20, 255)),))
            + length.to_bytes(3)
            + dice.choice((0, 0, 1, 0xFFFF)).to_bytes(2)
            + offset.to_bytes(3)
            + size.to_bytes(3)
            + piece
        )
        return _RECORD.pack(22, 0xFEFF, 0, 0, dice.randrange(9), len(body)) + body
