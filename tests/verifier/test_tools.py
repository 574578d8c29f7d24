"""Other people's tools read our packages, and the verifier runs where only `cryptography` is."""

import hashlib
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import bagit
import pytest
from scene import LOG_KEY, THIEF, Scene

from audit import zipapp_build
from audit.package.writing import write_folder, write_zip

ROOT = Path(__file__).parents[2]


@pytest.fixture
def package(tmp_path: Path, scene: Scene) -> Path:
    write_folder(scene.build(), tmp_path / "package")
    (tmp_path / "keys.txt").write_text(LOG_KEY.verifying_key.vkey + "\n")
    return tmp_path / "package"


@pytest.mark.parametrize(
    "name", ["manifest-sha256.txt", "tagmanifest-sha256.txt", "proof/static-sha256.txt"]
)
def test_sha256sum_accepts_the_lists(package: Path, name: str):
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", name], cwd=package, check=True)


def test_bagit_accepts_the_folder(package: Path):
    bag = bagit.Bag(str(package))
    bag.validate(processes=1)
    assert bag.info["External-Identifier"] == "01JD00000000000000000000PK"


def test_unzip_reads_the_zip(tmp_path: Path, scene: Scene):
    write_zip(scene.build(), tmp_path / "package.zip")
    shutil.unpack_archive(tmp_path / "package.zip", tmp_path / "out")
    assert bagit.Bag(str(tmp_path / "out")).is_valid()


def script(package: Path, keys: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(package / "verify.sh"), str(keys)], capture_output=True, text=True, check=False
    )


def test_the_script_accepts_with_openssl_alone(package: Path, tmp_path: Path):
    done = script(package, tmp_path / "keys.txt")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.startswith("OK")


def test_the_script_refuses_another_key(package: Path, tmp_path: Path):
    (tmp_path / "keys.txt").write_text(THIEF.verifying_key.vkey + "\n")
    done = script(package, tmp_path / "keys.txt")
    assert done.returncode == 1
    assert "signature" in done.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("data/salt", "manifest-sha256.txt"),
        ("proof/keys.txt", "tagmanifest-sha256.txt"),
        ("proof/seal.leaf", "tagmanifest-sha256.txt"),
    ],
)
def test_the_script_refuses_a_changed_file(package: Path, tmp_path: Path, name: str, told: str):
    data = bytearray((package / name).read_bytes())
    data[5] ^= 1
    (package / name).write_bytes(data)
    done = script(package, tmp_path / "keys.txt")
    assert done.returncode == 1
    assert told in done.stderr


def retag(package: Path) -> None:
    files = sorted(str(p.relative_to(package)) for p in package.rglob("*") if p.is_file())
    tags = [n for n in files if not n.startswith("data/") and n != "tagmanifest-sha256.txt"]
    lines = [f"{hashlib.sha256((package / n).read_bytes()).hexdigest()}  {n}\n" for n in tags]
    (package / "tagmanifest-sha256.txt").write_text("".join(lines))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"count":16', b'"count":15', "inclusion"),
        (b'"manifest_sha256":"', b'"manifest_sha256":"0', "seal names"),
    ],
)
def test_the_script_refuses_another_seal(package: Path, tmp_path: Path, old, new, told):
    leaf = package / "proof" / "seal.leaf"
    assert old in leaf.read_bytes()
    leaf.write_bytes(leaf.read_bytes().replace(old, new))
    retag(package)
    done = script(package, tmp_path / "keys.txt")
    assert done.returncode == 1
    assert told in done.stderr


# --- the zipapp ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """A folder that holds `cryptography`, what it needs itself, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    for name in ("cryptography", "cffi", "_cffi_backend", "pycparser"):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


RUN = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
sys.argv = sys.argv[2:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    ours = sorted(m for m in sys.modules if m.partition(".")[0] == "audit")
    assert all(m == "audit" or m.startswith("audit.verifier") for m in ours), ours
    for name in ("aiohttp", "sqlalchemy", "pydantic", "bagit"):
        assert name not in sys.modules
"""


def run_app(bare: Path, app: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-c", RUN, str(bare), str(app), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_zipapp_runs_with_cryptography_alone(package: Path, tmp_path: Path, bare: Path):
    app = tmp_path / "verifier.pyz"
    zipapp_build.build(app)
    done = run_app(bare, app, str(package), "--keys", str(tmp_path / "keys.txt"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "good"
    (package / "data" / "salt").write_bytes(bytes(32))
    done = run_app(bare, app, str(package), "--keys", str(tmp_path / "keys.txt"))
    assert done.returncode == 1
    assert "data/salt" in done.stdout


def test_the_zipapp_is_the_same_every_time(tmp_path: Path):
    for name in ("one", "two"):
        zipapp_build.build(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_module_command(package: Path, tmp_path: Path):
    def run(*arguments: str) -> int:
        command = [sys.executable, "-m", "audit", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode

    assert run("verify", str(package), "--keys", str(tmp_path / "keys.txt")) == 0
    assert run("verify", str(package)) == 3
    assert run("verify", str(tmp_path / "nothing")) == 2
    assert run() == 2
