"""A package of a log with witnesses carries their cosignatures, and a policy from outside demands them."""

import io
import threading
import time
from contextlib import contextmanager

import pytest
from PIL import Image

from audit import cosignature
from audit.note import SigningKey
from audit.package.model import Form
from audit.policy import Policy
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_policy
from audit.verifier.verify import verify
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from scenes import case_scene
from yunchuang.export import Exporter

KEYS = [SigningKey.generate(f"w{n}.example") for n in range(2)]
LINES = "".join(f"witness w{n} {cosignature.witness_key(key).vkey}\n" for n, key in enumerate(KEYS))
BOTH = f"{LINES}group both all w0 w1\nquorum both\n"


@contextmanager
def cosigning(installation, keys, behind_s=0):
    """Witnesses that sign every checkpoint as soon as they see it."""
    stop = threading.Event()

    def work():
        seen = None
        while not stop.wait(0.02):
            target = installation.log.checkpoint
            if target is not seen:
                for key in keys:
                    now = int(time.time()) - behind_s
                    installation.cosigned.add(
                        target, cosignature.cosign(key, target.signed.text, now)
                    )
                seen = target

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def installation(tmp_path):
    data = DataDir(tmp_path / "data")
    key = init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data, policy=Policy.parse(f"log {key.vkey}\n{BOTH}".encode())) as running:
        yield running


@pytest.fixture
def case_id(installation, monkeypatch):
    store = LocalMaterialStore(installation.data.materials, installation.keys)

    def stored(case_id):
        out = io.BytesIO()
        Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
        return store.put(case_id, out.getvalue())

    monkeypatch.setattr(case_scene, "a_stored", stored)
    desk = case_scene.Desk(installation, case_scene.seeded_city(installation))
    case_id = desk.in_review()
    desk.decided(case_id)
    return case_id


def verified(installation, package, policy, path):
    exporter = Exporter(installation)
    exporter.write(package, path)
    text = f"log {exporter.key.vkey}\n{policy}".encode()
    return verify(path, make_trust((), parse_policy(text, "policy"), outside=True))


def codes(report):
    return {problem.code for problem in report.problems}


def test_both_cosignatures_are_in_the_package_and_stay(installation, case_id, tmp_path):
    with cosigning(installation, KEYS):
        package = Exporter(installation).make(case_id, Form.SEALED)
        report = verified(installation, package, BOTH, tmp_path / "package")
        assert (report.verdict, codes(report)) == (Verdict.GOOD, set())
        assert report.status["witnessed"] == {"k": 2, "n": 2}
    again = verified(installation, package, BOTH, tmp_path / "again.zip")
    assert again.verdict is Verdict.GOOD


def test_without_witnesses_a_package_is_made_all_the_same_and_says_so(
    installation, case_id, tmp_path
):
    package = Exporter(installation).make(case_id, Form.SEALED)
    report = verified(installation, package, BOTH, tmp_path / "package")
    assert "checkpoint.quorum" in codes(report)
    report = verified(installation, package, "quorum none\n", tmp_path / "other")
    assert report.verdict is Verdict.GOOD


def test_a_witness_that_stopped_delays_a_package_and_no_more(installation, case_id, tmp_path):
    with cosigning(installation, KEYS[:1]):
        package = Exporter(installation).make(case_id, Form.SEALED)
        report = verified(installation, package, BOTH, tmp_path / "package")
    assert codes(report) == {"checkpoint.quorum"}
    package = Exporter(installation).make(case_id, Form.ARCHIVE)
    report = verified(installation, package, "quorum none\n", tmp_path / "later")
    assert report.verdict is Verdict.GOOD


def test_a_desk_whose_clock_is_an_hour_ahead_is_told_by_its_witnesses(
    installation, case_id, tmp_path
):
    with cosigning(installation, KEYS, behind_s=3_600):
        package = Exporter(installation).make(case_id, Form.SEALED)
        report = verified(installation, package, BOTH, tmp_path / "package")
    assert codes(report) == {"clock.cosigned"}
