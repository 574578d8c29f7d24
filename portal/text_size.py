"""How large a citizen reads: 20, 24 or 30 px; the choice stays on that screen."""

from enum import StrEnum

from aiohttp import web

TEXT_SIZE_COOKIE = "yc_text"


class TextSize(StrEnum):
    STANDARD = "standard"
    LARGE = "large"
    LARGEST = "largest"


def text_size_of(request: web.BaseRequest) -> TextSize:
    try:
        return TextSize(request.cookies.get(TEXT_SIZE_COOKIE, ""))
    except ValueError:
        return TextSize.STANDARD
