"""Every typed key of the application and of a request. One screen shows what a handler can reach."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment
from markupsafe import Markup

from casework.bus.port import Bus
from casework.clock import Clock
from casework.log.case_status import LogStatus
from casework.store.engine import Store
from casework.store.writer import Writer
from portal.i18n import Language
from portal.settings import PortalSettings

if TYPE_CHECKING:
    from portal.hashed_files import StaticFiles
    from portal.log_checkpoint import LogToProve
    from portal.metrics import PortalMetrics
    from portal.passwords import Passwords
    from portal.rooms import Rooms
    from portal.session_rows import Session
    from portal.sessions import Sessions
    from portal.throttle import Throttle

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SETTINGS: web.AppKey[PortalSettings] = web.AppKey("settings", PortalSettings)
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)
WRITER: web.AppKey[Writer] = web.AppKey("writer", Writer)
STORE: web.AppKey[Store] = web.AppKey("store", Store)
BUS: web.AppKey[Bus] = web.AppKey("bus", Bus)

ROOMS: web.AppKey["Rooms"] = web.AppKey("rooms")
ENVIRONMENTS: web.AppKey[dict[Language, Environment]] = web.AppKey("environments", dict)
IMPORT_MAPS: web.AppKey[dict[Language, Markup]] = web.AppKey("import_maps", dict)
STATIC: web.AppKey["StaticFiles"] = web.AppKey("static")
SESSIONS: web.AppKey["Sessions"] = web.AppKey("sessions")
PASSWORDS: web.AppKey["Passwords"] = web.AppKey("passwords")
THROTTLE: web.AppKey["Throttle"] = web.AppKey("throttle")
METRICS: web.AppKey["PortalMetrics"] = web.AppKey("metrics")
LOG: web.AppKey["LogToProve"] = web.AppKey("log")
LOG_STATUS: web.AppKey[LogStatus] = web.AppKey("log_status")
FAULTS: web.AppKey[dict[str, Callable[[], Exception | None]]] = web.AppKey("faults", dict)
"""By name, what works behind the pages and why it stands still, None while it does not."""

TRACE_ID: web.RequestKey[str] = web.RequestKey("trace_id", str)
NONCE: web.RequestKey[str] = web.RequestKey("nonce", str)
LANGUAGE: web.RequestKey[Language] = web.RequestKey("language", Language)
SESSION: web.RequestKey["Session"] = web.RequestKey("session")
