"""A picture under a mark: decoded and made anew, so that nothing but what is seen comes out again."""

import io

from PIL import Image, ImageChops, ImageOps

from casework.materials.content_type import MAX_PIXELS
from casework.model.material import MediaType
from casework.policy.material_refusals import ViewNotMade
from portal.shown_materials.tile import tile_of
from portal.shown_materials.words import Mark

QUALITY = 90
TILE_SHARE = 0.62
"""Of the shorter side: a mark can be cut off nowhere without cutting off what it lies on."""
LEAST_TILE = 120
DARK = (48, 48, 48)
LIGHT = (255, 255, 255)
_FORMATS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG"}


def marked_picture(content: bytes, media_type: MediaType, mark: Mark) -> bytes:
    """Of the same type and size, upright as the camera meant it. What else the file held, the place where it
    was taken among it, stays behind. Raises ViewNotMade.
    """
    try:
        picture = Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]])
        if picture.width * picture.height > MAX_PIXELS:
            raise ViewNotMade
        seen = _on_white(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise ViewNotMade from broken
    covering = _covering(seen.size, mark)
    # A light shadow beside it: on a dark photograph that is what is read.
    seen.paste(LIGHT, (0, 0), ImageChops.offset(covering, max(1, min(seen.size) // 500)))
    seen.paste(DARK, (0, 0), covering)
    made = io.BytesIO()
    if media_type is MediaType.JPEG:
        seen.save(made, "JPEG", quality=QUALITY)
    else:
        seen.save(made, "PNG", compress_level=1)
    return made.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent shows the white of paper."""
    if picture.mode in {"RGBA", "LA", "PA", "P"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, (0, 0), clear)
        return paper
    return picture.convert("RGB")


def _covering(size: tuple[int, int], mark: Mark) -> Image.Image:
    """The mark all over, brick by brick."""
    tile = tile_of(mark)
    across = max(LEAST_TILE, int(TILE_SHARE * min(size)))
    down = max(1, across * tile.height // tile.width)
    brick = tile.resize((across, down), Image.Resampling.BILINEAR)
    mask = Image.new("L", size)
    for row, y in enumerate(range(0, size[1], down)):
        start = -(across // 2) if row % 2 else 0
        for x in range(start, size[0], across):
            mask.paste(brick, (x, y))
    return mask
