"""What no case names is removed a month later, and nothing else ever."""

import io
import os

import pytest
from PIL import Image

from audit.durable import TEMPORARY_PREFIX
from casework.actions.add_material import AddMaterial, add_material
from casework.errors import NotFound
from casework.ids import new_id
from casework.materials.local import LocalMaterialStore
from casework.materials.unnamed import UNNAMED_KEPT_MS, UnnamedContents
from casework.model.material import MaterialGrade, MaterialSource
from scenes.case_scene import DESK_ITEM

DAY_MS = 86_400_000


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(content, "JPEG")
    return content.getvalue()


class Shelf:
    """A desk whose contents lie in a folder, stored at the moment of the desk's clock."""

    def __init__(self, desk, clock, folder):
        self.desk, self.clock, self.folder = desk, clock, folder
        self.materials = LocalMaterialStore(folder, desk.kernel.keys)
        self.unnamed = UnnamedContents(desk.kernel.store, self.materials, clock)

    def put(self, case_id):
        stored = self.materials.put(case_id, picture())
        self.date(self.folder / f"{stored.blob}.bin")
        return stored

    def date(self, path):
        os.utime(path, (self.clock.wall_ms() / 1000,) * 2)
        return path

    def named(self, case_id):
        stored = self.put(case_id)
        code = self.desk.item(case_id).materials[0].code
        command = AddMaterial(case_id, code, stored, MaterialSource.UPLOAD, MaterialGrade.C)
        self.desk.run(add_material, command)
        return stored

    def has(self, case_id, stored):
        try:
            return bool(self.materials.get(case_id, stored.blob, stored.ciphertext_sha256))
        except NotFound:
            return False

    def sweep_all(self):
        """Two whole rounds."""
        return sum(self.unnamed.sweep_some() for _ in range(4))


@pytest.fixture
def shelf(desk, clock, tmp_path):
    return Shelf(desk, clock, tmp_path / "materials")


def test_what_a_case_names_stays_and_what_none_names_goes_after_a_month(shelf):
    case_id = shelf.desk.filled(DESK_ITEM)
    named, refused = shelf.named(case_id), shelf.put(case_id)
    shelf.clock.advance(UNNAMED_KEPT_MS - 1)
    assert shelf.sweep_all() == 0
    younger = shelf.put(case_id)
    shelf.clock.advance(2)
    assert shelf.sweep_all() == 1
    assert shelf.has(case_id, named)
    assert not shelf.has(case_id, refused)
    assert shelf.has(case_id, younger)
    shelf.clock.advance(1000 * DAY_MS)
    assert shelf.sweep_all() == 1
    assert shelf.has(case_id, named)


def test_the_contents_of_a_case_that_the_database_does_not_know_are_left_alone(shelf):
    unknown = new_id()
    shelf.desk.kernel.keys.create_case_key(unknown)
    stored = shelf.put(unknown)
    shelf.clock.advance(1000 * DAY_MS)
    assert shelf.sweep_all() == 0
    assert shelf.has(unknown, stored)


def test_what_a_crash_left_half_written_goes_and_what_is_not_ours_stays(shelf):
    case_id = shelf.desk.filled(DESK_ITEM)
    shelf.put(case_id)
    half = shelf.folder / case_id / f"{TEMPORARY_PREFIX}0123456789abcdef"
    other = shelf.folder / case_id / "notes.txt"
    stray = shelf.folder / "lost+found"
    stray.mkdir()
    for path in (half, other):
        path.write_bytes(b"half")
        shelf.date(path)
    shelf.clock.advance(UNNAMED_KEPT_MS + 1)
    assert shelf.sweep_all() == 2
    assert not half.exists()
    assert other.exists()
    assert stray.exists()


def test_a_round_goes_on_where_the_turn_before_it_ended(shelf):
    cases = [shelf.desk.filled(DESK_ITEM) for _ in range(5)]
    refused = {case_id: shelf.put(case_id) for case_id in cases}
    shelf.clock.advance(UNNAMED_KEPT_MS + 1)
    assert [shelf.unnamed.sweep_some(2) for _ in range(4)] == [2, 2, 1, 0]
    assert not any(shelf.has(case_id, stored) for case_id, stored in refused.items())


def test_there_may_be_no_folder_yet(shelf):
    assert shelf.sweep_all() == 0
