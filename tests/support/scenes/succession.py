"""An installation with a signed case, whose log another is to follow."""

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from audit.durable import DISK, Disk
from audit.note import VerifyingKey
from audit.package.model import Form
from audit.successor import Cause
from casework.actor import SYSTEM
from casework.clock import SystemClock
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.log.heartbeat import Beat, beat
from casework.log.setup import load_log_key
from casework.log.succession.carry_out import carry_out
from casework.log.succession.plan import write_plan
from casework.log.succession.survey import Survey, survey
from casework.materials.local import LocalMaterialStore
from casework.seed import SeededDemo
from casework.views.log_place import decision_place
from scenes import case_scene
from scenes.signing import Browser
from yunchuang.export import Exporter

OLD, NEW, NEWER = ORIGINS = tuple(
    f"{name}.yunchuang.example/log" for name in ("old", "new", "newer")
)
SECRET = 77
"""Of the reviewer's browser for the first of them; for each other one it has another."""


@dataclass(frozen=True)
class House:
    """`data` at rest after a case was decided, packaged and its receipt printed; `earlier` is a copy
    from before some further entries. `receipt` is the line on the paper, `package` the zip's bytes.
    """

    data: DataDir
    earlier: DataDir
    city: SeededDemo
    case_id: str
    receipt: str
    package_id: str
    package: bytes
    checkpoint: bytes

    @property
    def vkey(self) -> str:
        return load_log_key(self.data.log_key).verifying_key.vkey

    def copied(self, folder: Path) -> "House":
        """Another to be spoilt."""
        return House(
            DataDir(shutil.copytree(self.data.path, folder / "data")),
            self.earlier,
            self.city,
            self.case_id,
            self.receipt,
            self.package_id,
            self.package,
            self.checkpoint,
        )


@contextmanager
def real_materials(data: DataDir) -> Iterator[Callable[[object], None]]:
    """Stills that lie where a package looks for them, once the installation is told."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#e0e0e0").save(out, "JPEG")
    with pytest.MonkeyPatch.context() as patch:

        def told(installation) -> None:
            store = LocalMaterialStore(data.materials, installation.keys)
            patch.setattr(
                case_scene, "a_stored", lambda case_id: store.put(case_id, out.getvalue())
            )

        yield told


def decide(installation, city: SeededDemo, data: DataDir, origin: str) -> str:
    """A case that the one reviewer's browser decides with a signature for the log `origin`."""
    desk = case_scene.Desk(installation, city)
    with real_materials(data) as stored:
        stored(installation)
        case_id = desk.in_review()
        secret = SECRET + ORIGINS.index(origin)
        browser = Browser(installation, desk.reviewer, secret, origin)
        browser.enrol()
        browser.confirm(case_id, desk.prepared(case_id).decision_id)
    return case_id


def receipt_of(installation, case_id: str, origin: str) -> str:
    """The line that the paper has."""
    installation.sequencer.turn()
    desk = case_scene.Desk(installation, None)
    with installation.store.reading() as conn:
        place = decision_place(conn, desk.case(case_id))
    return f"{origin} {place.index} {place.leaf_hash}"


def build(folder: Path) -> House:
    data = DataDir(folder / "data")
    init_data_dir(data, origin=OLD)
    with opened(data) as installation:
        city = case_scene.seeded_city(installation)
        case_id = decide(installation, city, data, OLD)
        receipt = receipt_of(installation, case_id, OLD)
        exporter = Exporter(installation)
        package_id = exporter.make(case_id, Form.SEALED)
        exporter.write(package_id, folder / "package.zip")
    earlier = DataDir(shutil.copytree(data.path, folder / "earlier"))
    with opened(data) as installation:
        for _ in range(4):
            installation.writer.run_sync(beat, Beat(OLD, 0, None), actor=SYSTEM)
    checkpoint = (data.log / "checkpoint").read_bytes()
    package = (folder / "package.zip").read_bytes()
    return House(data, earlier, city, case_id, receipt, package_id, package, checkpoint)


def plan(data: DataDir, cause: Cause, origin: str = NEW, **more) -> Survey:
    old = more.pop("old", None) or load_log_key(data.log_key).verifying_key
    return survey(data, origin, cause, old, more.pop("checkpoint", None))


def follow(
    data: DataDir, cause: Cause, origin: str = NEW, *, disk: Disk = DISK, **more
) -> VerifyingKey:
    """The whole succession; returns the new key."""
    with data.held():
        found = plan(data, cause, origin, **more)
        write_plan(data, found.plan, disk=disk)
        return carry_out(data, found.plan, SystemClock(), disk=disk)


def put(path: Path, by: Path | None) -> None:
    """A copy of `by` in the place of `path`; None: nothing."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    if by is not None:
        (shutil.copytree if by.is_dir() else shutil.copy)(by, path)


def older_database(house: House) -> None:
    for path in house.data.path.glob("desk.sqlite3*"):
        path.unlink()
    for path in house.earlier.path.glob("desk.sqlite3*"):
        shutil.copy(path, house.data.path)


def older_log(house: House) -> None:
    put(house.data.log, house.earlier.log)


def older_log_and_store(house: House) -> None:
    older_log(house)
    put(house.data.checkpoint_store, house.earlier.checkpoint_store)
