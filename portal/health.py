"""Whether this process answers, its database reads, and what works behind the pages goes on;
nothing about cases or people.
"""

import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from casework.errors import StoreUnavailable
from portal.access import public
from portal.keys import FAULTS, STORE

log = structlog.get_logger(component="portal")


@public
async def serve_health(request: web.Request) -> web.Response:
    """200 when all is well, 503 when the store does not answer or something stands still."""
    try:
        await request.app[STORE].read(lambda conn: conn.execute(text("SELECT 1")).scalar())
    except (SQLAlchemyError, StoreUnavailable):
        log.exception("health.store_failed")
        return web.json_response({"status": "store_unavailable"}, status=503)
    standing = [name for name, fault in request.app[FAULTS].items() if fault() is not None]
    if standing:
        return web.json_response({"status": "fault", "in": standing}, status=503)
    return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})


def setup_health(app: web.Application) -> None:
    app[FAULTS] = {}
    app.router.add_get("/healthz", serve_health)
