"""Whether this process answers and its database reads; nothing about cases or people."""

import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.access import public
from portal.keys import STORE

log = structlog.get_logger(component="portal")


@public
async def serve_health(request: web.Request) -> web.Response:
    """200 when the store answers, 503 when it does not."""
    try:
        await request.app[STORE].read(lambda conn: conn.execute(text("SELECT 1")).scalar())
    except SQLAlchemyError:
        log.exception("health.store_failed")
        return web.json_response({"status": "store_unavailable"}, status=503)
    return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})


def setup_health(app: web.Application) -> None:
    app.router.add_get("/healthz", serve_health)
