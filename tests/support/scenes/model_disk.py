"""A disk that stops or fails at a given step, and what is found on it when the machine comes back.

After a crash the disk holds what the model of it says: everything that was written (the process was
killed), nothing but what was synced (the power failed, the worst case), or any mixture of both.
"""

import contextlib
import errno
import os
import random
import shutil
from pathlib import Path

from audit.durable import Disk


class Crash(BaseException):
    """The machine stopped here; nothing that catches Exception may see it."""


class ModelDisk(Disk):
    """A disk that knows what of its content is durable, and stops or fails at a given step.

    Durable are: a file's bytes once it was synced, a directory's names once it was synced.
    """

    def __init__(self, root, *, crash_at=None, fail_at=None):
        self.root = root
        self.crash_at, self.fail_at = crash_at, fail_at
        self.steps = 0
        self.synced_bytes = {}
        self.synced_names = {root: {}}
        # A second name for every file keeps its inode number from being given to another.
        self.attic = root.with_name(f"{root.name}-attic")
        self.attic.mkdir()

    def step(self):
        self.steps += 1
        if self.crash_at is not None and self.steps >= self.crash_at:
            raise Crash
        if self.steps == self.fail_at:
            raise OSError(errno.EIO, "injected")

    def create(self, path, data, mode):
        self.step()
        descriptor = super().create(path, data, mode)
        inode = os.fstat(descriptor).st_ino
        self.synced_bytes[inode] = b""
        (self.attic / str(inode)).hardlink_to(path)
        return descriptor

    def append(self, descriptor, data):
        self.step()
        super().append(descriptor, data)

    def sync(self, descriptor):
        self.step()
        status = os.fstat(descriptor)
        self.synced_bytes[status.st_ino] = Path(f"/proc/self/fd/{descriptor}").read_bytes()

    def rename(self, source, target):
        self.step()
        super().rename(source, target)
        for path in [path for path in self.synced_names if path.is_relative_to(source)]:
            self.synced_names[target / path.relative_to(source)] = self.synced_names.pop(path)

    def link(self, source, target):
        self.step()
        super().link(source, target)

    def unlink(self, path):
        self.step()
        super().unlink(path)

    def remove_tree(self, path):
        try:
            self.step()
        except OSError:
            return
        super().remove_tree(path)

    def make_directory(self, path):
        self.step()
        super().make_directory(path)
        self.synced_names[path] = {}

    def sync_directory(self, path):
        self.step()
        self.synced_names[path] = self.names(path)

    @staticmethod
    def names(path):
        items = path.iterdir() if path.exists() else ()
        return {item.name: item.stat().st_ino if item.is_file() else None for item in items}

    def after_the_crash(self, target, written_survives):
        """Build at `target` what is found when the machine comes back."""
        self._rebuild(self.root, target, written_survives)

    def _rebuild(self, source, target, written_survives):
        target.mkdir()
        now, synced = self.names(source), self.synced_names[source]
        for name in sorted(now.keys() | synced.keys()):
            inode = now.get(name, 0) if written_survives() else synced.get(name, 0)
            if inode == 0:
                continue
            if inode is None:
                self._rebuild(source / name, target / name, written_survives)
            elif inode == now.get(name) and inode not in self.synced_bytes:
                shutil.copy(source / name, target / name)  # the lock files, which hold nothing
            elif inode == now.get(name) and written_survives():
                shutil.copy(source / name, target / name)
            else:
                (target / name).write_bytes(self.synced_bytes[inode])
                if (self.attic / str(inode)).exists():
                    shutil.copymode(self.attic / str(inode), target / name)


class QuickDisk(Disk):
    """For the life after the crash, in which nothing more happens."""

    def sync(self, descriptor):
        pass

    def sync_directory(self, path):
        pass


SURVIVAL = ("killed", "power cut", "mixture")
"""What a crash leaves of what was written and not synced: all of it, nothing, or some."""


def survival_of(name):
    """Called for each piece: whether it is left. A mixture is the same in every run."""
    dice = random.Random(20)
    return {
        "killed": lambda: True,
        "power cut": lambda: False,
        "mixture": lambda: dice.random() < 0.5,
    }[name]


def crashed_at_each_step(folder, steps, survival, live):
    """Lives once for each step and crashes there: (folder as found, what its user was told).

    `live(root, disk, told)` appends to `told` before its next step. Folders go with the next turn.
    """
    coin = survival_of(survival)
    for crash_at in range(1, steps + 1):
        root = folder / f"{crash_at}"
        root.mkdir()
        disk, told = ModelDisk(root, crash_at=crash_at), []
        with contextlib.suppress(Crash):
            live(root, disk, told)
            raise AssertionError(f"no crash at step {crash_at}")
        found = folder / f"{crash_at}-found"
        disk.after_the_crash(found, coin)
        yield found, told
        for path in (root, found, disk.attic):
            shutil.rmtree(path)


def steps_of(folder, live):
    """How many steps the whole life takes when nothing happens to it."""
    disk = ModelDisk(folder)
    live(folder, disk, [])
    return disk.steps
