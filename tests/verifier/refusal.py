"""How what must be refused is written down and played: by one of two hands, on whole packages and
logs.

An *outsider* has the package and a text editor, and makes every manifest again. The *operator* holds
the log key too: he seals what he changed, and signs the log anew. What even he cannot hide is
found by the checks named; with these checks gone his package passes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import edits
from edits import Edit, regenerate
from scene import LOG_KEY, Scene
from tampering import CASES

from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.package.content import Bytes
from audit.package.writing import write_folder

SEAL = frozenset({"seal.manifest", "seal.static", "seal.leaves"})
"""At least one of them finds whatever is changed after the seal."""


@dataclass(frozen=True)
class Shown:
    """What is verified, and with what brought along."""

    path: Path
    brought: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """`line` is what is refused, `checks` are those that find it besides the seal, `record` is what
    is named.
    """

    line: str
    name: str
    play: Callable[[Path], Shown]
    checks: frozenset[str]
    record: str
    sealed: bool = False


REFUSALS: list[Refusal] = []


def outsider(line: str, name: str, edit: Edit, checks: str, record: str) -> None:
    def play(folder: Path) -> Shown:
        write_folder(Scene(folder / "recordings").build(), folder / "package")
        edit(folder / "package")
        regenerate(folder / "package")
        regenerate(folder / "package")
        return Shown(folder / "package")

    found = frozenset(checks.split())
    REFUSALS.append(Refusal(line, f"outsider: {name}", play, found, record, sealed=True))


def operator(line: str, name: str, edit: Edit, checks: str, record: str) -> None:
    """Files are changed before they are sealed."""

    def play(folder: Path) -> Shown:
        scene = Scene(folder / "recordings")
        seal_over(scene, edit, folder / "draft")
        write_folder(scene.build(), folder / "package")
        return Shown(folder / "package")

    found = frozenset(checks.split())
    REFUSALS.append(Refusal(line, f"operator: {name}", play, found, record))


def both(line: str, name: str, edit: Edit, checks: str, record: str) -> None:
    operator(line, name, edit, checks, record)
    outsider(line, name, edit, checks, record)


def told(line: str, name: str, checks: str, record: str, *, sealed: bool = False):
    """The operator tells another story; the function plays it."""

    def register(play: Callable[[Path], Shown]) -> Callable[[Path], Shown]:
        REFUSALS.append(Refusal(line, name, play, frozenset(checks.split()), record, sealed))
        return play

    return register


def seal_over(scene: Scene, edit: Edit, draft: Path) -> None:
    payload: dict = {}
    scene.change_payload = lambda files: payload.update(whole=files)

    def change(static: dict) -> None:
        files = payload["whole"]
        for path, content in {**files, **static}.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(b"".join(content.chunks()))
        edit(draft)
        edits.size_again(draft)
        files.clear()
        static.clear()
        for path in (path for path in draft.rglob("*") if path.is_file()):
            name = str(path.relative_to(draft))
            (files if name.startswith("data/") else static)[name] = Bytes(path.read_bytes())

    scene.change_static = change


def packed(folder: Path, scene: Scene, **brought: object) -> Shown:
    write_folder(scene.build(), folder / "package")
    return Shown(folder / "package", brought)


def logged(folder: Path, leaves: list[bytes], **brought: object) -> Shown:
    """A log by our own writer."""
    with MerkleLog.init(folder / "log", FileLockBackend(folder / "store"), LOG_KEY) as log:
        log.append(leaves)
    return Shown(folder / "log", brought)


def in_order(scene: Scene) -> list[bytes]:
    return [item.leaf for item in sorted(scene.write_log(), key=lambda item: item.index)]


def probe(line: str, name: str, case: str, record: str) -> None:
    """One of the cases that every check has (`tampering.py`)."""

    @told(line, f"operator: {name}", case, record)
    def play(folder: Path) -> Shown:
        scene = Scene(folder / "recordings")
        CASES[case](scene)
        return packed(folder, scene)
