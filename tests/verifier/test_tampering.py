"""Bytes and files of a package: none can be changed or taken away unseen. What else is refused: see
`test_refused.py`.
"""

import random
import shutil
from pathlib import Path

import pytest
from edits import regenerate
from scene import Scene, trust

from audit.package.writing import write_folder, write_zip
from audit.verifier import paths
from audit.verifier.verify import verify

EXHAUSTIVE = 400
"""Bytes from the beginning."""
SAMPLED = 10
"""Places in each file."""


@pytest.fixture
def package(tmp_path: Path, scene: Scene) -> Path:
    write_folder(scene.build(), tmp_path / "package")
    return tmp_path / "package"


def test_a_flipped_byte_of_any_file_is_refused_and_named(package: Path):
    """Every file, at some random bytes and bits of each; see below for every byte of some."""
    files = [path for path in sorted(package.rglob("*")) if path.is_file()]
    assert len(files) > 50
    flip_each(package, files)


def test_so_it_is_in_what_the_archive_form_alone_has(tmp_path: Path, archive: Scene):
    root = tmp_path / "package"
    write_folder(archive.build(), root)
    files = [path for path in sorted((root / "data").rglob("*")) if path.suffix != ".leaf"]
    files = [path for path in files if path.is_file()]
    assert {path.suffix for path in files} == {".json", ".jpg", ".pdf", ".key", ".tsv", ".webm", ""}
    flip_each(root, files)


def flip_each(package: Path, files: list[Path]) -> None:
    chance = random.Random(20)
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


def test_manifests_made_again_over_nothing_else_pass_as_they_were(package: Path):
    """The attacker's tool writes the very manifests the builder wrote: nothing hides in them."""
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    regenerate(package)
    assert before == {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}


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
