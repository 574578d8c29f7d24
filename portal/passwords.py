"""Passwords: argon2id, at most two computed at a time so that a burst cannot take the machine."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MAX_PASSWORD = 200
_AT_ONCE = 2
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """What an unknown number is checked against, so that it takes as long as a known one."""
    return _hasher.hash("nobody has this password")


class Passwords:
    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def fits(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to `stored`; False, and no faster, for None."""
        async with self._slots:
            return await asyncio.to_thread(_verify, stored, password)

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(hash_password, password)

    @staticmethod
    def is_outdated(stored: str) -> bool:
        return _hasher.check_needs_rehash(stored)


def _verify(stored: str | None, password: str) -> bool:
    if len(password) > MAX_PASSWORD:
        return False
    try:
        _hasher.verify(_nobody() if stored is None else stored, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
