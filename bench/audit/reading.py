"""The verifier over a whole log, as an auditor runs it: a process of its own."""

import json
import subprocess
import sys
import time
from pathlib import Path

from audit.note import VerifyingKey

RUN = """
import json, sys, time
from pathlib import Path
from audit.verifier.cli import read_trust
from audit.verifier.verify import verify

folder, keys, hashes_only = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "hashes"
began = time.perf_counter()
report = verify(folder, read_trust(keys, None), hashes_only=hashes_only)
took = time.perf_counter() - began
print(json.dumps({"took": took, "verdict": report.verdict, "entries": report.entries}))
"""


class NotGoodError(Exception):
    """The verifier does not say of a good log, or package, that it is good."""


def verify_s(folder: Path, key: VerifyingKey, size: int, *, hashes_only: bool) -> float:
    """Seconds of one verification, without the interpreter's start. Raises NotGoodError."""
    keys = folder / "keys.txt"
    keys.write_text(f"{key.vkey}\n", encoding="ascii")
    what = "hashes" if hashes_only else "all"
    command = [sys.executable, "-c", RUN, str(folder / "log"), str(keys), what]
    output = subprocess.run(command, check=True, capture_output=True, timeout=600).stdout
    found = json.loads(output)
    if (found["verdict"], found["entries"]) != ("good", size):
        raise NotGoodError(f"{found}")
    return float(found["took"])


def warm(folder: Path) -> int:
    """Reads every file once, so that the disk is no part of the figure; returns the bytes."""
    return sum(len(path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def seconds_of(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600)
    return time.perf_counter() - began
