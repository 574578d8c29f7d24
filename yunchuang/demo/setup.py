"""Puts the demonstration into the desk: pages below /demo, and the children that play on request."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from casework.store.engine import Store
from casework.views.package_contents import known_package
from portal.keys import SETTINGS, STORE
from portal.rooms import add_room
from yunchuang.demo import pages
from yunchuang.demo.keys import PACKAGES, STAGE
from yunchuang.demo.stage import Stage
from yunchuang.demo.tampering import Tampering, change_one_byte
from yunchuang.evidence import PackageShelf


def setup_demo(app: web.Application, *, shelf: PackageShelf, trusted_keys: Path) -> None:
    """Adds nothing unless `settings.demo` is set. `trusted_keys` lies outside the data."""
    if not app[SETTINGS].demo:
        return
    add_room(app, "yunchuang", Path(__file__).parents[1])
    stage = app[STAGE] = Stage()
    app[PACKAGES] = _Shelved(app[STORE], shelf, trusted_keys)
    pages.add_routes(app)

    async def children(_app: web.Application) -> AsyncIterator[None]:
        yield
        await stage.close()

    app.cleanup_ctx.append(children)


class _Shelved:
    """The packages on the shelf, by their ids alone."""

    def __init__(self, store: Store, shelf: PackageShelf, trusted_keys: Path) -> None:
        self._store = store
        self._shelf = shelf
        self._trusted_keys = trusted_keys

    async def tamper(self, package_id: str, place: str) -> Tampering:
        return await asyncio.to_thread(self._tamper, package_id, place)

    def _tamper(self, package_id: str, place: str) -> Tampering:
        with self._store.reading() as conn:
            case_id = known_package(conn, package_id).case_id
        path = self._shelf.path_of(case_id, package_id)
        return change_one_byte(path, self._trusted_keys.read_text("ascii").strip(), place)
