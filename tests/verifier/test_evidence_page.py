"""The auditors' page: every command on it does what it says, in a folder that holds what an auditor has."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from refusal import in_order
from scene import LOG_KEY, ORIGIN, Scene, read

from audit import merkle, zipapp_build
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.package.writing import write_folder, write_zip
from audit.time_stamp import Question
from audit.verifier.report import EXIT_CODES
from scenes.authority import Authority

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
HALVES = PAGE.split("# For auditors")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
CHINESE, ENGLISH = (BLOCK.findall(half) for half in HALVES)


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def desk(tmp_path: Path, scene: Scene, authority: Authority) -> Path:
    """An auditor's folder: the package, and what was kept from outside."""
    scene.change_contents = lambda contents: replace(
        contents, time_stamp=authority.reply(Question(contents.checkpoint).encode())
    )
    sealed = scene.build()
    shutil.copy(authority.ca, tmp_path / "ca.pem")
    write_zip(sealed, tmp_path / "case.zip")
    (tmp_path / "keys.txt").write_text(f"{LOG_KEY.verifying_key.vkey}\n")
    (tmp_path / "verify.sh").write_bytes(read(sealed.files["verify.sh"]))
    leaves = in_order(scene)
    with MerkleLog.init(tmp_path / "log", FileLockBackend(tmp_path / "store"), LOG_KEY) as log:
        log.append(leaves[:9])
        (tmp_path / "kept.txt").write_bytes(log.checkpoint.encode())
        log.append(leaves[9:])
    decision = scene.write_log()[scene.acts.index(scene.act("decision.confirmed"))]
    leaf = merkle.leaf_hash(decision.leaf).hex()
    (tmp_path / "receipt.txt").write_text(f"{ORIGIN} {decision.index} {leaf}\n")
    zipapp_build.build(tmp_path / "verifier.pyz")
    return tmp_path


def run(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-e", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def accepted(folder: Path, blocks: list[str]) -> str:
    """What they print, one after the other, as somebody would run them who reads the page."""
    printed = ""
    for commands in blocks:
        done = run(folder, commands)
        assert done.returncode == 0, (commands, done.stdout, done.stderr)
        printed += done.stdout
    return printed


def test_every_command_accepts_a_whole_package(desk: Path):
    printed = accepted(desk, CHINESE)
    assert "完整，未发现改动 · whole, no change found" in printed
    assert f"OK: files, seal, inclusion and signature of {ORIGIN} agree" in printed
    assert "Signature Verified Successfully" in printed
    assert "Time stamp: " in printed
    assert (desk / "receipt.txt").read_text().split()[2] in printed


def test_so_does_every_command_of_the_english_half(desk: Path):
    """Those of the verifier stand in both halves, word for word."""
    ours = re.compile(r"^yunchuang verify .*\n", re.MULTILINE)
    assert set(ours.findall(HALVES[1])) == set(ours.findall(HALVES[0]))
    accepted(desk, [ours.sub("", block) for block in ENGLISH])


@pytest.mark.parametrize("changed", ["checkpoint", "timestamp.tsr"])
def test_a_time_stamp_over_something_else_is_refused(desk: Path, scene: Scene, changed: str):
    write_folder(scene.build(), desk / "case")
    (stamp,) = (block for block in CHINESE if "ts -verify" in block)
    accepted(desk, [stamp])
    other = desk / "other"
    other.mkdir()
    scene.acts.pop()
    write_folder(scene.build(), other / "case")
    name = f"case/proof/{changed}"
    (desk / name).write_bytes((other / name).read_bytes())
    assert run(desk, stamp).returncode == 1


def test_a_changed_package_is_refused_by_the_tools_too(desk: Path, scene: Scene):
    write_folder(scene.build(), desk / "case")
    salt = desk / "case" / "data" / "salt"
    salt.write_bytes(bytes(32))
    assert run(desk, "cd case; sha256sum --quiet -c manifest-sha256.txt").returncode == 1
    assert run(desk, "sh case/verify.sh keys.txt").returncode == 1
    assert run(desk, "python3 verifier.pyz case --keys keys.txt").returncode == 1


@pytest.mark.parametrize("half", HALVES, ids=["Chinese", "English"])
def test_both_languages_name_every_verdict_and_its_exit_code(half: str):
    rows = {
        code: int(exit_) for exit_, code in re.findall(r"^\| (\d) \| `(\w+)`", half, re.MULTILINE)
    }
    assert rows == {verdict.value: code for verdict, code in EXIT_CODES.items()}
