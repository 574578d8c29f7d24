"""The desk asks its witnesses, in the background and in rounds.

A round shows every witness that is due the same checkpoint, so that their cosignatures come to stand
under one another. Acts, log and pages never wait for it: a witness that does not answer, or answers
nonsense, costs a round its time limit and is asked ever more seldom.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import structlog

from audit.checkpoint import SignedCheckpoint
from audit.log import MerkleLog
from audit.policy import Policy, PolicyWitness
from casework.clock import Clock
from casework.log.cosigned import Cosigned
from casework.log.cosigning import (
    MAX_ANSWER,
    Answer,
    Judged,
    Question,
    WitnessReport,
    WitnessState,
    clock_ahead,
)

log = structlog.get_logger(component="witnesses")

TICK_S = 0.25
ASK_S = 5.0
"""A witness has this long for everything, both requests included."""
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 1_000, 60_000
MOST_REQUESTS = 2
CLOCK_MAY_DIFFER_S = 60

_ALARMING = frozenset({WitnessState.CONTRADICTS, WitnessState.BAD_ANSWER})


@dataclass
class _Asked:
    """One witness in the rounds. `due_ms` is monotonic."""

    url: str
    question: Question
    report: WitnessReport
    due_ms: int = 0
    pause_ms: int = FIRST_PAUSE_MS


class Witnessing:
    """Runs until cancelled. `status_file` tells other processes how the witnesses stand."""

    def __init__(
        self,
        merkle_log: MerkleLog,
        cosigned: Cosigned,
        clock: Clock,
        status_file: Path,
    ) -> None:
        self._log = merkle_log
        self._cosigned = cosigned
        self._clock = clock
        self._status_file = status_file
        self._witnesses = [
            _Asked(one.url, _question(one, merkle_log, cosigned), WitnessReport(one.name))
            for one in cosigned.policy.witnesses
            if one.url is not None
        ]

    @property
    def reports(self) -> tuple[WitnessReport, ...]:
        return tuple(one.report for one in self._witnesses)

    async def run(self) -> None:
        if not self._witnesses:
            return
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=ASK_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,  # nobody's small answer becomes a large one
        ) as http:
            while True:
                try:
                    await self._round(http)
                except Exception:
                    # What nobody foresaw must not end the rounds unseen.
                    log.exception("round_failed")
                await asyncio.sleep(TICK_S)

    async def _round(self, http: aiohttp.ClientSession) -> None:
        target, now = self._log.checkpoint, self._clock.mono_ms()
        due = [one for one in self._witnesses if one.due_ms <= now and not _has(one, target)]
        if not due:
            return
        await asyncio.gather(*(self._ask(http, one, target) for one in due))
        await asyncio.to_thread(_write_status, self._status_file, self.reports)

    async def _ask(
        self, http: aiohttp.ClientSession, one: _Asked, target: SignedCheckpoint
    ) -> None:
        status = None
        try:
            async with asyncio.timeout(ASK_S):
                judged, status = await self._answered(http, one, target)
            if judged.line is not None:
                await asyncio.to_thread(self._cosigned.add, target, judged.line)
        except (TimeoutError, aiohttp.ClientError):
            judged = Judged(WitnessState.UNREACHABLE)
        except Exception:
            # Our own disk, a tile that is gone, or what nobody foresaw: tried again, and said.
            log.exception("cannot_ask", witness=one.report.name)
            judged = Judged(WitnessState.NOT_ASKED)
        self._take(one, target, judged, status)

    async def _answered(
        self, http: aiohttp.ClientSession, one: _Asked, target: SignedCheckpoint
    ) -> tuple[Judged, int]:
        for _ in range(MOST_REQUESTS):
            body = await asyncio.to_thread(one.question.request, target)
            answer = await _post(http, one.url, body)
            judged = one.question.judge(target, answer)
            if not judged.again:
                break
        return judged, answer.status

    def _take(
        self, one: _Asked, target: SignedCheckpoint, judged: Judged, status: int | None
    ) -> None:
        before = one.report
        report = replace(before, state=judged.state, asked_ms=self._clock.wall_ms(), status=status)
        if judged.line is not None:
            ahead = clock_ahead(judged.line, self._clock.wall_ms())
            time_s = ahead + self._clock.wall_ms() // 1000
            report = replace(report, size=target.head.size, time_s=time_s, ahead_s=ahead)
            one.pause_ms, one.due_ms = FIRST_PAUSE_MS, 0
        else:
            one.due_ms = self._clock.mono_ms() + one.pause_ms
            one.pause_ms = min(one.pause_ms * 2, LONGEST_PAUSE_MS)
        one.report = report
        _tell(before, report)


def _question(witness: PolicyWitness, merkle_log: MerkleLog, cosigned: Cosigned) -> Question:
    known = cosigned.signed_size(witness.key)
    return Question(witness, merkle_log, cosigned.log_key, known)


def _has(one: _Asked, target: SignedCheckpoint) -> bool:
    return one.report.state is WitnessState.COSIGNED and one.report.size == target.head.size


async def _post(http: aiohttp.ClientSession, url: str, body: bytes) -> Answer:
    """Raises aiohttp.ClientError or TimeoutError. Redirects are answers, not orders."""
    where = f"{url.rstrip('/')}/add-checkpoint"
    async with http.post(where, data=body, allow_redirects=False) as response:
        read = bytearray()
        async for chunk in response.content.iter_any():
            read += chunk
            if len(read) > MAX_ANSWER:
                raise aiohttp.ClientPayloadError("an answer without end")
        return Answer(response.status, response.content_type, bytes(read))


def _tell(before: WitnessReport, now: WitnessReport) -> None:
    """A line for each change, not for each round."""
    if now.state is not before.state:
        tell = log.error if now.state in _ALARMING else log.info
        tell("witness", witness=now.name, state=now.state.value, status=now.status, size=now.size)
    differs = abs(now.ahead_s or 0) > CLOCK_MAY_DIFFER_S
    if differs and abs(before.ahead_s or 0) <= CLOCK_MAY_DIFFER_S:
        log.error("clock_differs", witness=now.name, ahead_s=now.ahead_s)


def _write_status(path: Path, reports: tuple[WitnessReport, ...]) -> None:
    """Whole or not at all, but not synced: it is told anew in every round."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps([one.as_json() for one in reports]), encoding="utf-8")
    draft.replace(path)


def read_policy(file: str) -> Policy:
    """The policy in `file`, or one without witnesses if there is none. Raises OSError and
    MalformedError.
    """
    return Policy.parse(Path(file).read_bytes()) if file else Policy()


def read_status(path: Path) -> list[Mapping[str, object]]:
    """What the desk last wrote; nothing if it never did, or if it is not readable."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
