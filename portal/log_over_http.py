"""The log over HTTP at the desk: the public half as the gateway has it, and entries besides.

Entry bundles are for auditors who are signed in and for mirrors with a token: they are pseudonymous,
not anonymous (evidence.md §1).
"""

import hmac
from collections.abc import Sequence
from pathlib import Path

import structlog
from aiohttp import web

from audit.cosignature import WitnessKey
from audit.note import VerifyingKey
from portal.access import admit, public
from portal.doors import Door
from portal.keys import CLOCK, SETTINGS, STATIC
from portal.public_log.files import ADDRESS, LogFiles
from portal.public_log.handlers import PublicLog, add_public_log, answer_tile, name_in
from portal.public_log.receipt_page import ReceiptPage
from portal.throttle import Throttle
from portal.visitor import visitor_address

log = structlog.get_logger(component="portal")


class LogEntries:
    """GET /log[/<key id>]/tile/entries/<N>[.p/<W>]."""

    def __init__(self, files: LogFiles) -> None:
        self._files = files

    async def bundle(self, request: web.Request) -> web.Response:
        """Checked here, not by a decorator: a mirror shows a token, a person is an auditor."""
        name = name_in(request, "tile/entries/")
        token = request.app[SETTINGS].mirror_token
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(shown.encode(), token.encode()):
            session = await admit(request, (Door.AUDITOR,))
            log.info("log.entries_read", actor=session.actor.id, number=name.number)
        return await answer_tile(self._files, name, request, private=True)


def setup_log_over_http(
    app: web.Application, folder: Path, log_key: VerifyingKey, witnesses: Sequence[WitnessKey]
) -> None:
    """After `setup_portal`. `folder` is the log's own; nothing is written there."""
    files, settings = LogFiles(folder, log_key, witnesses), app[SETTINGS]
    page = ReceiptPage(
        app[STATIC], log_key, tuple(witnesses), settings.organisation, settings.help_line
    )
    # First the narrower pattern: bundles lie below the same path as hash tiles.
    bundle = public(LogEntries(files).bundle)
    for address in (ADDRESS, files.own_address):
        app.router.add_get(f"{address}/tile/entries/{{name:.+}}", bundle)
    # Its visitors are anybody: they must not push out the tries of sign-in that are counted.
    add_public_log(app, PublicLog(files, page, Throttle(app[CLOCK]), visitor_address), public)
