"""Who gives a command that two administrators must give: by staff number and password, as at a door."""

import asyncio

from casework.actor import SYSTEM, Actor, Role
from casework.installation import Installation
from portal.errors import AccountLocked, PasswordToChange, SignInFailed
from portal.passwords import Passwords
from portal.session_acts import NoteFailure, note_failure
from portal.session_rows import account_of
from portal.settings import PortalSettings


def administrator(installation: Installation, number: str, password: str) -> Actor:
    """Raises SignInFailed, PasswordToChange, or AccountLocked after too many wrong passwords in a row."""
    now_ms = installation.clock.wall_ms()
    with installation.store.reading() as conn:
        account = account_of(conn, number, Role.ADMIN, now_ms)
    if account is not None and account.locked_until_ms > now_ms:
        raise AccountLocked(minutes=-(-(account.locked_until_ms - now_ms) // 60_000))
    stored = None if account is None else account.password_hash
    fits = asyncio.run(Passwords().fits(stored, password))
    if account is not None and not fits:
        limits = PortalSettings()
        command = NoteFailure(account.staff_id, limits.lock_after_failures, limits.lock_ms)
        installation.writer.run_sync(note_failure, command, actor=SYSTEM)
    if account is None or not fits or account.grant_id is None:
        raise SignInFailed
    if account.password_to_change:
        # Whoever gave the first password knows it: it cannot stand for a second person.
        raise PasswordToChange
    return Actor(account.staff_id, Role.ADMIN)
