"""A signed decision of a real installation: its package proves key and signature from the outside."""

import io
import json

import pytest
from PIL import Image

from audit.package.model import Form
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.actions.revoke_key import RevokeKey, revoke_key
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.model.actor_key import RevokeReason
from scenes import case_scene
from scenes.signing import Browser, Holder
from yunchuang.export import Exporter

ORIGIN = "signed.yunchuang.example/log"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    data = DataDir(tmp_path_factory.mktemp("installation") / "data")
    init_data_dir(data, origin=ORIGIN)
    with opened(data) as running:
        yield running


@pytest.fixture(scope="module")
def desk(installation):
    return case_scene.Desk(installation, case_scene.seeded_city(installation))


@pytest.fixture(params=[Browser, Holder], ids=["browser", "security key"])
def signed_case(installation, desk, monkeypatch, request):
    """Ids of a case that was decided with a signature, and of its key; by a browser of its own."""
    store = LocalMaterialStore(installation.data.materials, installation.keys)
    out = io.BytesIO()
    Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
    monkeypatch.setattr(case_scene, "a_stored", lambda case: store.put(case, out.getvalue()))
    case_id = desk.in_review()
    browser = request.param(installation, desk.reviewer, int(case_id, 36), ORIGIN)
    browser.enrol()
    browser.confirm(case_id, desk.prepared(case_id).decision_id)
    return case_id, browser.id


@pytest.fixture
def exporter(installation):
    return Exporter(installation)


@pytest.fixture
def trust(exporter):
    return make_trust(parse_keys(f"{exporter.key.vkey}\n".encode(), "keys"), None, outside=True)


@pytest.mark.parametrize("form", list(Form))
def test_its_package_says_and_proves_that_it_is_signed(
    exporter, trust, signed_case, tmp_path, form
):
    case_id, key = signed_case
    package = exporter.make(case_id, form)
    exporter.write(package, tmp_path / "package")
    report = verify(tmp_path / "package", trust)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    leaf = json.loads((tmp_path / "package" / "proof" / "actors" / f"{key}.leaf").read_bytes())
    weaker = int(leaf["facts"]["kind"] != "webauthn")
    assert report.status["decisions"] == {"signed": 1, "weaker": weaker, "unsigned": 0}
    assert (leaf["type"], leaf["chain"]) == ("actor.key_enrolled", f"log:{ORIGIN}")
    exporter.write(package, tmp_path / "again.zip")
    exporter.write(package, tmp_path / "more.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "more.zip").read_bytes()


def test_what_was_signed_stands_after_the_key_was_revoked(
    installation, desk, exporter, trust, signed_case, tmp_path
):
    case_id, key = signed_case
    command = RevokeKey(ORIGIN, key, RevokeReason.LEFT)
    desk.run(revoke_key, command, desk.city.actors["lead"])
    exporter.write(exporter.make(case_id, Form.SEALED), tmp_path / "package")
    assert verify(tmp_path / "package", trust).verdict is Verdict.GOOD
    installation.sequencer.turn()
    report = verify(installation.data.log, trust)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
