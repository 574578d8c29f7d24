"""What someone can do to the files of a package, with a text editor and without any key.

Whoever does it may then make all manifests again (`regenerate`), as `bagit.py` would.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from played_part import CALL_ID
from scene import CALL, CASE, COUNTER, HALL, Scene

from audit.verifier import paths

Edit = Callable[[Path], None]


def regenerate(root: Path, *, static: bool = True) -> None:
    """Make all manifests again. Twice, where the size of the payload changed: `bag-info.txt` says it."""
    files = sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())

    def rewrite(name: str, names: list[str]) -> None:
        lines = (f"{hashlib.sha256((root / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
        (root / name).write_text("".join(lines))

    rewrite(paths.PAYLOAD_MANIFEST, [n for n in files if n.startswith("data/")])
    tags = [n for n in files if not n.startswith("data/")]
    if static:
        rewrite(paths.STATIC, [n for n in tags if n not in paths.AFTER_SEAL | {paths.TAG_MANIFEST}])
    rewrite(paths.TAG_MANIFEST, [n for n in tags if n != paths.TAG_MANIFEST])
    size_again(root)


def size_again(root: Path) -> None:
    payload = [path for path in (root / "data").rglob("*") if path.is_file()]
    info = (root / "bag-info.txt").read_text().split("\n")
    info[1] = f"Payload-Oxum: {sum(p.stat().st_size for p in payload)}.{len(payload)}"
    (root / "bag-info.txt").write_text("\n".join(info))


def flip(name: str, at: int) -> Edit:
    """One bit of one byte; `at` may count from the end."""

    def edit(root: Path) -> None:
        data = bytearray((root / name).read_bytes())
        data[at] ^= 0x01
        (root / name).write_bytes(data)

    return edit


def replace(name: str, old: bytes, new: bytes) -> Edit:
    def edit(root: Path) -> None:
        data = (root / name).read_bytes()
        assert data.count(old) == 1, (name, data)
        (root / name).write_bytes(data.replace(old, new))

    return edit


def swap_files(*pairs: tuple[str, str]) -> Edit:
    def edit(root: Path) -> None:
        for name, other in pairs:
            one, two = (root / name).read_bytes(), (root / other).read_bytes()
            assert one != two
            (root / name).write_bytes(two)
            (root / other).write_bytes(one)

    return edit


def drop(*names: str) -> Edit:
    """Files, and the folders that are empty then."""

    def edit(root: Path) -> None:
        for name in names:
            (root / name).unlink()
            for folder in (root / name).parents:
                if any(folder.iterdir()):
                    break
                folder.rmdir()

    return edit


def copy(*pairs: tuple[str, str]) -> Edit:
    def edit(root: Path) -> None:
        for name, other in pairs:
            (root / other).write_bytes((root / name).read_bytes())

    return edit


def truncate(name: str, by: int) -> Edit:
    def edit(root: Path) -> None:
        (root / name).write_bytes((root / name).read_bytes()[:-by])

    return edit


# --- recordings ----------------------------------------------------------------------------------


def media(part: str = COUNTER, suffix: str = "bin") -> str:
    return f"data/rec/{CALL_ID}/{part}.{suffix}"


def both(part: str = COUNTER) -> tuple[str, str]:
    return media(part), media(part, "tsv")


def _cut(root: Path) -> tuple[list[bytes], list[bytes], bytes]:
    lines = (root / media(suffix="tsv")).read_bytes().splitlines(keepends=True)
    data = (root / media()).read_bytes()
    places = [tuple(map(int, line.split(b"\t")[3:5])) for line in lines]
    return lines, [data[o : o + n] for o, n in places], data[: places[0][0]]


def _lay(root: Path, header: bytes, lines: list[bytes], segments: list[bytes]) -> None:
    (root / media(suffix="tsv")).write_bytes(b"".join(lines))
    (root / media()).write_bytes(header + b"".join(segments))


def segments(order: tuple[int, ...], records: tuple[int, ...] | None = None) -> Edit:
    """The part made anew of these segments, with the records of the same numbers, or of others."""

    def edit(root: Path) -> None:
        lines, data, header = _cut(root)
        kept = [lines[at] for at in (order if records is None else records)]
        _lay(root, header, kept, [data[at] for at in order])

    return edit


def recording_of(other: Scene) -> Edit:
    """Another case's recording of the same part laid over this one's."""

    def edit(root: Path) -> None:
        played = other.parts[COUNTER]
        (root / media()).write_bytes(played.bin)
        (root / media(suffix="tsv")).write_bytes(b"".join(played.lines))

    return edit


# --- entries -------------------------------------------------------------------------------------


def leaf(seq: int, chain: str = CASE) -> str:
    return paths.leaf_path(chain, seq)


def proof(seq: int, chain: str = CASE) -> str:
    return paths.proof_path(chain, seq)


def entry(seq: int, chain: str = CASE) -> tuple[str, str]:
    return leaf(seq, chain), proof(seq, chain)


def move_a_clock(root: Path) -> None:
    """By an hour."""
    replace(leaf(4), b'"t":1790000000004', b'"t":1790003600004')(root)


def empty_the_facts(root: Path) -> None:
    """An entry that is cut but still reads."""
    path = root / leaf(4, CALL)
    before, _, rest = path.read_bytes().partition(b'"facts":{')
    path.write_bytes(before + b'"facts":{}' + rest[rest.index(b',"mono"') :])


RECORDING = (*both(COUNTER), *both(HALL))
