"""Log files of a node's processes, kept from filling the disk that recordings need."""

import contextlib
import os
import shutil
from pathlib import Path

LONGEST_BYTES = 16 << 20
EVERY_S = 60.0


def keep_short(path: Path, longest_bytes: int = LONGEST_BYTES) -> bool:
    """Moves a longer log's text to `<name>.1`, over what was there; True if it did.

    The process that writes keeps its descriptor, opened for appending, so the file is emptied in
    place. What is written between copying and emptying is lost: a log is no evidence.
    """
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > longest_bytes:
            copy = path.with_name(f"{path.name}.1")
            shutil.copyfile(path, copy)
            copy.chmod(path.stat().st_mode & 0o777)
            os.truncate(path, 0)
            return True
    return False
