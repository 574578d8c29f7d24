"""What the demonstration's handlers reach besides the shell's own keys."""

from typing import Protocol

from aiohttp import web

from yunchuang.demo.stage import Stage
from yunchuang.demo.tampering import Tampering


class Packages(Protocol):
    """The packages of this installation."""

    async def tamper(self, package_id: str, place: str) -> Tampering:
        """Verifies a copy before and after one byte of it was changed. Raises NotFound."""
        ...


STAGE: web.AppKey[Stage] = web.AppKey("demo_stage", Stage)
PACKAGES: web.AppKey[Packages] = web.AppKey("demo_packages")
