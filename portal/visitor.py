"""Where a request comes from: the address that limits of tries count by."""

from aiohttp import web

from portal.keys import SETTINGS

_LONGEST = 64


def visitor_address(request: web.Request) -> str:
    """The other end of the connection. Where that is one of `trusted_proxies`, the address it wrote
    last into `X-Forwarded-For`; what anybody else writes there is not believed.
    """
    trusted = request.app[SETTINGS].trusted_proxies
    lines = request.headers.getall("X-Forwarded-For", [])
    claimed = [one.strip() for line in lines for one in line.split(",")]
    address = request.remote or ""
    while address in trusted and claimed:
        address = claimed.pop()
    return address[:_LONGEST]
