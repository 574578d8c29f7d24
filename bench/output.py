"""What every benchmark prints: one JSON object a line on standard output, talk on standard error."""

import json
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

Params = dict[str, bool | int | str]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `metric` is the full, stable name of `bench/README.md` (`media/delivery`);
    `runs` is how many runs `value` is the median of.
    """

    metric: str
    params: Params
    value: float
    unit: str
    runs: int


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def emit(bench: str, row: Row, out: TextIO | None = None) -> None:
    """Writes the row and flushes it, so that a stopped benchmark leaves what it had."""
    line = {
        "bench": bench,
        "metric": row.metric,
        "params": row.params,
        "value": round(row.value, 4),
        "unit": row.unit,
        "runs": row.runs,
        "machine": machine(),
    }
    print(json.dumps(line, ensure_ascii=False), file=out or sys.stdout, flush=True)


def say(text: str) -> None:
    """Everything that is no figure."""
    print(text, file=sys.stderr, flush=True)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
