"""A clean package never raises an alarm: whole cases with calls of 1, 10 and 60 minutes, with lost
frames, a line that broke and a worker that began anew, in both forms, as folder and as zip.
"""

import io

import pytest

from audit.package.model import Form
from audit.package.writing import write_folder, write_zip
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.clock import ManualClock
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.ports import GapCause, TrackSource
from scenes import case_scene
from scenes.recorded_call import RecordedCall
from yunchuang.export import Exporter

MINUTE_MS = 60_000
WRITERS = (write_folder, write_zip)


@pytest.fixture(params=[1, 10, 60], ids=lambda minutes: f"{minutes} min")
def minutes(request) -> int:
    return request.param


@pytest.fixture
def installation(tmp_path, clock):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data, clock=clock) as running:
        yield running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def call(installation, clock, minutes, monkeypatch) -> RecordedCall:
    """A quarter of it lies before the identity, half before the decision."""
    materials = LocalMaterialStore(installation.data.materials, installation.keys)
    picture = a_picture()
    monkeypatch.setattr(case_scene, "a_stored", lambda case_id: materials.put(case_id, picture))
    played = RecordedCall(installation, clock)
    quarter = minutes * MINUTE_MS // 4
    before_the_identity(played, quarter)
    played.healthy()
    played.identify()
    before_the_decision(played, quarter)
    played.healthy()
    played.confirm(played.prepare())
    played.holds_case = False
    played.record(2 * quarter)
    played.is_over()
    return played


def before_the_identity(call: RecordedCall, ms: int) -> None:
    """Long gaps, which the identity mends."""
    call.record(ms // 2)
    call.comes_back(call.window.leg_id, GapCause.LEG_GONE, 20_000)
    call.record(ms // 2)


def before_the_decision(call: RecordedCall, ms: int) -> None:
    """Short ones, which no item minds."""
    for _ in range(4):
        call.record(ms // 4)
        call.loses(TrackSource.CITIZEN_CAMERA, 300)
    call.comes_back(call.leg.leg_id, GapCause.WORKER_RESTART, 3_000)
    call.record(4_000)


def a_picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
    return out.getvalue()


def test_it_is_good_in_every_form(call: RecordedCall, installation, minutes: int, tmp_path):
    exporter = Exporter(installation)
    known = make_trust(parse_keys(f"{exporter.key.vkey}\n".encode(), "keys"), None, outside=True)
    for form in Form:
        sealed = exporter.sealed(exporter.make(call.case_id, form))
        for write in WRITERS:
            path = tmp_path / f"{form.value}-{write.__name__}"
            write(sealed, path)
            report = verify(path, known)
            assert (report.problems, report.verdict, report.anchored) == ([], Verdict.GOOD, True)
            assert len(report.recordings) == 6
            assert sum(part["segments"] for part in report.recordings) > 85 * minutes
            assert sum(part["missing_frames"] for part in report.recordings) == 16
    report = verify(installation.data.log, known)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
