"""Files of an erased case: its materials, the media of its calls, its packages.

The records beside the media stay: they hold no content, and proofs rest on them.
"""

from collections.abc import Iterable
from pathlib import Path

from audit.durable import DISK, Disk
from casework.data_dir import DataDir


def remove_files(
    data: DataDir,
    case_id: str,
    calls: Iterable[str],
    packages: Iterable[str],
    *,
    disk: Disk = DISK,
) -> dict[str, int]:
    """How many of each kind were removed now; durable on return, and safe to repeat.

    Raises OSError; then any part of them may be gone.
    """
    found = {
        "materials": sorted((data.materials / case_id).glob("*")),
        "recordings": [path for call in calls for path in (data.recordings / call).glob("*.bin")],
        "packages": [path for one in packages if (path := data.packages / f"{one}.zip").exists()],
    }
    for paths in found.values():
        _remove(paths, disk)
    return {kind: len(paths) for kind, paths in found.items()}


def _remove(paths: list[Path], disk: Disk) -> None:
    for path in paths:
        disk.unlink(path)
    for folder in sorted({path.parent for path in paths}):
        disk.sync_directory(folder)
