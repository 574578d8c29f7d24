"""A log folder, written from the C2SP layout without the code under `audit.log`."""

import struct
from collections.abc import Callable
from pathlib import Path

from scene import ORIGIN, Act, Scene

from audit.verifier.digest import leaf_hash
from audit.verifier.merkle import subtree_root


def write_log(folder: Path, leaves: list[bytes], scene: Scene) -> Path:
    """Tiles and bundles written from the C2SP layout, without the code under `audit.log`."""
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) >= 256:
        below = levels[-1]
        whole = range(0, len(below) - 255, 256)
        levels.append([subtree_root(below[at : at + 256]) for at in whole])
    for level, hashes in enumerate(levels):
        _tiles(folder / "tile" / str(level), hashes, b"".join)
    _tiles(folder / "tile" / "entries", leaves, _bundle)
    (folder / "checkpoint").write_bytes(scene.checkpoint(leaves))
    return folder


def _bundle(entries: list[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def _tiles(folder: Path, items: list[bytes], join: Callable[[list[bytes]], bytes]) -> None:
    folder.mkdir(parents=True)
    for number in range(-(-len(items) // 256)):
        group = items[256 * number : 256 * number + 256]
        path = folder / f"{number:03d}"
        if len(group) < 256:
            path.with_name(f"{number:03d}.p").mkdir()
            path = path.with_name(f"{number:03d}.p") / str(len(group))
        path.write_bytes(join(group))


def story(scene: Scene, more: int = 0) -> list[bytes]:
    scene.acts += [Act("log:" + ORIGIN, "log.heartbeat", {"size": n}) for n in range(more)]
    return [item.leaf for item in scene.write_log()]
