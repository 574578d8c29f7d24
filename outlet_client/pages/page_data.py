"""Data that a page carries for its script, as JSON inside a script element."""

from markupsafe import Markup
from pydantic_core import to_json


def page_data(value: object) -> Markup:
    """`value` as JSON that cannot end the element it stands in."""
    text = to_json(value).decode().replace("<", "\\u003c").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - no character that HTML could read remains
