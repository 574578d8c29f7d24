"""Where a request comes from: the address that limits of tries count by."""

from aiohttp import web

from portal.forwarded import address_of
from portal.keys import SETTINGS


def visitor_address(request: web.Request) -> str:
    """As `address_of`, where our proxies are those of the setting `trusted_proxies`."""
    return address_of(request, request.app[SETTINGS].trusted_proxies)
