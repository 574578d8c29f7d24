"""Finds out by its content what an upload is, and refuses what could do harm by its size."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from casework.materials.pdf import pdf_pages
from casework.model.material import MediaType
from casework.policy.refusals import MaterialTooLarge, MaterialUnreadable

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""A still of 12 megapixels, an A3 scan at 600 dpi has 70 million."""
MAX_PAGES = 100
MAX_SCANS = 200
"""A progressive JPEG can be drawn over and over: each scan costs the time of the whole picture."""

_MAGIC = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"%PDF-", MediaType.PDF),
)
# Begins a scan; inside one it cannot stand by chance, since 0xff is stuffed there.
_SCAN = b"\xff\xda"
_PILLOW_FORMAT = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG"}


@dataclass(frozen=True, slots=True)
class ContentType:
    media_type: MediaType
    pages: int


def look_at(content: bytes) -> ContentType:
    """Raises MaterialUnreadable, MaterialTooLarge, or MaterialActive for a PDF that would run something.

    Pictures are decoded, so that a broken one
    is told now and not to the reviewer.
    """
    if len(content) > MAX_BYTES:
        raise MaterialTooLarge(bytes=MAX_BYTES)
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            pages = _pdf_pages(content) if media_type is MediaType.PDF else 1
            if media_type in _PILLOW_FORMAT:
                _check_picture(content, media_type)
            return ContentType(media_type, pages)
    raise MaterialUnreadable


def _pdf_pages(content: bytes) -> int:
    pages = pdf_pages(content)
    if pages > MAX_PAGES:
        raise MaterialTooLarge(pages=MAX_PAGES)
    return pages


def _check_picture(content: bytes, media_type: MediaType) -> None:
    if media_type is MediaType.JPEG and content.count(_SCAN) > MAX_SCANS:
        raise MaterialTooLarge(scans=MAX_SCANS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
            picture = Image.open(io.BytesIO(content), formats=[_PILLOW_FORMAT[media_type]])
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise MaterialTooLarge(pixels=MAX_PIXELS)
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise MaterialUnreadable from broken
