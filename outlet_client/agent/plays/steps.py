"""The steps of a play: who does what now, how long it took, and who wants to hear of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Steps:
    """`on_step` is told the name of each step as it begins. Times are whole milliseconds."""

    on_step: Callable[[str], None] = lambda _name: None
    now: str = ""
    timings_ms: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        self.now = name
        self.on_step(name)
        began = time.monotonic()
        try:
            yield
        finally:
            took_ms = round((time.monotonic() - began) * 1000)
            self.timings_ms[name] = self.timings_ms.get(name, 0) + took_ms
