"""Cross-site requests are refused by what the browser says of them; no tokens in forms.

`Sec-Fetch-Site` decides where the browser sends it (secure contexts), else `Origin` against `Host`.
A request with neither does not come from a browser and carries no ambient cookies of one. A
WebSocket handshake is a GET that acts, so it is held to the same rule.
"""

from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from portal.errors import CrossSiteRefused

log = structlog.get_logger(component="portal")

_SAFE = {"GET", "HEAD", "OPTIONS"}
_OWN = {"same-origin", "none"}


@web.middleware
async def refuse_cross_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises CrossSiteRefused before any handler runs."""
    if is_act(request) and not is_own_site(request):
        log.warning("csrf.refused", method=request.method)
        raise CrossSiteRefused
    return await handler(request)


def is_act(request: web.BaseRequest) -> bool:
    return request.method not in _SAFE or "upgrade" in request.headers.get("Connection", "").lower()


def is_own_site(request: web.BaseRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # no URL at all
        return False


def setup_csrf(app: web.Application) -> None:
    app.middlewares.append(refuse_cross_site)
