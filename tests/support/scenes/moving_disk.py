"""A model of a disk for programs that take up a folder which exists, and move directories in it."""

import shutil

from audit.durable import Disk
from scenes.model_disk import ModelDisk

DATABASE = ".sqlite3"
"""SQLite writes by itself and syncs what it promised: its files are found as they are."""


class MovingDisk(ModelDisk):
    """What is under `root` at the beginning is durable. Directories are known by their inodes, so that
    one which was moved is found whole at its old place or at its new one, never at both and never at none:
    a rename happens or it does not (POSIX `rename`, kept over a crash by a journal). So the coin falls once
    for each file and directory, whatever names it had.
    """

    def __init__(self, root, **how):
        super().__init__(root, **how)
        places = [root, *root.rglob("*")]
        self.synced_names = {
            path.stat().st_ino: self.names(path) for path in places if path.is_dir()
        }
        for path in places:
            if path.is_file():
                (self.attic / str(path.stat().st_ino)).hardlink_to(path)

    @staticmethod
    def names(path):
        """Name -> (whether it is a directory, inode)."""
        return {item.name: (item.is_dir(), item.stat().st_ino) for item in path.iterdir()}

    def rename(self, source, target):
        self.step()
        Disk.rename(self, source, target)

    def make_directory(self, path):
        self.step()
        Disk.make_directory(self, path)
        self.synced_names[path.stat().st_ino] = {}

    def sync_directory(self, path):
        self.step()
        self.synced_names[path.stat().st_ino] = self.names(path)

    def after_the_crash(self, target, written_survives):
        places = {path.stat().st_ino: path for path in (self.root, *self.root.rglob("*"))}
        fates = {}

        def survives(inode):
            return fates.setdefault(inode, written_survives())

        self._put_directory(self.root.stat().st_ino, target, survives, places, set())

    def _put_directory(self, inode, target, written_survives, places, put):
        target.mkdir()
        source = places.get(inode)
        now = self.names(source) if source is not None else {}
        if source is not None:
            shutil.copymode(source, target)
        synced = self.synced_names.get(inode, {})
        for name in sorted(now.keys() | synced.keys()):
            _, known_as = now.get(name) or synced[name]
            survives = DATABASE in name or written_survives(known_as)
            is_directory, child = (now if survives else synced).get(name, (False, None))
            if child is None or child in put:
                continue
            if is_directory:
                put.add(child)
                self._put_directory(child, target / name, written_survives, places, put)
            else:
                self._put_file(child, target / name, survives, places)

    def _put_file(self, inode, target, survives, places):
        kept = self.attic / str(inode)
        if inode in self.synced_bytes and not survives:
            target.write_bytes(self.synced_bytes[inode])
            shutil.copymode(kept, target)
        elif (source := kept if kept.exists() else places.get(inode)) is not None:
            shutil.copy(source, target)
