"""A QR code as a picture for a paper."""

import io

import segno


def qr_svg(text: str, *, border: int = 0) -> str:
    """An SVG, the same for the same text; nothing for no text."""
    if not text:
        return ""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=border, scale=4)
    return picture.getvalue().decode()
