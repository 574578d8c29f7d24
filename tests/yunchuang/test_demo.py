"""The demonstration by itself: the command, its object, and the evidence that it leaves behind."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from array import array
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from audit.zipapp_build import build
from outlet_client.agent.beep import find_beeps
from outlet_client.agent.frame_code import read_frame_code
from outlet_client.agent.plays.cast import COUNTER_STATION, HALL_STATION
from yunchuang.cli import app

pytestmark = [pytest.mark.demo, pytest.mark.timeout(240)]

YUNCHUANG = Path(sys.executable).with_name("yunchuang")
KEYS = {
    "case_number", "case_id", "recording_ids", "package", "trusted_keys", "log_dir", "origin",
    "verified", "timings_ms",
}  # fmt: skip


def run(*arguments, **options):
    return subprocess.run(
        [YUNCHUANG, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def played(folder):
    """One run of the command, with standard input closed."""
    done = run(
        "demo", "--auto", "--json", "--data", folder, preexec_fn=lambda: os.close(0), timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (line,) = done.stdout.splitlines()
    return json.loads(line)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory):
    path = tmp_path_factory.mktemp("verifier") / "verifier.pyz"
    build(path)

    def verify(target, *options):
        done = subprocess.run(
            [sys.executable, "-I", str(path), str(target), "--json", *map(str, options)],
            capture_output=True, text=True, check=False, cwd=path.parent,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout)

    return verify


@pytest.fixture(scope="module")
def archive(played, folder):
    """The readable form of the same case, exported from the data at rest."""
    out = folder.with_name("archive")
    done = run("export", played["case_number"], "--out", out, "--form", "archive", "--data", folder)
    assert done.returncode == 0, done.stderr
    return out


def test_the_object_says_all_of_it(played, folder):
    assert played.keys() == KEYS
    assert played["verified"] is True
    assert Path(played["package"]).is_file()
    assert Path(played["log_dir"]) == folder / "log"
    assert not Path(played["trusted_keys"]).is_relative_to(folder)
    assert len(played["recording_ids"]) >= 3
    steps = {"seed", "start", "sign", "call", "notice", "connect", "decide", "issue", "rate"}
    assert steps | {"export", "verify", "total"} <= played["timings_ms"].keys()
    assert played["timings_ms"]["total"] < 120_000


def test_nothing_is_left_running(played, folder, left_running):
    assert left_running(folder) == []


def test_the_verifier_alone_agrees_under_the_key_from_outside(played, verifier):
    code, report = verifier(played["package"], "--keys", played["trusted_keys"])
    assert (code, report["verdict"], report["anchored"]) == (0, "good", True)
    assert report["case_id"] == played["case_id"]
    assert report["origin"] == played["origin"]
    parts = [f"{one['call']}/{one['part']}" for one in report["recordings"]]
    assert parts == played["recording_ids"]
    assert sum(one["missing_frames"] for one in report["recordings"]) == 0
    assert report["status"]["requests"] == {"signed": 1, "unsigned": 0}
    code, report = verifier(played["log_dir"], "--keys", played["trusted_keys"])
    assert (code, report["verdict"]) == (0, "good")
    assert report["status"]["devices"] == {"enrolled": 1, "requests": 1}


def test_without_a_key_from_outside_it_is_not_trusted(played, verifier):
    assert verifier(played["package"])[0] == 3


def recorded(path):
    """Stations in the frames of a part, and its sound; None for what it does not hold."""
    stations, numbers, samples = set(), [], array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
    with av.open(io.BytesIO(path.read_bytes()), format="matroska") as container:
        for frame in container.decode():
            if isinstance(frame, av.VideoFrame):
                plane = frame.reformat(format="yuv420p").planes[0]
                code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
                assert code is not None
                stations.add(code.station)
                numbers.append(code.number)
            else:
                for mono in resampler.resample(frame):
                    samples.frombytes(bytes(mono.planes[0])[: mono.samples * 2])
    return stations, numbers, samples


def test_each_leg_is_recorded_with_its_own_picture_and_sound(played, archive, verifier):
    code, report = verifier(archive, "--keys", played["trusted_keys"])
    assert (code, report["problems"]) == (0, [])
    frames, beeps = {}, {}
    for id_ in played["recording_ids"]:
        stations, numbers, samples = recorded(archive / "data" / "rec" / f"{id_}.webm")
        # One part, one leg: never two stations in one file, and no frame twice.
        assert len(stations) == 1
        (station,) = stations
        assert numbers == sorted(set(numbers))
        frames[station] = frames.get(station, 0) + len(numbers)
        if samples:
            other = HALL_STATION if station == COUNTER_STATION else COUNTER_STATION
            assert not find_beeps(samples, other)
            beeps[station] = beeps.get(station, 0) + len(find_beeps(samples, station))
    assert frames.keys() == beeps.keys() == {COUNTER_STATION, HALL_STATION}
    talked_s = sum(
        played["timings_ms"][step] for step in ("greet", "identity_on_camera", "declaration")
    ) / 1000  # fmt: skip
    assert beeps[HALL_STATION] > talked_s * 0.9
    assert frames[HALL_STATION] > talked_s * 15 * 0.9
    # The counter has two cameras: clerk and citizen.
    assert frames[COUNTER_STATION] > 2 * talked_s * 15 * 0.9


@pytest.mark.parametrize("place", ["entries", "rec"])
def test_one_changed_byte_is_found_and_its_record_named(played, archive, verifier, tmp_path, place):
    copy = tmp_path / "copy"
    shutil.copytree(archive, copy)
    if place == "rec":
        id_ = played["recording_ids"][0]
        target, record = copy / "data" / "rec" / f"{id_}.webm", f"{id_}#"
    else:
        chain = f"case-{played['case_id']}"
        target = copy / "data" / "entries" / chain / "00000003.leaf"
        record = f"case:{played['case_id']}#3"
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    code, report = verifier(copy, "--keys", played["trusted_keys"])
    assert (code, report["verdict"]) == (1, "tampered")
    assert [one for one in report["problems"] if one["record"].startswith(record)]


def test_a_directory_that_holds_something_is_refused_and_kept(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    done = run("demo", "--auto", "--json", "--data", tmp_path, timeout=60)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["verified"] is False
    assert "not empty" in said["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_told_to_stop_it_ends_what_it_began(tmp_path, left_running):
    folder = tmp_path / "data"
    with subprocess.Popen(
        [YUNCHUANG, "demo", "--auto", "--json", "--data", folder],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as command:  # fmt: skip
        for line in command.stderr:
            if "greet" in line:
                break
        command.send_signal(signal.SIGTERM)
        out, _ = command.communicate(timeout=60)
    assert command.returncode == 1
    assert json.loads(out)["verified"] is False
    assert left_running(folder) == []


@pytest.mark.parametrize("options", [["--auto"], ["--json"], ["--auto", "--json"]])
def test_options_that_do_not_go_together_are_refused(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["demo", *options])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []
