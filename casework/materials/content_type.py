"""Finds out by its content what an upload is, and refuses what could do harm by its size."""

import io
import warnings
from dataclasses import dataclass

import pikepdf
from PIL import Image

from casework.model.material import MediaType
from casework.policy.refusals import MaterialTooLarge, MaterialUnreadable

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""A still of 12 megapixels, an A3 scan at 600 dpi has 70 million."""
MAX_PAGES = 100

_MAGIC = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"%PDF-", MediaType.PDF),
)
_PILLOW_FORMAT = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG"}


@dataclass(frozen=True, slots=True)
class ContentType:
    media_type: MediaType
    pages: int


def look_at(content: bytes) -> ContentType:
    """Raises MaterialUnreadable or MaterialTooLarge. Pictures are decoded, so that a broken one
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


def _check_picture(content: bytes, media_type: MediaType) -> None:
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


def _pdf_pages(content: bytes) -> int:
    """An encrypted PDF is unreadable: no password is asked of anybody."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, ValueError) as broken:
        raise MaterialUnreadable from broken
    if pages == 0:
        raise MaterialUnreadable
    if pages > MAX_PAGES:
        raise MaterialTooLarge(pages=MAX_PAGES)
    return pages
