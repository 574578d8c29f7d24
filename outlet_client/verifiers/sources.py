"""Which source is asked for which material of which item."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from casework.materials.verifier import (
    Finding,
    MaterialVerifier,
    SourceAnswer,
    SourceQuestion,
)

log = structlog.get_logger(component="material_source")

ANY = "*"
LONGEST_S = 45.0
MAX_AT_ONCE = 16
"""Questions under way: a source that hangs holds so many requests and no more."""


@dataclass(frozen=True, slots=True)
class NamedSource:
    """`materials` are `ITEM/MATERIAL`, either of them `*` for any."""

    name: str
    materials: tuple[str, ...]
    verifier: MaterialVerifier

    def knows(self, item: str, material: str) -> bool:
        places = (f"{i}/{m}" for i in (item, ANY) for m in (material, ANY))
        return not set(self.materials).isdisjoint(places)


class MaterialSources:
    """Those that the settings name, in their order: the first that knows a material is asked."""

    def __init__(self, sources: Sequence[NamedSource] = ()) -> None:
        self._sources = tuple(sources)
        self._room = asyncio.Semaphore(MAX_AT_ONCE)

    def of(self, item: str, material: str) -> NamedSource | None:
        return next((one for one in self._sources if one.knows(item, material)), None)

    async def ask(self, source: NamedSource, question: SourceQuestion) -> SourceAnswer:
        """Never raises for a plug-in that breaks its guarantees: it is as good as unavailable."""
        try:
            async with asyncio.timeout(LONGEST_S), self._room:
                return await source.verifier.ask(question)
        except TimeoutError:
            cause = "timeout"
        except Exception as fault:  # noqa: BLE001 - a plug-in's, whatever it is; its words may be personal
            cause = type(fault).__name__
        log.error("material_source_failed", source=source.name, cause=cause)
        return SourceAnswer(Finding.UNAVAILABLE, cause=cause)

    async def close(self) -> None:
        for one in self._sources:
            await one.verifier.close()
