"""What one more room costs in memory: the slope from one room to many in one process."""

import asyncio
from pathlib import Path

from bench.media.run import scene
from bench.media.servers.port import Variant
from bench.processes import resident_bytes

# Until the rings of 1,024 packets are full: 20 s of voice, 5 s of picture, which is the most of it.
SETTLE_SECONDS = 8.0
_MB = 1_000_000


async def mb_per_room(variant: Variant, rooms: int, clip: Path) -> float:
    """Megabytes (10^6) of resident memory a room, from one room to `rooms`, media flowing in all.

    Raises as `bench.media.run.measure`.
    """
    async with scene(variant, clip) as (server, clients):
        levels = []
        for room in range(rooms):
            await server.open_room(room, clients)
            await clients.connected()
            if room in {0, rooms - 1}:
                await asyncio.sleep(SETTLE_SECONDS)
                levels.append(resident_bytes(server.pid) / _MB)
    first, last = levels
    return (last - first) / (rooms - 1)
