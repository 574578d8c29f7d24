"""A mark as a picture of how dark it is, slanted, to be laid over a page again and again."""

import threading
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portal.papers.typesetting import FONTS
from portal.shown_materials.words import Mark

FONT: Path = FONTS / "NotoSansCJK-VF.otf.ttc"
SIMPLIFIED = 2
"""Which of the fonts in that file has the letter forms of the mainland."""
TEXT_PX = 44
SLANT = 24
GAP = 0.5
"""Around the words, in their own height: two tiles never run into each other."""
DARKNESS = 84
"""Of 255: readable over a photograph, and what is below stays readable."""
_DRAWING = threading.Lock()
"""A font of FreeType is not for two threads at once."""


@lru_cache(maxsize=64)
def tile_of(mark: Mark) -> Image.Image:
    """Mode L: 0 where nothing is drawn, DARKNESS where the words are. Not to be changed."""
    with _DRAWING:
        font = ImageFont.truetype(str(FONT), TEXT_PX, index=SIMPLIFIED)
        font.set_variation_by_name("Medium")
        text = "\n".join(mark.lines)
        probe = ImageDraw.Draw(Image.new("L", (1, 1)))
        left, top, right, bottom = probe.multiline_textbbox((0, 0), text, font, align="center")
        edge = int(TEXT_PX * GAP)
        size = (int(right - left) + 2 * edge, int(bottom - top) + 2 * edge)
        words = Image.new("L", size)
        draw = ImageDraw.Draw(words)
        draw.multiline_text((edge - left, edge - top), text, DARKNESS, font, align="center")
    return words.rotate(SLANT, Image.Resampling.BICUBIC, expand=True)
