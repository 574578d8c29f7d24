"""The web shell in one screen: what it is made of and in which order.

Order matters: keys before what reads them, middlewares from the outermost in, rooms after the shell.
"""

from aiohttp import web

from casework.bus.port import Bus
from casework.clock import Clock
from casework.store.engine import Store
from casework.store.writer import Writer
from portal import keys
from portal.addresses import setup_addresses
from portal.csrf import setup_csrf
from portal.error_pages import setup_error_pages
from portal.front_pages import setup_front_pages
from portal.gallery import setup_gallery
from portal.hashed_files import StaticFiles
from portal.health import setup_health
from portal.js_catalogue import setup_js_catalogues
from portal.metrics import PortalMetrics, setup_metrics
from portal.openapi import setup_openapi
from portal.own_password import setup_own_password
from portal.pair_screen import setup_pair_screen
from portal.passwords import Passwords
from portal.rooms import Rooms
from portal.routes import setup_route_check
from portal.security_headers import setup_security_headers
from portal.sessions import Sessions
from portal.settings import PortalSettings
from portal.sign_in import setup_sign_in
from portal.static_files import setup_static_files
from portal.templating import setup_templating
from portal.throttle import Throttle
from portal.tracing import setup_tracing


def setup_portal(
    app: web.Application,
    settings: PortalSettings,
    *,
    store: Store,
    writer: Writer,
    clock: Clock,
    bus: Bus,
) -> None:
    """Turns an empty application into the shell. Rooms follow: `add_room`, then their routes."""
    app[keys.SETTINGS] = settings
    app[keys.STORE] = store
    app[keys.WRITER] = writer
    app[keys.CLOCK] = clock
    app[keys.BUS] = bus
    app[keys.SESSIONS] = Sessions(store=store, writer=writer, clock=clock, settings=settings)
    app[keys.PASSWORDS] = Passwords()
    app[keys.THROTTLE] = Throttle(clock)
    app[keys.METRICS] = PortalMetrics()
    app[keys.STATIC] = StaticFiles(development=settings.development)
    app[keys.ROOMS] = Rooms()

    setup_tracing(app)
    setup_security_headers(app)
    setup_error_pages(app)
    setup_addresses(app)
    setup_csrf(app)

    setup_static_files(app)
    setup_js_catalogues(app[keys.STATIC])
    setup_templating(app)

    setup_health(app)
    setup_metrics(app)
    setup_openapi(app)
    setup_sign_in(app)
    setup_own_password(app)
    setup_pair_screen(app)
    setup_front_pages(app)
    setup_gallery(app)
    setup_route_check(app)
