"""Contents of materials: looked at, encrypted, durable, and refused when they are no such thing."""

import io
import sys
import zlib

import pikepdf
import pytest
from PIL import Image

from audit import durable
from casework.errors import NotFound, StoreUnavailable
from casework.keys.key_ring import SealBroken
from casework.materials import content_type
from casework.materials import pdf as pdf_child_runner
from casework.materials.content_type import look_at
from casework.materials.local import LocalMaterialStore
from casework.materials.port import MaterialStore
from casework.model.material import MediaType
from casework.policy.material_refusals import MaterialActive
from casework.policy.refusals import MaterialTooLarge, MaterialUnreadable
from scenes import hostile_files as h

CASE = "01JCASE0000000000000000000"
OTHER = "01JOTHER000000000000000000"


def picture(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "white").save(content, kind)
    return content.getvalue()


def pdf(pages: int, **options) -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(content, **options)
    return content.getvalue()


@pytest.fixture
def materials(tmp_path, keys) -> MaterialStore:
    for case_id in (CASE, OTHER):
        keys.create_case_key(case_id)
    return LocalMaterialStore(tmp_path / "materials", keys)


class TestContent:
    @pytest.mark.parametrize(
        ("content", "media_type", "pages"),
        [
            (picture("JPEG"), MediaType.JPEG, 1),
            (picture("PNG"), MediaType.PNG, 1),
            (pdf(3), MediaType.PDF, 3),
        ],
    )
    def test_found_by_looking(self, content, media_type, pages):
        found = look_at(content)
        assert (found.media_type, found.pages) == (media_type, pages)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"hello",
            picture("GIF"),
            picture("JPEG")[:200],
            picture("PNG")[:80],
            b"%PDF-1.7 nothing more",
            b"\xff\xd8\xff" + b"\0" * 100,
            b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
            pdf(1, encryption=pikepdf.Encryption(owner="a", user="b")),
            pdf(0),
        ],
    )
    def test_no_picture_and_no_document(self, content):
        with pytest.raises(MaterialUnreadable):
            look_at(content)

    @pytest.mark.parametrize("active", h.ACTIVE, ids=lambda one: one.__name__)
    def test_a_pdf_that_would_run_something(self, active):
        with pytest.raises(MaterialActive):
            look_at(h.pdf(active))

    def test_an_attachment_does_nothing_by_itself(self):
        assert look_at(h.pdf(h.has_an_attachment)).pages == 1

    @pytest.mark.parametrize(
        "content",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><svg/>",
            b"<html>%PDF-1.7",
            b"PK\x03\x04" + h.pdf(),
            b"\x00" + h.picture("JPEG"),
            b"\x89PNG\r\n\x1a\n<svg onload='alert(1)'/>",
            b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF",
            h.picture("WEBP"),
            h.picture("TIFF"),
            h.picture("BMP"),
        ],
    )
    def test_what_only_says_that_it_is_a_picture(self, content):
        with pytest.raises(MaterialUnreadable):
            look_at(content)

    def test_a_picture_drawn_over_and_over(self):
        assert look_at(h.many_scans(20)).media_type is MediaType.JPEG
        with pytest.raises(MaterialTooLarge):
            look_at(h.many_scans(content_type.MAX_SCANS + 1))

    def test_a_text_that_unpacks_to_a_hundred_megabytes(self):
        with pytest.raises(MaterialUnreadable):
            look_at(h.text_bomb())

    def test_a_document_that_goes_too_deep(self):
        with pytest.raises((MaterialTooLarge, MaterialUnreadable)):
            look_at(h.pdf(h.deep))

    def test_a_program_that_dies_or_hangs_over_it_takes_nothing_with_it(self, monkeypatch):
        monkeypatch.setattr(
            pdf_child_runner, "_CHILD", (sys.executable, "-c", "import os; os.abort()")
        )
        with pytest.raises(MaterialUnreadable):
            look_at(h.pdf())
        sleeping = (sys.executable, "-c", "import time; time.sleep(600)")
        monkeypatch.setattr(pdf_child_runner, "_CHILD", sleeping)
        monkeypatch.setattr(pdf_child_runner, "WALL_S", 0.3)
        with pytest.raises(MaterialUnreadable):
            look_at(h.pdf())

    def test_limits(self, monkeypatch):
        monkeypatch.setattr(content_type, "MAX_PIXELS", 100)
        with pytest.raises(MaterialTooLarge):
            look_at(picture("PNG"))
        monkeypatch.setattr(content_type, "MAX_PAGES", 2)
        with pytest.raises(MaterialTooLarge):
            look_at(pdf(3))
        monkeypatch.setattr(content_type, "MAX_BYTES", 10)
        with pytest.raises(MaterialTooLarge):
            look_at(picture("JPEG"))

    def test_a_bomb_is_refused_before_it_is_decoded(self):
        # A PNG that says it is 60,000 x 60,000 pixels, in a few bytes.
        header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
        chunk = (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
        end = b"\0\0\0\0IEND" + zlib.crc32(b"IEND").to_bytes(4, "big")
        with pytest.raises((MaterialTooLarge, MaterialUnreadable)):
            look_at(b"\x89PNG\r\n\x1a\n" + chunk + end)


class TestStore:
    def test_what_was_put_is_got_and_lies_there_encrypted(self, materials):
        content = picture("JPEG")
        stored = materials.put(CASE, content)
        assert stored.blob.startswith(f"{CASE}/")
        assert materials.get(CASE, stored.blob, stored.ciphertext_sha256) == content
        assert content[:50] not in materials.get_sealed(CASE, stored.blob)

    def test_equal_contents_are_stored_apart(self, materials):
        first, second = (materials.put(CASE, picture("PNG")) for _ in range(2))
        assert first.blob != second.blob
        assert first.ciphertext_sha256 != second.ciphertext_sha256

    def test_a_changed_file_does_not_open(self, materials, tmp_path):
        stored = materials.put(CASE, picture("PNG"))
        path = tmp_path / "materials" / f"{stored.blob}.bin"
        assert path.stat().st_mode & 0o077 == 0
        data = bytearray(path.read_bytes())
        data[20] ^= 1
        path.write_bytes(data)
        with pytest.raises(SealBroken):
            materials.get(CASE, stored.blob, stored.ciphertext_sha256)

    def test_a_file_moved_to_another_name_does_not_open(self, materials, tmp_path):
        first, second = (materials.put(CASE, picture("PNG")) for _ in range(2))
        folder = tmp_path / "materials"
        (folder / f"{second.blob}.bin").write_bytes((folder / f"{first.blob}.bin").read_bytes())
        with pytest.raises(SealBroken):
            materials.get(CASE, second.blob, first.ciphertext_sha256)

    @pytest.mark.parametrize(
        "blob", ["", "../x", f"{CASE}/../../x", f"{OTHER}/{OTHER}", f"{CASE}/{CASE}"]
    )
    def test_nothing_outside_the_case_is_read(self, materials, blob):
        materials.put(OTHER, picture("PNG"))
        with pytest.raises(NotFound):
            materials.get_sealed(CASE, blob)

    def test_a_full_disk_is_told(self, materials, monkeypatch):
        def full(*_args, **_kwargs):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(durable, "create_file", full)
        with pytest.raises(StoreUnavailable):
            materials.put(CASE, picture("PNG"))

    def test_a_case_without_key(self, materials):
        with pytest.raises(NotFound):
            materials.put("01JNONE0000000000000000000", picture("PNG"))
