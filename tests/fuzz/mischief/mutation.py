"""Changes of bytes that know nothing of what the bytes mean."""

import random
from collections.abc import Sequence

EXTREMES = (0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_MOST_CHANGES = 4


def mutated(
    dice: random.Random, sample: bytes, others: Sequence[bytes] = (), keep: int = 0
) -> bytes:
    """One to four changes; the first `keep` bytes stay. `others` may be spliced in."""
    changed = bytearray(sample[keep:])
    for _ in range(dice.randint(1, _MOST_CHANGES)):
        dice.choice(_CHANGES)(dice, changed)
    if others and dice.random() < 0.1:
        other = dice.choice(others)[keep:]
        changed[dice.randint(0, len(changed)) :] = other[dice.randint(0, len(other)) :]
    return sample[:keep] + bytes(changed)


def _flip_bit(dice: random.Random, data: bytearray) -> None:
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _set_byte(dice: random.Random, data: bytearray) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))


def _set_number(dice: random.Random, data: bytearray) -> None:
    width = dice.choice((2, 4))
    if len(data) >= width:
        at = dice.randrange(len(data) - width + 1)
        data[at : at + width] = (dice.choice(EXTREMES) & (1 << 8 * width) - 1).to_bytes(width)


def _cut_off(dice: random.Random, data: bytearray) -> None:
    del data[dice.randint(0, len(data)) :]


def _cut_out(dice: random.Random, data: bytearray) -> None:
    at = dice.randint(0, len(data))
    del data[at : at + dice.randint(0, 16)]


def _repeat(dice: random.Random, data: bytearray) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = data[at : at + dice.randint(0, 64)] * dice.randint(1, 3)


def _insert(dice: random.Random, data: bytearray) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = dice.randbytes(dice.randint(0, 24))


_CHANGES = (_flip_bit, _flip_bit, _set_byte, _set_number, _cut_off, _cut_out, _repeat, _insert)
