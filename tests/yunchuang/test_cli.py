"""The command as a person types it: refusals are one line, never a traceback."""

import json
import os

import pytest

from casework.data_dir import DataDir
from casework.installation import opened
from scenes.command import yunchuang
from yunchuang.node import roles
from yunchuang.settings import Settings


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "data"
    done = yunchuang("init", "--data", path, "--origin", "cli.yunchuang.example/log")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("cli.yunchuang.example/log+")
    return path


def test_init_refuses_a_directory_that_holds_something(data):
    done = yunchuang("init", "--data", data)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("yunchuang: the data directory is not empty")
    assert len(done.stderr.splitlines()) == 1


def test_init_leaves_everything_closed_to_others(data):
    open_to_others = [path for path in data.rglob("*") if path.stat().st_mode & 0o077]
    secret = {data / "log-key", *(data / "keys").iterdir(), data / "desk.sqlite3"}
    assert not secret & set(open_to_others)
    assert data.stat().st_mode & 0o777 == 0o700


def test_log_status_and_verify_agree(data):
    status = yunchuang("log", "status", "--json", "--data", data)
    assert status.returncode == 0, status.stderr
    head = json.loads(status.stdout)
    verified = yunchuang("log", "verify", "--data", data)
    assert verified.returncode == 0, verified.stdout
    assert f"size {head['size']}" in verified.stdout


def test_a_rolled_back_log_stops_the_desk_and_the_doctor_says_so(data, tmp_path):
    with opened(DataDir(data)) as installation:
        installation.sequencer.turn()
    checkpoint = data / "log" / "checkpoint"
    kept = checkpoint.read_bytes()
    older = kept.replace(b"\n1\n", b"\n0\n", 1)
    assert older != kept
    checkpoint.write_bytes(older)
    try:
        done = yunchuang("doctor", "--json", "--data", data)
        assert done.returncode == 1
        findings = {one["name"]: one for one in json.loads(done.stdout)}
        assert not findings["log"]["ok"]
        assert findings["log"]["advice"]
        refused = yunchuang("export", "whatever", "--out", tmp_path / "x", "--data", data)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1
    finally:
        checkpoint.write_bytes(kept)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "none", "--out", "x"), "K-02"),
        (("export", "none", "--out", "x", "--package", "none"), "K-02"),
    ],
)
def test_what_is_not_there_is_refused_by_code(data, arguments, words):
    done = yunchuang(*arguments, "--data", data)
    assert done.returncode == 1
    assert words in done.stderr


def test_serve_without_an_installation_says_what_to_do(tmp_path):
    done = yunchuang("serve", "--data", tmp_path / "nothing")
    assert done.returncode == 1
    assert "yunchuang init" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_takes_its_own_options(tmp_path):
    done = yunchuang("verify", tmp_path, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["verdict"] == "no_package"


def test_settings_reach_a_child_through_the_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = Settings(data=tmp_path, port=0, media_addresses=("127.0.0.1", "::1"), demo=True)
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_settings_come_from_the_file_and_the_environment_goes_first(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yunchuang.toml").write_text('port = 9000\nhost = "10.0.0.1"\n')
    monkeypatch.setenv("YUNCHUANG_PORT", "9001")
    settings = Settings()
    assert (settings.port, settings.host) == (9001, "10.0.0.1")


def test_a_node_has_a_worker_per_core_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = Settings(data=tmp_path, media_port=40_000)
    assert settings.workers == len(os.sched_getaffinity(0))
    three = roles(settings.model_copy(update={"workers": 3}))
    assert [role.name for role in three] == ["worker-0", "worker-1", "worker-2", "desk"]
    ports = [word for role in three[:3] for word in role.arguments if word.startswith("--port=")]
    assert ports == ["--port=40000", "--port=40001", "--port=40002"]
    assert len({role.pid_file for role in three}) == 4


@pytest.mark.parametrize("number", ["0", "65", "many"])
def test_serve_refuses_a_number_of_workers_that_makes_no_sense(number, data):
    assert yunchuang("serve", "--data", data, "--workers", number).returncode == 2


def test_an_unknown_setting_is_refused(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yunchuang.toml").write_text("prot = 9000\n")
    with pytest.raises(ValueError, match="prot"):
        Settings()
