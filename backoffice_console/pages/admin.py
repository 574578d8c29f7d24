"""Where an administrator arrives: what can be set up."""

from aiohttp import web

from backoffice_console.admin_pages import render_admin
from casework.actor import Actor
from portal.access import require
from portal.doors import Door


@require(Door.ADMIN)
async def show_admin(request: web.Request, _actor: Actor) -> web.Response:
    return render_admin(request, "backoffice_console/admin.html", "")


def setup_admin_pages(app: web.Application) -> None:
    app.router.add_get("/admin", show_admin)
