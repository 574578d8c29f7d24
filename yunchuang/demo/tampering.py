"""What a verification says after one byte of a copy was changed. The package itself is never touched."""

import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from audit.verifier.report import Problem, Report
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify

MAX_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ChangedByte:
    """Where in the package, counted from 0, and what the byte was and became."""

    path: str
    offset: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Tampering:
    """`problems` are the first of `count`."""

    changed: ChangedByte
    verdict_before: str
    verdict_after: str
    problems: tuple[Problem, ...]
    count: int


def change_one_byte(package: Path, vkey: str, place: str = "data") -> Tampering:
    """Verifies a zipped package, then a copy in which one byte is another, by chance: of the file
    `place`, or of any file in the folder `place`. Raises OSError, zipfile.BadZipFile, and KeyError
    for a place that the package does not have.
    """
    with tempfile.TemporaryDirectory(prefix="yunchuang-tampering-") as folder:
        copy = Path(folder) / "package"
        with zipfile.ZipFile(package) as archive:
            archive.extractall(copy)
        before = _verify(copy, vkey)
        changed = _change(copy, place)
        after = _verify(copy, vkey)
        shutil.rmtree(copy)
    return Tampering(
        changed, before.verdict, after.verdict, tuple(after.problems[:MAX_SHOWN]),
        len(after.problems),
    )  # fmt: skip


def _change(copy: Path, place: str) -> ChangedByte:
    chance = SystemRandom()
    wanted = copy / place
    if not wanted.resolve().is_relative_to(copy.resolve()):
        raise KeyError(place)
    found = [one for one in (wanted, *sorted(wanted.rglob("*"))) if one.is_file()]
    if not found:
        raise KeyError(place)
    target = chance.choice(found)
    content = bytearray(target.read_bytes())
    offset = chance.randrange(len(content))
    before = content[offset]
    content[offset] = after = before ^ (1 << chance.randrange(8))
    target.write_bytes(content)
    return ChangedByte(target.relative_to(copy).as_posix(), offset, before, after)


def _verify(folder: Path, vkey: str) -> Report:
    keys = parse_keys(f"{vkey}\n".encode(), "log key")
    return verify(folder, make_trust(keys, None, outside=True))
