"""A case with a recorded pre-check before acceptance verifies, and the pre-check is no call of its decision."""

import pytest

from audit.package.model import Form
from audit.package.writing import write_folder
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.note_opinion import NoteOpinion, note_opinion
from casework.clock import ManualClock
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.model.call import CallKind
from casework.model.case import Road
from casework.model.opinion import Opinion
from scenes import case_scene
from scenes.call_case import CAMERA, CITIZEN, MIC
from scenes.call_scene import Stage
from scenes.hostile_files import picture
from scenes.recorded_call import RecordedCall
from yunchuang.export import Exporter


class PrecheckedCall(RecordedCall):
    """The draft was looked at in a call of its own, recorded like any other."""

    def accepted(self, item: str) -> str:
        desk = self.desk
        self.case_id = desk.signed(item)
        self.stage = Stage(self.k, desk.hall(self.case_id))
        self.holds_case = False  # nobody holds a draft
        self.call_id, window, hall = self.stage.active(desk.reviewer, kind=CallKind.PRECHECK)
        self.precheck_id = self.call_id
        self.open_part(window.leg_id, "counter", (MIC, CITIZEN))
        self.open_part(window.leg_id, "counter", (CAMERA,))
        self.open_part(hall.leg_id, "hall", (MIC, CAMERA))
        self.record(10_000)
        for spec in desk.item(self.case_id).materials:
            opinion = NoteOpinion(
                self.case_id, self.call_id, spec.code, Opinion.REPLACE, "复印件不清楚"
            )
            desk.run(note_opinion, opinion, desk.reviewer)
        self.is_over()
        self.running, self.facts, self.holds_case = [], 0, True
        desk.run(accept_case, AcceptCase(self.case_id, Road.CALL))
        return self.case_id


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def installation(tmp_path, clock):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data, clock=clock) as running:
        yield running


@pytest.fixture
def call(installation, clock, monkeypatch) -> PrecheckedCall:
    materials = LocalMaterialStore(installation.data.materials, installation.keys)
    still = picture("JPEG")
    monkeypatch.setattr(case_scene, "a_stored", lambda case_id: materials.put(case_id, still))
    played = PrecheckedCall(installation, clock)
    played.healthy()
    played.identify()
    played.record(10_000)
    played.healthy()
    played.confirm(played.prepare())
    played.holds_case = False
    played.record(4_000)
    played.is_over()
    return played


@pytest.mark.parametrize("form", list(Form))
def test_it_is_good_with_both_calls_and_rests_on_one(call, installation, tmp_path, form):
    exporter = Exporter(installation)
    known = make_trust(parse_keys(f"{exporter.key.vkey}\n".encode(), "keys"), None, outside=True)
    path = tmp_path / "package"
    write_folder(exporter.sealed(exporter.make(call.case_id, form)), path)
    report = verify(path, known)
    assert (report.problems, report.verdict, report.anchored) == ([], Verdict.GOOD, True)
    assert {part["call"] for part in report.recordings} == {call.precheck_id, call.call_id}
