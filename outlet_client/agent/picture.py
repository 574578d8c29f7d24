"""The moving picture of a station: who it is, a running clock, a frame number, a flash."""

import math
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from outlet_client.agent.frame_code import CELLS, STRIP_PART, FrameCode

FLASH_EVERY = 15
"""A flash on every frame whose number is a multiple of this: once a second at 15 frames/s."""

_WEIGHT = 500
"""Of the variable face, whose own default is too thin for a small tile."""

_BACKDROPS = ("#16424a", "#3b2f5c", "#5a3a22", "#264d2b", "#4a1f33")


class Picture:
    """Draws numbered frames of one station; not thread-safe, an instance a track."""

    def __init__(self, station: int, name: str, width: int = 640, height: int = 360) -> None:
        self._station = station
        self._size = (width, height)
        self._clock_font = font(height // 6)
        self._backdrop = Image.new("RGB", self._size, _BACKDROPS[station % len(_BACKDROPS)])
        draw = ImageDraw.Draw(self._backdrop)
        draw.text((width // 20, height // 6), name, "#ffffff", font(height // 9))
        draw.text((width // 20, height * 5 // 6), f"leg {station}", "#cfd8dc", font(height // 14))

    def draw(self, number: int, now_s: float) -> Image.Image:
        """RGB picture of frame `number`; `now_s` (seconds since the epoch) stands on its clock."""
        width, height = self._size
        image = self._backdrop.copy()
        draw = ImageDraw.Draw(image)
        clock = datetime.fromtimestamp(now_s, UTC).astimezone().strftime("%H:%M:%S.%f")
        draw.text((width // 20, height * 2 // 5), clock[:-4], "#ffeb3b", self._clock_font)
        angle = number * math.pi / 30
        x = width * 0.8 + width * 0.1 * math.cos(angle)
        y = height * 0.6 + height * 0.2 * math.sin(angle)
        radius = height // 18
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), "#4dd0e1")
        if number % FLASH_EVERY == 0:
            draw.rectangle((width * 9 // 10, height // 8, width - 1, height // 4), "#ffffff")
        for cell, white in enumerate(FrameCode(number, self._station).bits()):
            left, right = width * cell // CELLS, width * (cell + 1) // CELLS - 1
            draw.rectangle((left, 0, right, height // STRIP_PART), "#fff" if white else "#000")
        return image


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """A face that has Chinese, of `size` pixels."""
    with as_file(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc") as path:
        face = ImageFont.truetype(BytesIO(path.read_bytes()), size)
    face.set_variation_by_axes([_WEIGHT])
    return face
