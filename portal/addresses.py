"""No address holds U+0000: no text in PostgreSQL and no name of a file can, whatever a route does with it."""

from aiohttp import web
from aiohttp.typedefs import Handler

from portal.errors import BadRequest

_NUL = "\x00"


@web.middleware
async def refuse_nul(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises BadRequest before any handler runs."""
    query = request.query
    if _NUL in request.path or any(_NUL in one for pair in query.items() for one in pair):
        raise BadRequest("the address holds U+0000")
    return await handler(request)


def setup_addresses(app: web.Application) -> None:
    app.middlewares.append(refuse_nul)
