import errno
import os
import stat
from pathlib import Path

import pytest

from audit import durable
from audit.durable import Disk


class BrokenDisk(Disk):
    """Fails one kind of step; remembers the order of all."""

    def __init__(self, broken=None):
        self.broken = broken
        self.steps = []

    def step(self, name, detail):
        self.steps.append((name, detail))
        if name == self.broken:
            raise OSError(errno.EIO, name)

    def create(self, path, data, mode):
        self.step("create", "temporary" if path.name.startswith(".tmp-") else path.name)
        return super().create(path, data, mode)

    def sync(self, descriptor):
        self.step("sync", None)
        super().sync(descriptor)

    def rename(self, source, target):
        self.step("rename", target.name)
        super().rename(source, target)

    def link(self, source, target):
        self.step("link", target.name)
        super().link(source, target)

    def unlink(self, path):
        self.step("unlink", "temporary" if path.name.startswith(".tmp-") else path.name)
        super().unlink(path)

    def make_directory(self, path):
        self.step("mkdir", path.name)
        super().make_directory(path)

    def sync_directory(self, path):
        self.step("syncdir", path.name)
        super().sync_directory(path)


def test_a_file_is_synced_before_it_is_named_and_its_directory_after(tmp_path):
    disk = BrokenDisk()
    durable.write_file(tmp_path / "new" / "file", b"data", disk=disk)
    assert disk.steps == [
        ("mkdir", "new"),
        ("syncdir", tmp_path.name),
        ("create", "temporary"),
        ("sync", None),
        ("rename", "file"),
        ("syncdir", "new"),
    ]
    assert (tmp_path / "new" / "file").read_bytes() == b"data"


def test_a_directory_is_synced_once_for_many_files(tmp_path):
    disk = BrokenDisk()
    files = {tmp_path / "a" / name: name.encode() for name in ("x", "y", "z")}
    durable.write_files(files | {tmp_path / "b" / "x": b"x"}, disk=disk)
    assert [detail for name, detail in disk.steps if name == "syncdir"][-2:] == ["a", "b"]
    assert {path: path.read_bytes() for path in files} == files


@pytest.mark.parametrize("broken", ["create", "sync", "rename", "syncdir"])
def test_a_failed_replacement_leaves_old_or_new_and_no_litter(tmp_path, broken):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=broken):
        durable.write_file(path, b"new", disk=BrokenDisk(broken))
    assert path.read_bytes() == (b"new" if broken == "syncdir" else b"old")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("broken", ["create", "sync", "link", "syncdir"])
def test_a_failed_creation_leaves_nothing_or_all_and_no_litter(tmp_path, broken):
    path = tmp_path / "file"
    with pytest.raises(OSError, match=broken):
        durable.create_file(path, b"new", disk=BrokenDisk(broken))
    assert list(tmp_path.iterdir()) == ([path] if broken == "syncdir" else [])


def test_creation_never_overwrites(tmp_path):
    path = tmp_path / "file"
    durable.create_file(path, b"first", mode=0o600)
    with pytest.raises(FileExistsError):
        durable.create_file(path, b"second")
    assert path.read_bytes() == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_place_of_a_directory_is_an_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileExistsError):
        durable.make_directory(tmp_path / "file")


def test_a_short_write_is_continued(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data)[:3]))
    durable.write_file(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def open_descriptors():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_full_disk_leaves_no_descriptor_and_no_litter(tmp_path, monkeypatch):
    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    before = open_descriptors()
    with pytest.raises(OSError, match="full"):
        durable.write_file(tmp_path / "file", b"data")
    assert open_descriptors() == before
    assert list(tmp_path.iterdir()) == []
