"""Where everything stands in the side-by-side picture, in pixels."""

import math
from dataclasses import dataclass

TILE_WIDTH = 640
TILE_HEIGHT = 360
HEAD_HEIGHT = 48
FOOT_HEIGHT = 96
MARK_HEIGHT = 32
"""The lowest strip of the foot, in which the picture says what it is."""


@dataclass(frozen=True, slots=True)
class Box:
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Tiles row by row under a head with the clock and above a foot with the captions."""

    columns: int
    rows: int

    @classmethod
    def of(cls, tiles: int) -> "Layout":
        """As wide as high, rather wider: 1, 2, 2 + 1, 2 + 2, 3 + 2, 3 + 3 ..."""
        columns = max(1, math.ceil(math.sqrt(tiles)))
        return cls(columns, max(1, math.ceil(tiles / columns)))

    @property
    def width(self) -> int:
        return self.columns * TILE_WIDTH

    @property
    def height(self) -> int:
        return HEAD_HEIGHT + self.rows * TILE_HEIGHT + FOOT_HEIGHT

    @property
    def foot_top(self) -> int:
        return self.height - FOOT_HEIGHT

    def tile(self, number: int) -> Box:
        row, column = divmod(number, self.columns)
        return Box(column * TILE_WIDTH, HEAD_HEIGHT + row * TILE_HEIGHT, TILE_WIDTH, TILE_HEIGHT)


def fitted(width: int, height: int, box: Box) -> Box:
    """The largest picture of these proportions in the middle of the box; even sides."""
    scale = min(box.width / width, box.height / height)
    inner_width = min(box.width, max(2, round(width * scale) // 2 * 2))
    inner_height = min(box.height, max(2, round(height * scale) // 2 * 2))
    return Box(
        box.left + (box.width - inner_width) // 2,
        box.top + (box.height - inner_height) // 2,
        inner_width,
        inner_height,
    )
