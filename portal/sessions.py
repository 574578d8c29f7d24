"""Sessions: a random token in the door's cookie, its hash in the store.

The cookie is HttpOnly, SameSite=Lax, and Secure when the site is https. A session is looked up at
every request, so that signing out, an ended grant or a revoked screen count at once.
"""

import hashlib
import secrets

from aiohttp import web

from casework.actor import SYSTEM
from casework.clock import Clock
from casework.store.engine import Store
from casework.store.writer import Writer
from portal.doors import Door
from portal.session_acts import (
    ChooseWindow,
    CloseSession,
    OpenSession,
    TouchSession,
    choose_window,
    close_session,
    open_session,
    touch_session,
)
from portal.session_rows import Session, live_session
from portal.settings import PortalSettings

TOUCH_EVERY_MS = 5 * 60_000
_TOKEN_CHARACTERS = 43  # 32 bytes in base64url


class Sessions:
    def __init__(
        self, *, store: Store, writer: Writer, clock: Clock, settings: PortalSettings
    ) -> None:
        self._store = store
        self._writer = writer
        self._clock = clock
        self._settings = settings

    async def find(self, door: Door, token: str) -> Session | None:
        """The live session behind a cookie's value, or None. Using a session keeps it alive."""
        if len(token) != _TOKEN_CHARACTERS:
            return None
        now_ms = self._clock.wall_ms()
        found = await self._store.read(
            live_session, _hash(token), door, now_ms, self._settings.staff_idle_ms
        )
        if found is not None and now_ms - found.seen_ms > TOUCH_EVERY_MS:
            await self._writer.run(touch_session, TouchSession(found.token_sha256), actor=SYSTEM)
        return found

    async def open_for_staff(
        self, door: Door, *, staff_id: str, grant_id: str, window_id: str | None
    ) -> str:
        """Returns the token for the cookie; it exists nowhere else."""
        token = secrets.token_urlsafe(32)
        command = OpenSession(
            _hash(token),
            door.value,
            self._settings.staff_session_ms,
            staff_id=staff_id,
            grant_id=grant_id,
            window_id=window_id,
        )
        await self._writer.run(open_session, command, actor=SYSTEM)
        return token

    async def open_for_screen(self, *, screen_id: str, window_id: str) -> str:
        token = secrets.token_urlsafe(32)
        command = OpenSession(
            _hash(token),
            Door.CITIZEN.value,
            self._settings.screen_session_ms,
            screen_id=screen_id,
            window_id=window_id,
        )
        await self._writer.run(open_session, command, actor=SYSTEM)
        return token

    async def choose_window(self, session: Session, window_id: str) -> None:
        """Raises NotFound for a window of another outlet."""
        command = ChooseWindow(session.token_sha256, window_id)
        await self._writer.run(choose_window, command, actor=session.actor)

    async def close_held(self, request: web.Request, door: Door) -> None:
        """Ends what this browser holds at the door: at one door it is one person."""
        token = request.cookies.get(door.cookie, "")
        if token:
            await self._writer.run(close_session, CloseSession(_hash(token)), actor=SYSTEM)

    def set_cookie(self, response: web.StreamResponse, door: Door, token: str) -> None:
        lifetime_ms = (
            self._settings.screen_session_ms
            if door is Door.CITIZEN
            else self._settings.staff_session_ms
        )
        response.set_cookie(
            door.cookie,
            token,
            max_age=lifetime_ms // 1000,
            path="/",
            httponly=True,
            secure=self._settings.secure_cookies,
            samesite="Lax",
        )

    @staticmethod
    def drop_cookie(response: web.StreamResponse, door: Door) -> None:
        response.del_cookie(door.cookie, path="/", httponly=True, samesite="Lax")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
