"""The desk asks a time-stamping authority (RFC 3161), in the background and one request at a time.

Now and then it shows the newest checkpoint, and at once the one that somebody waits for who makes a
package. Acts, log and pages never wait for it: an authority that does not answer, or answers
nonsense, is asked ever more seldom.
"""

import asyncio
import json
import os
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

import aiohttp
import structlog

from audit.checkpoint import SignedCheckpoint
from audit.errors import AuditError, MalformedError
from audit.log import MerkleLog
from audit.time_stamp import MAX_RESPONSE, NotGrantedError, Question
from casework.clock import Clock
from casework.log.cosigned import Cosigned
from casework.log.time_stamps import TimeStamps

log = structlog.get_logger(component="time_stamps")

TICK_S = 0.1
ASK_S = 5.0
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 2_000, 300_000
CLOCK_MAY_DIFFER_MS = 60_000
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
}


class AuthorityState(StrEnum):
    NOT_ASKED = "not_asked"
    STAMPED = "stamped"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # it answers, and grants nothing
    BAD_ANSWER = "bad_answer"  # no response, or one to another question


@dataclass(frozen=True, slots=True)
class AuthorityReport:
    """`size` and `at_ms` (the authority's clock) are of its last stamp, `asked_ms` is wall time."""

    state: AuthorityState = AuthorityState.NOT_ASKED
    size: int = 0
    at_ms: int | None = None
    asked_ms: int | None = None


class TimeStamping:
    """Runs until cancelled. `status_file` tells other processes how the authority stands."""

    def __init__(
        self,
        url: str,
        every_s: int,
        merkle_log: MerkleLog,
        cosigned: Cosigned,
        stamps: TimeStamps,
        clock: Clock,
        status_file: Path,
    ) -> None:
        """`url` empty: no authority, and `run` returns at once."""
        self._url = url
        self._every_ms = every_s * 1000
        self._log = merkle_log
        self._cosigned = cosigned
        self._stamps = stamps
        self._clock = clock
        self._status_file = status_file
        self._due_ms = 0
        self._pause_ms = FIRST_PAUSE_MS
        self.report = AuthorityReport()

    async def run(self) -> None:
        if not self._url:
            return
        self._stamps.answering = True
        try:
            async with aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=ASK_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
                auto_decompress=False,  # nobody's small answer becomes a large one
            ) as http:
                while True:
                    target = self._target()
                    if target is not None:
                        await self._ask(http, target)
                    await asyncio.sleep(TICK_S)
        finally:
            self._stamps.answering = False

    def _target(self) -> SignedCheckpoint | None:
        wanted = self._stamps.wanted() if self._stamps.answering else None
        if wanted is not None or self._clock.mono_ms() < self._due_ms:
            return wanted
        stamped = self._stamps.stamped_size()
        for best in (self._cosigned.newest(), self._log.checkpoint):
            if best is not None and best.head.size > stamped:
                return best
        return None

    async def _ask(self, http: aiohttp.ClientSession, target: SignedCheckpoint) -> None:
        try:
            async with asyncio.timeout(ASK_S):
                at_ms = await self._stamped(http, target)
        except (TimeoutError, aiohttp.ClientError):
            self._failed(AuthorityState.UNREACHABLE)
        except NotGrantedError:
            self._failed(AuthorityState.REFUSED)
        except AuditError:
            self._failed(AuthorityState.BAD_ANSWER)
        except Exception:
            # Our own disk, or what nobody foresaw: said, and tried again like the rest.
            log.exception("cannot_ask")
            self._failed(AuthorityState.NOT_ASKED)
        else:
            self._succeeded(target, at_ms)
        await asyncio.to_thread(_write_status, self._status_file, self.report)

    async def _stamped(self, http: aiohttp.ClientSession, target: SignedCheckpoint) -> int:
        question = Question(target.encode())
        response = await _post(http, self._url, question.encode())
        at_ms = question.accept(response)
        await asyncio.to_thread(self._stamps.keep, target, response, at_ms)
        return at_ms

    def _succeeded(self, target: SignedCheckpoint, at_ms: int) -> None:
        self._pause_ms = FIRST_PAUSE_MS
        self._due_ms = self._clock.mono_ms() + self._every_ms
        self._stamps.answering = True
        now_ms = self._clock.wall_ms()
        report = AuthorityReport(AuthorityState.STAMPED, target.head.size, at_ms, now_ms)
        if abs(at_ms - now_ms) > CLOCK_MAY_DIFFER_MS:
            log.error("clock_differs", ahead_ms=at_ms - now_ms)
        self._tell(report)

    def _failed(self, state: AuthorityState) -> None:
        self._due_ms = self._clock.mono_ms() + self._pause_ms
        self._pause_ms = min(self._pause_ms * 2, LONGEST_PAUSE_MS)
        self._stamps.answering = False
        self._tell(replace(self.report, state=state, asked_ms=self._clock.wall_ms()))

    def _tell(self, report: AuthorityReport) -> None:
        """A line for each change, not for each request."""
        if report.state is not self.report.state:
            tell = log.error if report.state is AuthorityState.BAD_ANSWER else log.info
            tell("authority", state=report.state.value, size=report.size)
        self.report = report


async def _post(http: aiohttp.ClientSession, url: str, body: bytes) -> bytes:
    """Raises aiohttp.ClientError, TimeoutError, or MalformedError for an answer without end.
    Redirects are answers, not orders.
    """
    async with http.post(url, data=body, allow_redirects=False) as response:
        if response.status != HTTPStatus.OK:
            raise NotGrantedError(f"HTTP status {response.status}")
        read = bytearray()
        async for chunk in response.content.iter_any():
            read += chunk
            if len(read) > MAX_RESPONSE:
                raise MalformedError("an answer without end")
        return bytes(read)


def _write_status(path: Path, report: AuthorityReport) -> None:
    """Whole or not at all, but not synced: it is told anew with every request."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(asdict(report)), encoding="utf-8")
    draft.replace(path)


def read_status(path: Path) -> AuthorityReport:
    """What the desk last wrote; `not_asked` if it never did, or if it is not readable."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return AuthorityReport(**{**value, "state": AuthorityState(value["state"])})
    except (OSError, ValueError, TypeError, KeyError):
        return AuthorityReport()
