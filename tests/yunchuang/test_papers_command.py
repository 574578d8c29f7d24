"""`yunchuang papers` shows a city its templates, and `doctor` names one that cannot be set."""

import subprocess
import sys
from pathlib import Path

import pytest

from casework.model.paper import SIZES, PaperKind
from portal.papers.city_templates import SHIPPED
from scenes.paper_text import text_of
from yunchuang.doctor import Finding, examine
from yunchuang.settings import Settings

HOUSE = Path(sys.executable).with_name("yunchuang")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def own(data: Path) -> Path:
    folder = data / "templates" / "papers"
    folder.mkdir(parents=True)
    return folder


def papers(data: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [HOUSE, "papers", "--data", data, "--out", out]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def found(data: Path) -> list[Finding]:
    settings = Settings.alone(data=data)
    return [one for one in examine(settings) if one.name.startswith("paper template")]


def test_every_kind_and_size_is_written_the_same_each_time(data, tmp_path):
    first, again = tmp_path / "first", tmp_path / "again"
    done = papers(data, first)
    assert (done.returncode, done.stderr) == (0, "")
    assert papers(data, again).returncode == 0
    written = {path.name: path.read_bytes() for path in first.iterdir()}
    assert written == {path.name: path.read_bytes() for path in again.iterdir()}
    for kind in PaperKind:
        for size in SIZES[kind]:
            names = [name for name in written if name.startswith(kind) and size.value in name]
            assert any("补打" in text_of(written[name]) for name in names)
            assert any("补打" not in text_of(written[name]) for name in names)
    assert {line.rpartition("/")[2] for line in done.stdout.splitlines()} == set(written)


def test_the_citys_own_template_is_what_is_shown(data, own, tmp_path):
    text = (SHIPPED / "next_steps.typ").read_text(encoding="utf-8")
    (own / "next_steps.typ").write_text(text.replace("办事明白纸", "温馨提示单"), encoding="utf-8")
    assert papers(data, tmp_path / "out").returncode == 0
    shown = (tmp_path / "out" / "next_steps-a4.pdf").read_bytes()
    assert "温馨提示单" in "".join(text_of(shown).split())
    (finding,) = found(data)
    assert (finding.ok, finding.found) == (True, "1 of the city's own")


def test_a_broken_one_is_named_and_its_paper_is_not_written(data, own, tmp_path):
    (own / "decision.typ").write_text("#panic()")
    done = papers(data, tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr.startswith("decision.typ: ")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert not any(name.startswith("decision") for name in names)
    assert "next_steps-a4.pdf" in names
    (finding,) = found(data)
    assert (finding.ok, finding.name) == (False, "paper template decision.typ")
    assert "docs/papers.md" in finding.advice
