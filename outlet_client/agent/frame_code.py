"""A frame number that survives a video codec: black and white cells along the top of the picture.

The strip has `CELLS` cells of equal width: 24 bits of frame number, 8 bits of station number and 8
bits of checksum, most significant bit first. A cell is at least 16 x 16 pixels at 640 x 360, many
times the block of a codec, so that it is read right even where everything else is mud.
"""

from dataclasses import dataclass

NUMBER_BITS = 24
STATION_BITS = 8
CHECK_BITS = 8
CELLS = NUMBER_BITS + STATION_BITS + CHECK_BITS
STRIP_PART = 16
"""The strip is 1/16 of the picture high."""
_AROUND = 2
"""So many pixels to each side of a cell's middle are looked at as well."""


@dataclass(frozen=True, slots=True)
class FrameCode:
    """`number` counts frames from 0; `station` (1 to 255) says whose picture it is."""

    number: int
    station: int

    def bits(self) -> list[bool]:
        """The `CELLS` cells from left to right; True is white."""
        value = (self.number % (1 << NUMBER_BITS)) << STATION_BITS | self.station
        value = value << CHECK_BITS | _checksum(value)
        return [bool(value >> shift & 1) for shift in reversed(range(CELLS))]


def read_frame_code(luma: bytes, width: int, height: int, stride: int) -> FrameCode | None:
    """Reads the strip from a luma plane (`height` rows of `stride` bytes).

    None when the strip is not there or too damaged for its checksum, as in the tiny pictures with which
    a connection may begin.
    """
    row = (height // STRIP_PART) // 2
    if row < _AROUND or len(luma) < (row + _AROUND + 1) * stride:
        return None
    value = 0
    for cell in range(CELLS):
        middle = int((cell + 0.5) * width / CELLS)
        around = [
            luma[(row + dy) * stride + middle + dx]
            for dy in (-_AROUND, 0, _AROUND)
            for dx in (-_AROUND, 0, _AROUND)
        ]
        value = value << 1 | (sum(around) > 128 * len(around))
    body, check = value >> CHECK_BITS, value & ((1 << CHECK_BITS) - 1)
    if _checksum(body) != check:
        return None
    return FrameCode(body >> STATION_BITS, body & ((1 << STATION_BITS) - 1))


def _checksum(value: int) -> int:
    """CRC-8 (polynomial 0x07), begun with 0xFF so that an all-black strip is no frame 0."""
    crc = 0xFF
    for byte in value.to_bytes((NUMBER_BITS + STATION_BITS) // 8, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc
