"""Data that a page carries for its script, as JSON inside a script element."""

import base64

from aiohttp import web
from markupsafe import Markup
from pydantic_core import to_json

from casework.actor import Actor
from outlet_client.keys import OUTLET


def page_data(value: object) -> Markup:
    """`value` as JSON that cannot end the element it stands in."""
    text = to_json(value).decode().replace("<", "\\u003c").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - no character that HTML could read remains


def kept(request: web.Request, actor: Actor) -> dict[str, str]:
    """Whose what the page keeps on its machine is, and the key it lies under (base64)."""
    key = request.app[OUTLET].keys.kept_key(actor.id)
    return {"owner": actor.id, "key": base64.b64encode(key).decode()}
