"""Headers of every answer: what a page may load and use, and that nobody may frame it."""

import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from portal.keys import NONCE, SETTINGS

# img-src adds blob: for stills and signatures shown before they are sent; the last two directives
# close base-tag and form-target injection, which default-src does not cover.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; media-src 'self' blob:; "
    "worker-src 'self'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; "
    "img-src 'self' blob:; base-uri 'none'; form-action 'self'"
)
_PERMISSIONS = (
    "camera=(self), microphone=(self), display-capture=(self), publickey-credentials-get=(self), "
    "geolocation=(), usb=()"
)


@web.middleware
async def give_nonce(request: web.Request, handler: Handler) -> web.StreamResponse:
    request[NONCE] = secrets.token_urlsafe(16)
    return await handler(request)


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Runs when headers are sent, so that streams and error pages have them too."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=request.get(NONCE, "none")))
    headers.setdefault("Permissions-Policy", _PERMISSIONS)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.app[SETTINGS].secure_cookies:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def setup_security_headers(app: web.Application) -> None:
    app.middlewares.append(give_nonce)
    app.on_response_prepare.append(add_security_headers)
