"""Computers of windows: the duty lead enrols and revokes them."""

from aiohttp import web

from backoffice_console import words
from backoffice_console.api.signing import origin_of
from backoffice_console.pages.hall import page_of
from backoffice_console.views.devices import device_lines, windows_to_enrol_again
from casework.actor import Actor
from portal.access import require
from portal.doors import Door
from portal.keys import STORE
from portal.templating import render


@require(Door.LEAD)
async def show_devices(request: web.Request, actor: Actor) -> web.Response:
    store, origin = request.app[STORE], origin_of(request)
    context = {
        "lines": await store.read(device_lines, origin),
        "again": await store.read(windows_to_enrol_again, origin),
        "words": words,
        "page": page_of(actor),
    }
    return render(request, "backoffice_console/devices.html", context)


def setup_device_pages(app: web.Application) -> None:
    app.router.add_get("/lead/devices", show_devices)
