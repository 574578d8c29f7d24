"""A recorded call is erased with its case: its media are gone, and the package proves what they were."""

import pytest

from audit.package.model import Form
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.confirm_erasure import ConfirmErasure, confirm_erasure
from casework.actions.end_call import EndCall, end_call
from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.request_erasure import RequestErasure, request_erasure
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Actor, Role
from casework.data_dir import DataDir
from casework.errors import KeyDestroyed
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.model.applicant import IdentityMethod
from casework.model.case import Road
from casework.model.erasure import ErasureReason
from recording.worker.journal import read_journal
from scenes import case_scene
from scenes.call_scene import Stage
from scenes.short_recording import record_two_seconds
from yunchuang.export import Exporter

FIRST = Actor("01JADM1N000000000000000001", Role.ADMIN)
SECOND = Actor("01JADM1N000000000000000002", Role.ADMIN)


def record(installation, call_id, leg):
    """Two seconds, and all that the recorder said of them is in the log."""
    record_two_seconds(installation, call_id, leg)
    for event in read_journal(installation.data.recordings / call_id):
        installation.writer.run_sync(log_recording, LogRecording(event), actor=SYSTEM)


@pytest.fixture
def installation(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="erased.yunchuang.example/log")
    with opened(data) as running:
        yield running


@pytest.fixture
def recorded(installation, monkeypatch):
    """(case, call) of a closed case with a recorded call."""
    store = LocalMaterialStore(installation.data.materials, installation.keys)
    paper = b"\xff\xd8\xff"
    monkeypatch.setattr("casework.materials.local.look_at", lambda _content: _Jpeg)
    monkeypatch.setattr(case_scene, "a_stored", lambda case_id: store.put(case_id, paper))
    desk = case_scene.Desk(installation, case_scene.seeded_city(installation))
    case_id = desk.accepted(case_scene.CALL_ITEM, Road.CALL)
    call_id, window, _hall = Stage(installation, desk.hall(case_id)).active()
    desk.run(end_call, EndCall(call_id), desk.reviewer)
    desk.run(close_wrap_up, CloseWrapUp(call_id), desk.reviewer)
    record(installation, call_id, window.leg_id)
    desk.run(withdraw_case, WithdrawCase(case_id, IdentityMethod.ORIGINAL_SEEN))
    return case_id, call_id


class _Jpeg:
    media_type = case_scene.MediaType.JPEG
    pages = 1


def erase(installation, case_id):
    command = RequestErasure(case_id, ErasureReason.RETENTION_OVER, 0)
    asked = installation.writer.run_sync(request_erasure, command, actor=FIRST)
    confirm = ConfirmErasure(asked.erasure_id)
    installation.writer.run_sync(confirm_erasure, confirm, actor=SECOND)
    installation.eraser.carry_out()


@pytest.mark.parametrize("form", list(Form))
def test_the_proof_outlives_the_media(installation, recorded, tmp_path, form):
    case_id, call_id = recorded
    exporter = Exporter(installation)
    trusted = parse_keys(f"{exporter.key.vkey}\n".encode(), "keys")

    def packed(name):
        exporter.write(exporter.make(case_id, form), tmp_path / name)
        return verify(tmp_path / name, make_trust(trusted, None, outside=True))

    whole = packed("whole")
    assert (whole.problems, whole.verdict) == ([], "good")
    folder = installation.data.recordings / call_id
    assert list(folder.glob("*.bin"))

    erase(installation, case_id)

    assert not list(folder.glob("*.bin"))
    left = packed("erased")
    assert (left.problems, left.verdict, left.exit_code) == ([], "erased", 0)
    about = [(one["part"], one["segments"], one["from_mono_ms"]) for one in left.recordings]
    assert about == [
        (one["part"], one["segments"], one["from_mono_ms"]) for one in whole.recordings
    ]
    assert any(segments > 0 for _, segments, _ in about)
    media = [path for path in (tmp_path / "erased").rglob("*") if path.suffix in {".bin", ".webm"}]
    assert media == []
    with pytest.raises(KeyDestroyed):
        installation.keys.call_key(call_id)
