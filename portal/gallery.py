"""The gallery of components at /dev/gallery, in development only. Its sample texts are data."""

import re
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from portal.access import public
from portal.keys import SETTINGS, STATIC
from portal.templating import render

_SAMPLES = Path(__file__).parent / "gallery.yaml"


@public
async def show_gallery(request: web.Request) -> web.Response:
    sample: dict[str, Any] = yaml.safe_load(_SAMPLES.read_text(encoding="utf-8"))
    sprite = request.app[STATIC].get("portal/icons.svg").body.decode()
    sample["icons"] = re.findall(r'symbol id="([a-z0-9-]+)"', sprite)
    citizen = request.query.get("density") == "citizen"
    template = "portal/gallery_citizen.html" if citizen else "portal/gallery.html"
    return render(request, template, {"sample": sample})


def setup_gallery(app: web.Application) -> None:
    if app[SETTINGS].development:
        app.router.add_get("/dev/gallery", show_gallery)
