"""Recorded parts verified by our verifier, beside `sha256sum` on the same files."""

import os
import random
import struct
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from bench.audit.reading import NotGoodError, seconds_of, warm

CALL = "01JD00000000000000000000CA"
PARTS = 4
SEGMENT_BYTES = 475_000
"""Two seconds of 1.9 Mbit/s."""
MAGIC = b"YCREC/1\n"

RUN = """
import os, sys, time
from pathlib import Path
from audit.verifier import checks
from audit.verifier.package import Package
from audit.verifier.registry import PACKAGE_CHECKS, run_package_checks
from audit.verifier.source import FolderSource
from audit.verifier.trust import make_trust

os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[2])])
names = [name for name in PACKAGE_CHECKS if name.startswith(("part.", "record.", "segment."))]
began = time.perf_counter()
package = Package(FolderSource(Path(sys.argv[1])), make_trust((), None, outside=False))
problems = run_package_checks(package, [(name, PACKAGE_CHECKS[name]) for name in names])
took = time.perf_counter() - began
count = sum(len(part.segments) for part in package.parts.values())
print(took, count, len(problems))
"""


def make_recordings(folder: Path, megabytes: int) -> int:
    """Parts at `folder` / data / rec, of random bytes that say they are ciphertext; returns how
    many segments.
    """
    place = folder / "data" / "rec" / CALL
    place.mkdir(parents=True)
    dice = random.Random(11)
    each = max(1, megabytes * 1_000_000 // PARTS // SEGMENT_BYTES)
    for _ in range(PARTS):
        part = dice.randbytes(16)
        header = MAGIC + bytes([len(CALL)]) + CALL.encode() + part + dice.randbytes(32)
        stored = list(_segments(dice, each))
        (place / f"{part.hex()}.bin").write_bytes(header + b"".join(stored))
        (place / f"{part.hex()}.tsv").write_bytes(b"".join(_records(part.hex(), header, stored)))
    return PARTS * each


def _segments(dice: random.Random, count: int) -> Iterator[bytes]:
    for seq in range(count):
        yield struct.pack(">QI", seq, SEGMENT_BYTES) + dice.randbytes(SEGMENT_BYTES + 16)


def _records(part: str, header: bytes, stored: list[bytes]) -> Iterator[bytes]:
    offset, before = len(header), sha256(header).hexdigest()
    for seq, data in enumerate(stored):
        mono = 1_000_000 + 2_000 * seq
        fields = (
            part, seq, sha256(data).hexdigest(), offset, len(data), 960, 95_040, 0, 180_000,
            100, 30, 0, 0, mono, mono + 1_980, before,
        )  # fmt: skip
        line = ("\t".join(map(str, fields)) + "\n").encode()
        yield line
        offset, before = offset + len(data), sha256(line).hexdigest()


def verify_s(folder: Path, segments: int, cores: int) -> float:
    """Seconds of the checks of parts, records and segments on so many cores."""
    command = [sys.executable, "-c", RUN, str(folder), str(cores)]
    output = subprocess.run(command, check=True, capture_output=True, timeout=600).stdout
    took, count, problems = output.split()
    if (int(count), int(problems)) != (segments, 0):
        raise NotGoodError(f"{int(count)} segments, {int(problems)} problems")
    return float(took)


def sha256sum_s(folder: Path) -> float:
    """Seconds `sha256sum` takes for the media alone."""
    warm(folder)
    files = sorted(str(path) for path in folder.rglob("*.bin"))
    return seconds_of(["sha256sum", *files])


def cores_here() -> list[int]:
    return [1, 2] if len(os.sched_getaffinity(0)) > 1 else [1]
