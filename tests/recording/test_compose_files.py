"""The files of derived views: a killed run goes on, a failing one leaves nothing, none is overwritten."""

import os
import pickle
import signal
import subprocess
import sys

import pytest

from recording.compose.job import Job
from recording.compose.tracks import make_tracks
from recording.compose.video import make_video
from recording.compose.work_folder import AlreadyComposing, FileInTheWay, worked_in
from recording.parts import PartDamagedError
from scenes.grey_call import CHUNK

VICTIM = """
import pickle, sys, time
from pathlib import Path
from recording.compose.video import make_video
def progress(done_ms):
    if done_ms >= 2_000:
        print("there", flush=True)
        time.sleep(600)
job = pickle.loads(Path(sys.argv[1]).read_bytes())
make_video(job, Path(sys.argv[2]), progress, chunk_frames=int(sys.argv[3]))
"""


@pytest.mark.faults
def test_a_killed_run_goes_on_where_it_stopped(composed, composed_video, tmp_path):
    given, target = tmp_path / "job", tmp_path / "out" / "call.mp4"
    target.parent.mkdir()
    given.write_bytes(pickle.dumps(composed))
    command = [sys.executable, "-c", VICTIM, given, target, str(CHUNK)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as victim:
        assert victim.stdout.readline() == b"there\n"
        with pytest.raises(AlreadyComposing):
            make_video(composed, target, lambda _ms: None, chunk_frames=CHUNK)
        victim.send_signal(signal.SIGKILL)
    work = target.with_name(".call.mp4.composing")
    assert not target.exists()
    assert sorted(one.name for one in work.glob("chunk-*")) == [
        "chunk-000000.mp4",
        "chunk-000001.mp4",
    ]
    reached = []
    make_video(composed, target, reached.append, chunk_frames=CHUNK)
    assert reached[0] == 2_000  # what was finished is not made again
    assert target.read_bytes() == composed_video.read_bytes()
    assert not work.exists()


def test_unfinished_work_of_another_job_is_thrown_away(tmp_path):
    target = tmp_path / "call.mp4"
    with worked_in(target, "first") as work, work.making("piece") as path:
        path.write_bytes(b"1")
    with worked_in(target, "first") as work:
        assert work.has("piece")
    with worked_in(target, "second") as work:
        assert not work.has("piece")


def test_a_failing_run_leaves_nothing_under_the_name(composed, tmp_path):
    target = tmp_path / "call.mkv"
    wrong = Job(composed.program, composed.directory, bytes(32))
    for make in (make_tracks, make_video):
        with pytest.raises(PartDamagedError):
            make(wrong, target, lambda _ms: None)
        assert not target.exists()


def test_a_file_that_is_there_is_replaced_only_when_asked(composed, tmp_path):
    target = tmp_path / "call.mkv"
    target.write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        make_tracks(composed, target, lambda _ms: None)
    assert target.read_bytes() == b"mine"
    make_tracks(composed, target, lambda _ms: None, force=True)
    assert target.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"
