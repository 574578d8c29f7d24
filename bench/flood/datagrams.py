"""What people without keys send to a relay's port: a mixture, made once."""

import asyncio
import random
from collections.abc import Sequence

from aioice import stun

from signaling.relay.dtls import DtlsTransport, new_certificate

MIXTURE = 512
_SEED = 7
_ICE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


async def client_hello() -> bytes:
    """The first flight of a DTLS client."""
    sent: asyncio.Queue[bytes] = asyncio.Queue()
    client = DtlsTransport(new_certificate(), sent.put_nowait, lambda _: None)
    client.start([("sha-256", "00" * 32)], server=False)
    try:
        return await asyncio.wait_for(sent.get(), 5)
    finally:
        await client.close()


def mixture(hello: bytes, fragments: Sequence[str]) -> list[bytes]:
    """In equal parts: checks under an unknown fragment, checks under one of `fragments` (of legs
    that talk) with a wrong password, first flights of DTLS, what looks like RTP and RTCP, noise.
    """
    dice = random.Random(_SEED)
    makers = (
        lambda: _check(dice, "".join(dice.choices(_ICE_CHARACTERS, k=8))),
        lambda: _check(dice, dice.choice(fragments)),
        lambda: hello,
        lambda: _media(dice),
        lambda: dice.randbytes(dice.randint(1, 1_200)),
    )
    return [makers[number % len(makers)]() for number in range(MIXTURE)]


def _check(dice: random.Random, fragment: str) -> bytes:
    request = stun.Message(
        stun.Method.BINDING,
        stun.Class.REQUEST,
        transaction_id=dice.randbytes(12),
        attributes={
            "USERNAME": f"{fragment}:theirs",
            "PRIORITY": 1_862_270_975,
            "ICE-CONTROLLING": dice.getrandbits(64),
            "USE-CANDIDATE": None,
        },
    )
    request.add_message_integrity(dice.randbytes(24))
    return bytes(request)


def _media(dice: random.Random) -> bytes:
    kind = dice.choice((96, 111, 224, 239, 200, 201, 205))  # the last three are RTCP
    return bytes((0x80 | dice.choice((0, 0x10)), kind)) + dice.randbytes(dice.randint(10, 1_200))
