"""Pictures that a scripted window sends: stills of made-up papers, and a drawn signature."""

import io
import math

from PIL import Image, ImageDraw

from outlet_client.agent.picture import font

A4_AT_200_DPI = (1654, 2339)
SIGNATURE_SIZE = (800, 300)


def still(title: str, note: str, size: tuple[int, int] = A4_AT_200_DPI) -> bytes:
    """JPEG of a paper as a document camera gives it, A4 at 200 dpi unless said otherwise."""
    width, height = size
    paper = Image.new("RGB", size, "#f4f1ea")
    draw = ImageDraw.Draw(paper)
    margin = width // 12
    draw.rectangle((margin, margin, width - margin, height - margin), outline="#455a64", width=4)
    draw.text((2 * margin, 2 * margin), title, "#212121", font(width // 16))
    draw.text((2 * margin, height - 3 * margin), note, "#8d6e63", font(width // 32))
    for line in range(12):
        y = 5 * margin + line * margin
        if y < height - 4 * margin:
            draw.line((2 * margin, y, width - 2 * margin, y), "#b0bec5", 3)
    return _bytes(paper, "JPEG", quality=85)


def signature() -> bytes:
    """PNG of a line as a finger draws it; it imitates nobody's name."""
    width, height = SIGNATURE_SIZE
    paper = Image.new("L", SIGNATURE_SIZE, 255)
    points = [
        (
            width * (0.1 + 0.8 * i / 240),
            height * (0.5 + 0.3 * math.sin(i / 11) * math.cos(i / 37)),
        )
        for i in range(241)
    ]
    ImageDraw.Draw(paper).line(points, fill=0, width=7, joint="curve")
    return _bytes(paper, "PNG", optimize=True)


def _bytes(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
