"""What desk and worker hold at a moment, told by themselves (`/metrics`) and by the kernel."""

import asyncio
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.live.books import open_calls, open_legs, open_recordings
from bench.live.node import DESK, WORKER, LiveNode
from bench.processes import descriptors, resident_bytes, threads

TOKEN = "soak"  # noqa: S105  (of a node that lives as long as the benchmark)
SETTINGS = {"YUNCHUANG_METRICS_TOKEN": TOKEN}
SETTLED_S = 8.0
"""Longer than the worker waits before it takes memory back, and than figures are old."""
SETTLE_S = 45.0
_EMPTY = frozenset(
    {
        (DESK, "sockets"),
        (DESK, "streams"),
        (DESK, "rooms"),
        (WORKER, "rooms"),
        (WORKER, "legs"),
        (WORKER, "addresses"),
        (WORKER, "fragments"),
        (WORKER, "unsettled"),
    }
)
"""What must be none when nobody is there."""

Key = tuple[str, str]
"""Process and what it holds."""
Stock = dict[Key, float]


@dataclass(frozen=True, slots=True)
class NotEmptyError(Exception):
    """What was still held long after everybody had gone."""

    left: Stock


async def take_stock(node: LiveNode) -> Stock:
    """`rss_mb` is in 10^6 bytes."""
    stock = await _told(node)
    for role in (DESK, WORKER):
        pid = node.process(role).pid
        stock[role, "rss_mb"] = resident_bytes(pid) / 1e6
        stock[role, "descriptors"] = descriptors(pid)
        stock[role, "threads"] = threads(pid)
    stock["store", "open_calls"] = len(open_calls(node))
    stock["store", "open_legs"] = len(open_legs(node))
    stock["store", "open_recordings"] = len(open_recordings(node))
    return stock


async def settled_stock(node: LiveNode) -> Stock:
    """Once nobody is there any more and the figures are newer than that. Raises NotEmptyError."""
    end = asyncio.get_running_loop().time() + SETTLE_S
    while left := {
        key: held for key, held in (await _told(node)).items() if key in _EMPTY and held
    }:
        if asyncio.get_running_loop().time() > end:
            raise NotEmptyError(left)
        await asyncio.sleep(0.5)
    await asyncio.sleep(SETTLED_S)
    return await take_stock(node)


async def _told(node: LiveNode) -> Stock:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{node.url}/metrics", raise_for_status=True) as answer,
    ):
        text = await answer.text()
    return {
        (sample.labels["process"], sample.labels["what"]): sample.value
        for family in text_string_to_metric_families(text)
        if family.name == "yunchuang_holds"
        for sample in family.samples
    }
