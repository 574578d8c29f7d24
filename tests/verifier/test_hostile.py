"""Packages made to hurt the reader: refused, quickly, and without following them anywhere."""

import json
import os
import random
import struct
from pathlib import Path

import pytest
from scene import Scene, edit_json, trust

from audit.package.writing import write_folder, write_zip
from audit.verifier import jsonform
from audit.verifier.cli import parse_receipt
from audit.verifier.note import parse_checkpoint, parse_key
from audit.verifier.proof import parse_proof
from audit.verifier.registry import CHECK_ENDS
from audit.verifier.report import UnreadableError, quote
from audit.verifier.source import is_safe_path
from audit.verifier.trust import parse_policy
from audit.verifier.verify import verify


@pytest.fixture
def package(tmp_path: Path, scene: Scene) -> Path:
    write_folder(scene.build(), tmp_path / "package")
    return tmp_path / "package"


def codes(path: Path) -> set[str]:
    report = verify(path, trust())
    assert report.exit_code == 1
    return {problem.code for problem in report.problems}


def test_a_symbolic_link_is_never_followed(package: Path, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_bytes((package / "data" / "salt").read_bytes())
    (package / "data" / "salt").unlink()
    (package / "data" / "salt").symlink_to(secret)
    assert codes(package) == {"unreadable"}


def test_a_linked_folder_a_pipe_and_hidden_files_are_refused(package: Path, tmp_path: Path):
    (package / "data" / "more").symlink_to(tmp_path)
    assert codes(package) == {"unreadable"}
    (package / "data" / "more").unlink()
    os.mkfifo(package / "data" / "more")
    assert codes(package) == {"unreadable"}
    (package / "data" / "more").unlink()
    (package / "data" / ".hidden").write_text("x")
    assert codes(package) == {"unreadable"}


def test_an_empty_folder_is_no_part_of_a_package(package: Path):
    (package / "data" / "empty").mkdir()
    assert codes(package) == {"container.form"}


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a/../b", "a/./b", "a\\b", "C:x", ".x", "", "a/", "ü", "a" * 300]
)
def test_unsafe_paths(path: str):
    assert not is_safe_path(path)


def test_a_huge_line_of_digits_costs_nothing(package: Path):
    (package / "data" / "case.json").write_bytes(b'{"v":' + b"9" * 1_000_000 + b"}")
    assert "unreadable" in codes(package)


def test_deep_nesting_is_refused():
    deep = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(UnreadableError):
        jsonform.parse(deep, "deep")
    assert jsonform.canonical(jsonform.parse(b"[" * 40 + b"]" * 40, "deep")) is None


@pytest.mark.parametrize("text", ['{"a":1.0}', '{"ü":1}', "NaN", '{"a":"\\ud800"}'])
def test_values_without_canonical_form(text: str):
    assert jsonform.canonical(jsonform.parse(text.encode(), "x")) is None


def test_entries_proofs_and_notes_have_limits(package: Path):
    leaf = next((package / "data" / "entries").rglob("*.leaf"))
    leaf.write_bytes(b"{" + b" " * 70_000 + b"}")
    assert "unreadable" in codes(package)
    hashes = "A" * 43 + "=\n"
    with pytest.raises(UnreadableError, match="63"):
        parse_proof(f"c2sp.org/tlog-proof@v1\nindex 0\n{hashes * 64}\nx".encode(), "p")
    lines = "— a.example AAAAAAAAAAA=\n" * 17
    with pytest.raises(UnreadableError, match="16"):
        parse_checkpoint(f"o\n1\n{hashes}\n{lines}".encode(), "c")


def test_a_zip_whose_members_overlap_is_refused(tmp_path: Path, scene: Scene):
    path = tmp_path / "package.zip"
    write_zip(scene.build(), path)
    data = bytearray(path.read_bytes())
    first = data.index(b"PK\x01\x02")
    # Every member of the directory now claims most of the file.
    at = first
    while data[at : at + 4] == b"PK\x01\x02":
        name = struct.unpack_from("<H", data, at + 28)[0]
        struct.pack_into("<II", data, at + 20, first // 2, first // 2)
        struct.pack_into("<I", data, at + 42, 0)
        at += 46 + name
    path.write_bytes(data)
    assert codes(path) == {"unreadable"}


def test_a_compressed_member_is_refused(tmp_path: Path, scene: Scene):
    path = tmp_path / "package.zip"
    write_zip(scene.build(), path)
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, 8)
    path.write_bytes(data)
    assert codes(path) == {"unreadable"}


ODD = (None, True, -1, 2**53 - 1, "x", "\n", [], [[]], [{}], {}, {"part": []})


def test_facts_of_odd_types_never_stop_a_check(tmp_path: Path):
    """Whatever an operator writes into facts and case file, every check gives its answer."""
    chance = random.Random(3)
    for turn in range(20):
        scene = Scene(tmp_path / "recordings", chance.choice(["sealed", "archive"]))
        for act in chance.sample(scene.acts, 6):
            for name in act.facts:
                if chance.random() < 0.5:
                    act.facts = act.facts | {name: chance.choice(ODD)}
                elif isinstance(inner := act.facts[name], list) and inner:
                    inner[0] = chance.choice(ODD)

        def spoil(value):
            value[chance.choice(sorted(value))] = chance.choice(ODD)

        scene.change_payload = lambda files: edit_json(files, "data/case.json", spoil)
        write_folder(scene.build(), tmp_path / f"package{turn}")
        report = verify(tmp_path / f"package{turn}", trust())
        json.dumps(report.as_json())
        assert not [problem for problem in report.problems if problem.expected == CHECK_ENDS]


def test_a_flood_of_problems_is_cut(package: Path):
    for number in range(120):
        (package / "data" / "papers" / f"p{number}").write_text("x")
    report = verify(package, trust())
    assert len([p for p in report.problems if p.code == "manifest.payload"]) == 50


def test_foreign_text_cannot_steer_a_terminal():
    assert quote("a\x1b[2Jb\u202e") == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}"
    assert len(quote("x" * 10_000)) < 300


@pytest.mark.parametrize(
    "text",
    [
        "a+00000000+AAAA",
        "a",
        "a b+00000000+AQ==",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
    ],
)
def test_malformed_keys(text: str):
    assert parse_key(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum w\n",
        "quorum none\nquorum none\n",
        "group g 2 a\nquorum g\n",
        "log nonsense\nquorum none\n",
        "nonsense\nquorum none\n",
    ],
)
def test_malformed_policies(text: str):
    with pytest.raises(UnreadableError):
        parse_policy(text.encode(), "policy")


@pytest.mark.parametrize("text", ["", "a", "a 1", "a -1 " + "0" * 64, "a 01 " + "0" * 64])
def test_malformed_receipts(text: str):
    with pytest.raises(UnreadableError):
        parse_receipt(text)
