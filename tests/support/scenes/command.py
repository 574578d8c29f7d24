"""`yunchuang` as a person types it, with no settings but those that are given."""

import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("yunchuang")


def yunchuang(*arguments, **settings):
    """What came of it: `returncode`, `stdout` and `stderr` as text."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **settings},
    )
