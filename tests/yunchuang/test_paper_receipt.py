"""A decision paper, years later: what is read off the printed PDF, held against a real package and log."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from audit.package.model import Form
from audit.verifier.cli import parse_receipt
from casework.actions.hand_back import HandBack, hand_back
from casework.data_dir import DataDir
from casework.installation import Installation, init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.model.paper import PaperKind
from casework.store.case_rows import load_case
from casework.views.log_place import decision_place
from portal.papers.content import log_code
from scenes import case_scene
from scenes.paper_text import text_of
from scenes.printed_paper import a_paper
from scenes.waiting import wait_until
from yunchuang.export import Exporter

HOUSE = Path(sys.executable).with_name("yunchuang")
ORIGIN = "paper.yunchuang.example/log"


@dataclass(frozen=True)
class Kept:
    """What is left after years: the log's folder, a package, the key on paper, the receipt."""

    log: Path
    package: Path
    keys: Path
    paper: bytes


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Kept:
    folder = tmp_path_factory.mktemp("years")
    data = DataDir(folder / "data")
    key = init_data_dir(data, origin=ORIGIN)
    (folder / "keys.txt").write_text(f"{key.vkey}\n")
    out = io.BytesIO()
    Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
    with opened(data) as installation, pytest.MonkeyPatch.context() as patch:
        store = LocalMaterialStore(data.materials, installation.keys)
        patch.setattr(case_scene, "a_stored", lambda case_id: store.put(case_id, out.getvalue()))
        desk = case_scene.Desk(installation, case_scene.seeded_city(installation))
        case_id = desk.in_review()
        desk.decided(case_id)
        desk.run(hand_back, HandBack(case_id), desk.reviewer)
        _until_logged(installation, case_id)
        paper = a_paper(installation, case_id, PaperKind.DECISION, origin=ORIGIN)
        exporter = Exporter(installation)
        exporter.write(exporter.make(case_id, Form.SEALED), folder / "case.zip")
    return Kept(data.log, folder / "case.zip", folder / "keys.txt", paper)


def _until_logged(installation: Installation, case_id: str) -> None:
    def logged() -> bool:
        with installation.store.reading() as conn:
            return decision_place(conn, load_case(conn, case_id)) is not None

    wait_until(logged, "the decision in the log")


def read_off(paper: bytes) -> str:
    """As a person copies it: three parts. The paper breaks a long line where it must."""
    text = text_of(paper).replace(" ", "").replace("\n", "")
    begin = text.index(ORIGIN) + len(ORIGIN)
    # Index and hash run into one another there: the hash is the 64 last signs.
    run = begin
    while text[run] in "0123456789abcdef":
        run += 1
    return f"{ORIGIN} {text[begin : run - 64]} {text[run - 64 : run]}"


def verify(kept: Kept, what: Path, receipt: str) -> tuple[int, list[dict]]:
    done = subprocess.run(
        [HOUSE, "verify", what, "--keys", kept.keys, "--receipt", receipt, "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)["problems"]


def test_what_stands_on_the_paper_is_found_in_package_and_log(kept):
    line = read_off(kept.paper)
    for receipt in (line, log_code("https://log.example/", line)):
        assert verify(kept, kept.package, receipt) == (0, [])
        assert verify(kept, kept.log, receipt) == (0, [])


@pytest.mark.parametrize("dpi", [100, 300])
def test_a_telephone_reads_the_same_off_the_code(kept, tmp_path, dpi):
    """Also where the camera sees no finer than a screen shows."""
    sheet = tmp_path / "sheet"
    draw = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-", sheet]
    subprocess.run(draw, input=kept.paper, check=True)
    read = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", f"{sheet}.png"]
    found = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    assert found.splitlines() == [log_code("https://log.example", read_off(kept.paper))]


@pytest.mark.parametrize("wrong", ["origin", "index", "beyond", "leaf"])
def test_a_wrong_receipt_is_refused_by_name(kept, wrong):
    origin, index, leaf = read_off(kept.paper).split()
    receipt = {
        "origin": f"other.example/log {index} {leaf}",
        "index": f"{origin} {int(index) - 1} {leaf}",
        "beyond": f"{origin} {int(index) + 1_000_000} {leaf}",
        "leaf": f"{origin} {index} {leaf[:-1]}{'0' if leaf[-1] != '0' else '1'}",
    }[wrong]
    for what, code in ((kept.package, "outside.receipt"), (kept.log, "log.receipt")):
        status, problems = verify(kept, what, receipt)
        assert (status, {one["code"] for one in problems}) == (1, {code})


def test_the_code_of_the_paper_is_read_like_its_line():
    leaf = "ab" * 32
    line = f"{ORIGIN} 7 {leaf}"
    assert (
        log_code("https://log.example/", line) == f"https://log.example/receipt#{ORIGIN}+7+{leaf}"
    )
    assert parse_receipt(log_code("https://log.example", line)) == parse_receipt(line)
