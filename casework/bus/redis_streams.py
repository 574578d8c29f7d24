"""The bus between nodes: one Redis Stream per stream of events.

The entry id is the event's own seq (`<seq>-0`). So Redis itself refuses a second copy, and a
subscriber resumes from nothing but the seq it saw last. Redis keeps only a window; it may be
wiped at any time without loss, because the outbox is in the database.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from casework.errors import BusUnavailable
from casework.store.reading import Event

KEPT_EVENTS = 1_000
KEPT_S = 24 * 3600
BLOCK_MS = 5_000
COUNT = 256
CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 3.0
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 2.0

_log = structlog.get_logger(component="bus")


class RedisBus:
    """`url` as redis-py takes it (`redis://`, `rediss://`, `unix://`); connects when first used.

    Each subscription holds one connection while it waits.
    """

    def __init__(self, url: str, *, prefix: str = "yunchuang:bus") -> None:
        self._prefix = prefix
        # Retrying is left to the pump and to `subscribe`, which know what may be repeated.
        options: dict[str, Any] = {
            "decode_responses": True,
            "socket_connect_timeout": CONNECT_TIMEOUT_S,
            "retry": Retry(NoBackoff(), 0),
        }
        self._publisher: Redis = Redis.from_url(url, socket_timeout=ANSWER_TIMEOUT_S, **options)
        self._subscriber: Redis = Redis.from_url(
            url, socket_timeout=BLOCK_MS / 1000 + ANSWER_TIMEOUT_S, **options
        )

    async def publish(self, event: Event) -> str:
        key, id_ = self._key(event.stream), f"{event.seq}-0"
        fields: dict[Any, Any] = {
            "kind": event.kind,
            "data": json.dumps(event.data),
            "t": str(event.t_ms),
        }
        try:
            async with self._publisher.pipeline(transaction=True) as pipe:
                pipe.xadd(key, fields, id=id_, maxlen=KEPT_EVENTS, approximate=True)
                pipe.expire(key, KEPT_S)
                added, _ = await pipe.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            raise BusUnavailable("Redis does not answer") from error
        if isinstance(added, ResponseError) and "equal or smaller" in str(added):
            return id_  # published before; Redis keeps one copy
        if isinstance(added, Exception):
            raise BusUnavailable("Redis refuses the event") from added
        return id_

    async def subscribe(self, after: Mapping[str, int]) -> AsyncGenerator[Event]:
        position = dict(after)
        streams = {self._key(stream): stream for stream in position}
        retry_s = FIRST_RETRY_S
        while True:
            try:
                answer = await self._subscriber.xread(
                    {key: f"{position[stream]}-0" for key, stream in streams.items()},
                    count=COUNT,
                    block=BLOCK_MS,
                )
            except (RedisError, OSError) as error:
                _log.warning("bus_lost", error=type(error).__name__, retry_s=retry_s)
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
                continue
            retry_s = FIRST_RETRY_S
            for key, entries in _pairs(answer):
                stream = streams[key]
                for id_, fields in entries:
                    seq = int(id_.partition("-")[0])
                    position[stream] = seq
                    data = json.loads(fields["data"])
                    yield Event(stream, seq, fields["kind"], data, int(fields["t"]))

    async def close(self) -> None:
        await self._publisher.aclose()
        await self._subscriber.aclose()

    def _key(self, stream: str) -> str:
        return f"{self._prefix}:{stream}"


def _pairs(answer: Any) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """XREAD's answer, which redis-py gives as a list (RESP2), a dict of lists (RESP3) or nothing."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [
            (key, [entry for group in groups for entry in group]) for key, groups in answer.items()
        ]
    return [(key, entries) for key, entries in answer]
