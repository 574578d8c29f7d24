"""Texts that packages were handed out with stay as they are."""

from hashlib import sha256
from pathlib import Path

import pytest

from audit.errors import MalformedError
from audit.package import instructions as module
from audit.package.instructions import NEWEST, VERSIONS, instructions

PINNED = {
    "VERIFY.1.md": "afcd4efc105dbdab453633cfc83b863ef9f0c011fe9b15aeca3c2596389f994c",
    "VERIFY.2.md": "d99be1c2c6abbf9f157edc12e39b84ab1758b2efa08c6b2cf0bcf8fc228065fe",
    "verify.1.sh": "1bb6dddb5bd43113aa972d91f6950626e64fbc540cef3694109c80bec720899b",
}
FOLDER = Path(module.__file__).parent / "templates"


def test_no_text_that_was_handed_out_is_changed_or_lost():
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in FOLDER.iterdir()}
    assert found == PINNED


def test_every_version_has_both_and_every_text_is_of_one():
    assert all(files.keys() == {"VERIFY.md", "verify.sh"} for files in VERSIONS.values())
    assert {file for files in VERSIONS.values() for file in files.values()} == set(PINNED)
    assert list(VERSIONS) == list(range(1, NEWEST + 1))


def test_each_is_given_under_the_names_of_the_package():
    for version, files in VERSIONS.items():
        texts = instructions(version)
        digests = {name: sha256(text).hexdigest() for name, text in texts.items()}
        assert digests == {name: PINNED[file] for name, file in files.items()}


@pytest.mark.parametrize("version", [0, NEWEST + 1])
def test_a_version_that_nobody_knows(version):
    with pytest.raises(MalformedError):
        instructions(version)


def test_the_newest_uses_the_words_of_the_glossary():
    text = instructions(NEWEST)["VERIFY.md"].decode()
    assert "见证人" in text
    assert "见证方" not in text
