"""`yunchuang compose` on a real installation at rest: what it refuses, writes down and makes."""

import os

import av
import pytest

from audit.entry import Entry
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.compose_recording import ComposeRecording, DerivedView, compose_recording
from casework.actions.end_call import EndCall, end_call
from casework.data_dir import DataDir
from casework.errors import NotAllowed
from casework.installation import init_data_dir, opened
from casework.keys.key_file import KeyKind
from casework.model.case import Road
from casework.store.reading import entries_of
from recording.worker.journal import JOURNAL_NAME
from recording.worker.record_disk import lock_file
from scenes import case_scene
from scenes.call_scene import Stage
from scenes.command import yunchuang
from scenes.short_recording import record_two_seconds


def run(*arguments):
    return yunchuang("compose", *arguments)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    data = DataDir(tmp_path_factory.mktemp("compose") / "data")
    init_data_dir(data, origin="compose.yunchuang.example/log")
    return data


def a_call(installation):
    """A call that is over; (id, leg of the counter)."""
    desk = case_scene.Desk(installation, case_scene.seeded_city(installation))
    stage = Stage(installation, desk.hall(desk.accepted(case_scene.CALL_ITEM, Road.CALL)))
    call_id, window, _hall = stage.active()
    desk.run(end_call, EndCall(call_id), desk.reviewer)
    desk.run(close_wrap_up, CloseWrapUp(call_id), desk.reviewer)
    return call_id, window.leg_id, desk


@pytest.fixture(scope="module")
def call(data):
    """Recorded on the disk; no desk has heard a word of its recorder."""
    with opened(data) as installation:
        call_id, leg, desk = a_call(installation)
        record_two_seconds(installation, call_id, leg)
        with pytest.raises(NotAllowed):
            command = ComposeRecording(call_id, (DerivedView.VIDEO,))
            desk.run(compose_recording, command, desk.reviewer)
    return call_id


def told(data, call_id):
    with opened(data) as installation, installation.store.reading() as conn:
        entries = entries_of(conn, f"call:{call_id}")
    return [
        Entry.decode(one.body).facts["views"]
        for one in entries
        if one.type == "desk.recording.composed"
    ]


def entry_types(data, call_id):
    with opened(data) as installation, installation.store.reading() as conn:
        return [one.type for one in entries_of(conn, f"call:{call_id}")]


def test_a_call_becomes_two_files(data, call, tmp_path):
    out, tracks = tmp_path / "call.mp4", tmp_path / "call.mkv"
    asked = (call, "--out", out, "--tracks", tracks, "--data", data.path)

    unknown = run("01JD00000000000000000000CA", *asked[1:])
    assert (unknown.returncode, unknown.stderr.split()[1]) == (1, "K-02")
    with opened(data) as installation:
        recorder = lock_file(installation.data.recordings / call / JOURNAL_NAME)
    early = run(*asked)
    os.close(recorder)
    assert (early.returncode, early.stderr.split()[1]) == (1, "E-03")
    assert "still records it" in early.stderr
    with opened(data):
        running = run(*asked)
    assert running.returncode == 1
    assert "another process uses this data directory" in running.stderr
    assert told(data, call) == []
    assert list(tmp_path.iterdir()) == []

    done = run(*asked)
    assert done.returncode == 0, done.stderr
    # What the recorder had said was heard first, to its end.
    assert entry_types(data, call).count("rec.end") == 1
    assert "call.mp4" in done.stderr
    assert done.stdout == ""
    assert told(data, call) == [["video", "tracks"]]
    assert sorted(tmp_path.iterdir()) == [tracks, out]
    with av.open(out) as container:
        assert container.duration / 1e6 == pytest.approx(2, abs=0.2)
        assert call in container.metadata["comment"]
    with av.open(tracks) as container:
        titles = [stream.metadata["title"] for stream in container.streams]
    assert titles[0].startswith("柜员 ")
    assert titles[1] == "柜台声音 (microphone)"

    again = run(*asked)
    assert (again.returncode, again.stderr.split()[1]) == (1, "E-04")
    assert told(data, call) == [["video", "tracks"]]

    with opened(data) as installation:
        installation.keys.destroy(KeyKind.CALL, call)
    erased = run(call, "--out", tmp_path / "later.mp4", "--data", data.path)
    assert (erased.returncode, erased.stderr.split()[1]) == (1, "K-08")


def test_a_call_that_is_not_over_is_the_node_s_to_end(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="compose.yunchuang.example/log")
    with opened(data) as installation:
        city = case_scene.seeded_city(installation)
        desk = case_scene.Desk(installation, city)
        stage = Stage(installation, desk.hall(desk.accepted(case_scene.CALL_ITEM, Road.CALL)))
        call_id, _window, _hall = stage.active()
    early = run(call_id, "--out", tmp_path / "call.mp4", "--data", data.path)
    assert (early.returncode, early.stderr.split()[1]) == (1, "E-03")
    assert "start the node" in early.stderr


@pytest.mark.parametrize("options", [(), ("--out", "call.mkv"), ("--tracks", "call.mp4")])
def test_what_to_make_must_be_said(data, options):
    assert run("call", *options, "--data", data.path).returncode == 2
