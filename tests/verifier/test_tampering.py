"""What someone without the log key can do to a package: nothing that stays unseen or unnamed."""

import hashlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from scene import CALL, CALL_ID, CASE, COUNTER, HALL, THIEF, Scene, trust

from audit.package.writing import write_folder, write_zip
from audit.verifier import paths
from audit.verifier.report import Problem, Report
from audit.verifier.verify import verify

EXHAUSTIVE = 400
"""Bytes from the beginning."""
SAMPLED = 10
"""Places in each file."""


@pytest.fixture
def package(tmp_path: Path, scene: Scene) -> Path:
    write_folder(scene.build(), tmp_path / "package")
    return tmp_path / "package"


def regenerate(root: Path, *, static: bool = True) -> None:
    """Make all manifests again, as `bagit.py` or an attacker would."""
    files = sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())

    def rewrite(name: str, names: list[str]) -> None:
        lines = (f"{hashlib.sha256((root / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
        (root / name).write_text("".join(lines))

    rewrite(paths.PAYLOAD_MANIFEST, [n for n in files if n.startswith("data/")])
    tags = [n for n in files if not n.startswith("data/")]
    if static:
        rewrite(paths.STATIC, [n for n in tags if n not in paths.AFTER_SEAL | {paths.TAG_MANIFEST}])
    rewrite(paths.TAG_MANIFEST, [n for n in tags if n != paths.TAG_MANIFEST])
    payload = [root / n for n in files if n.startswith("data/")]
    info = (root / "bag-info.txt").read_text().split("\n")
    info[1] = f"Payload-Oxum: {sum(p.stat().st_size for p in payload)}.{len(payload)}"
    (root / "bag-info.txt").write_text("\n".join(info))


def found(report: Report, record: str) -> list[Problem]:
    return [problem for problem in report.problems if problem.record == record]


def test_a_flipped_byte_of_any_file_is_refused_and_named(package: Path):
    """Every file, at some random bytes and bits of each; see below for every byte of some."""
    chance = random.Random(20)
    files = [path for path in sorted(package.rglob("*")) if path.is_file()]
    assert len(files) > 50
    for file in files:
        data = file.read_bytes()
        name = str(file.relative_to(package))
        for at in sorted(chance.sample(range(len(data)), min(SAMPLED, len(data)))):
            changed = bytearray(data)
            changed[at] ^= 1 << chance.randrange(8)
            file.write_bytes(changed)
            report = verify(package, trust())
            assert report.exit_code == 1, (name, at)
            named = {p.path for p in report.problems} | {p.record for p in report.problems}
            # A list that differs from a file names the file, and itself in the text.
            named |= {p.expected.partition(":")[0] for p in report.problems}
            assert {name, paths.record_of(name)} & named, (name, at, report.problems)
        file.write_bytes(data)
    assert verify(package, trust()).exit_code == 0


@pytest.mark.parametrize(
    "name", ["proof/seal.tlog-proof", "proof/seal.leaf", "manifest-sha256.txt", "bagit.txt"]
)
def test_every_single_byte_of_the_files_that_matter_most(package: Path, name: str):
    file = package / name
    data = file.read_bytes()
    for at in range(min(len(data), EXHAUSTIVE)):
        changed = bytearray(data)
        changed[at] ^= 0x01
        file.write_bytes(changed)
        assert verify(package, trust()).exit_code == 1, at


def test_a_flipped_bit_of_a_zip_is_refused(tmp_path: Path, scene: Scene):
    """Headers are what a lenient reader overlooks: all of the directory, samples of the rest."""
    path = tmp_path / "package.zip"
    write_zip(scene.build(), path)
    data = path.read_bytes()
    chance = random.Random(7)
    directory = data.index(b"PK\x01\x02")
    places = {*range(46), *range(directory, directory + 120), *range(len(data) - 22, len(data))}
    places |= set(chance.sample(range(len(data)), 150))
    for at in sorted(places):
        changed = bytearray(data)
        changed[at] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        assert verify(path, trust()).exit_code == 1, at


def test_a_zip_cut_short_or_lengthened_is_refused(tmp_path: Path, scene: Scene):
    path = tmp_path / "package.zip"
    write_zip(scene.build(), path)
    data = path.read_bytes()
    for changed in (data[:-1], data[: len(data) // 2], data + b"\0", b"\0" + data):
        path.write_bytes(changed)
        assert verify(path, trust()).exit_code == 1


Edit = Callable[[Path], str]
"""Changes a package and returns the record that must be named."""


def _media(root: Path, part: str = COUNTER, suffix: str = "bin") -> Path:
    return root / "data" / "rec" / CALL_ID / f"{part}.{suffix}"


def _cut(root: Path, segment: int) -> tuple[list[bytes], list[bytes], bytes]:
    lines = _media(root, suffix="tsv").read_bytes().splitlines(keepends=True)
    data = _media(root).read_bytes()
    places = [tuple(map(int, line.split(b"\t")[3:5])) for line in lines]
    return lines, [data[o : o + n] for o, n in places], data[: places[0][0]]


def _rewrite(root: Path, lines: list[bytes], segments: list[bytes], header: bytes) -> None:
    _media(root, suffix="tsv").write_bytes(b"".join(lines))
    _media(root).write_bytes(header + b"".join(segments))


def drop_segment(root: Path) -> str:
    lines, segments, header = _cut(root, 1)
    _rewrite(root, [lines[0], lines[2]], [segments[0], segments[2]], header)
    return f"{CALL_ID}/{COUNTER}#1"


def double_segment(root: Path) -> str:
    lines, segments, header = _cut(root, 1)
    _rewrite(root, [*lines[:2], *lines[1:]], [*segments[:2], *segments[1:]], header)
    return f"{CALL_ID}/{COUNTER}#2"


def reorder_segments(root: Path) -> str:
    lines, segments, header = _cut(root, 1)
    _rewrite(root, lines, [segments[1], segments[0], segments[2]], header)
    return f"{CALL_ID}/{COUNTER}#0"


def truncate_recording(root: Path) -> str:
    lines, segments, header = _cut(root, 1)
    _rewrite(root, lines[:2], segments[:2], header)
    return f"{CALL_ID}/{COUNTER}#2"


def truncate_inside_a_segment(root: Path) -> str:
    _media(root).write_bytes(_media(root).read_bytes()[:-7])
    return f"{CALL_ID}/{COUNTER}#2"


def swap_inside_a_call(root: Path) -> str:
    for suffix in ("bin", "tsv"):
        one, two = _media(root, COUNTER, suffix), _media(root, HALL, suffix)
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)
    return f"{CALL_ID}/{COUNTER}"


def drop_part(root: Path) -> str:
    for suffix in ("bin", "tsv"):
        _media(root, suffix=suffix).unlink()
    return f"{CALL_ID}/{COUNTER}"


def drop_recording(root: Path) -> str:
    for part in (COUNTER, HALL):
        for suffix in ("bin", "tsv"):
            _media(root, part, suffix).unlink()
    _media(root).parent.rmdir()
    return f"{CALL_ID}/{HALL}"


def _leaf(root: Path, chain: str, seq: int) -> Path:
    return root / paths.leaf_path(chain, seq)


def drop_entry(root: Path) -> str:
    _leaf(root, CASE, 3).unlink()
    (root / paths.proof_path(CASE, 3)).unlink()
    return f"{CASE}#3"


def drop_last_entry(root: Path) -> str:
    """The package is cut before a later entry."""
    _leaf(root, CASE, 6).unlink()
    (root / paths.proof_path(CASE, 6)).unlink()
    return f"{CASE}#7"


def double_entry(root: Path) -> str:
    last = _leaf(root, CALL, 8)
    last.with_name("00000009.leaf").write_bytes(last.read_bytes())
    proof = root / paths.proof_path(CALL, 8)
    proof.with_name("00000009.tlog-proof").write_bytes(proof.read_bytes())
    return f"{CALL}#9"


def reorder_entries(root: Path) -> str:
    one, two = _leaf(root, CASE, 1), _leaf(root, CASE, 2)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    return f"{CASE}#1"


def replay_an_entry(root: Path) -> str:
    """An earlier answer stands in for a later one."""
    _leaf(root, CASE, 4).write_bytes(_leaf(root, CASE, 3).read_bytes())
    return f"{CASE}#4"


def move_a_clock(root: Path) -> str:
    leaf = _leaf(root, CASE, 4)
    data = leaf.read_bytes()
    leaf.write_bytes(data.replace(b'"t":1790000000004', b'"t":1790003600004'))
    assert leaf.read_bytes() != data
    return f"{CASE}#4"


def change_salt(root: Path) -> str:
    (root / paths.SALT).write_bytes(bytes(32))
    return f"{CASE}#7"


def change_script(root: Path) -> str:
    (root / "verify.sh").write_text("#!/bin/sh\necho OK\n")
    return f"{CASE}#7"


EDITS: list[Edit] = [
    drop_segment, double_segment, reorder_segments, truncate_recording, truncate_inside_a_segment,
    swap_inside_a_call, drop_part, drop_recording, drop_entry, drop_last_entry, double_entry,
    reorder_entries, replay_an_entry, move_a_clock, change_salt, change_script,
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("manifests", ["as they were", "made again"])
def test_an_edit_is_refused_and_named(package: Path, edit: Edit, manifests: str):
    record = edit(package)
    if manifests == "made again":
        regenerate(package)
        regenerate(package)
    report = verify(package, trust())
    assert report.exit_code == 1
    if manifests == "made again":
        assert found(report, record), report.problems


def test_manifests_made_again_over_nothing_else_pass_as_they_were(package: Path):
    """The attacker's tool writes the very manifests the builder wrote: nothing hides in them."""
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    regenerate(package)
    assert before == {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}


def test_everything_signed_again_by_another_key_is_refused(tmp_path: Path, scene: Scene):
    scene.key = THIEF
    scene.change_contents = lambda contents: contents
    write_folder(scene.build(), tmp_path / "package")
    report = verify(tmp_path / "package", trust())
    assert report.exit_code == 1
    assert {problem.code for problem in report.problems} == {"checkpoint.signature"}
    assert not report.anchored


def test_a_recording_of_another_case_is_refused(tmp_path: Path, scene: Scene):
    write_folder(scene.build(), tmp_path / "package")
    other = Scene(tmp_path / "other")
    other.parts[COUNTER].segments = (b"another person speaks" * 30,) * 3
    other.plan()
    for suffix, data in (
        ("bin", other.parts[COUNTER].bin),
        ("tsv", b"".join(other.parts[COUNTER].lines)),
    ):
        _media(tmp_path / "package", suffix=suffix).write_bytes(data)
    regenerate(tmp_path / "package")
    regenerate(tmp_path / "package")
    report = verify(tmp_path / "package", trust())
    assert report.exit_code == 1
    assert {"rec.head", "decision.heads"} <= {problem.code for problem in report.problems}
    assert found(report, f"{CALL_ID}/{COUNTER}#1")


def test_no_file_can_be_dropped(package: Path, tmp_path: Path):
    """Not even one that was made after the seal: every list is made again without it."""
    files = sorted(str(p.relative_to(package)) for p in package.rglob("*") if p.is_file())
    lists = {paths.PAYLOAD_MANIFEST, paths.STATIC, paths.TAG_MANIFEST, paths.BAG_INFO}
    for name in sorted(set(files) - lists):
        copy = tmp_path / "copy"
        shutil.copytree(package, copy)
        (copy / name).unlink()
        regenerate(copy)
        assert verify(copy, trust()).exit_code == 1, name
        shutil.rmtree(copy)
