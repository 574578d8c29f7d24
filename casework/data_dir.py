"""The data directory: where everything of one installation lies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.durable import DISK

DIRECTORY_MODE = 0o700


class DataDirError(Exception):
    """The directory is absent, in use, or already holds an installation."""


@dataclass(frozen=True, slots=True)
class DataDir:
    """Paths only; nothing is made by asking.

    `checkpoint_store` is never restored from a backup, `keys` and `kek` are never part of the
    database's backup (evidence.md §1 and §3).
    """

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "desk.sqlite3"

    @property
    def database_address(self) -> Path:
        """The URL of a database elsewhere, written by `init`; absent where the database is the file
        `database`. It may hold a password, so only the owner reads it.
        """
        return self.path / "database-url"

    @property
    def database_url(self) -> str:
        try:
            return self.database_address.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return f"sqlite:///{self.database.absolute()}"

    @property
    def keys(self) -> Path:
        return self.path / "keys" / "keys.sqlite3"

    @property
    def kek(self) -> Path:
        return self.path / "keys" / "kek"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def log_key(self) -> Path:
        return self.path / "log-key"

    @property
    def ended_logs(self) -> Path:
        """Logs that another took the place of: a folder each, for auditors, never written again."""
        return self.path / "log-ended"

    @property
    def succession(self) -> Path:
        """What a succession of the log has to do; there only until it is done."""
        return self.path / "log-succession.json"

    @property
    def checkpoint_store(self) -> Path:
        return self.path / "checkpoint-store"

    @property
    def recordings(self) -> Path:
        return self.path / "recordings"

    @property
    def materials(self) -> Path:
        return self.path / "materials"

    @property
    def packages(self) -> Path:
        """Evidence packages as zips; they can be written again."""
        return self.path / "packages"

    @property
    def paper_templates(self) -> Path:
        """The city's own templates of papers; may be absent (docs/papers.md)."""
        return self.path / "templates" / "papers"

    @property
    def time_stamps(self) -> Path:
        """Checkpoints and what a time-stamping authority answered; nobody can make them again."""
        return self.path / "time-stamps"

    @property
    def run(self) -> Path:
        """Sockets and pid files; may be emptied while nothing runs."""
        return self.path / "run"

    @property
    def witnesses(self) -> Path:
        """How the desk last found its witnesses."""
        return self.run / "witnesses.json"

    @property
    def authority(self) -> Path:
        """How the desk last found its time-stamping authority."""
        return self.run / "time-stamping.json"

    @property
    def marker(self) -> Path:
        """Written last by `init`: a directory without it is empty or half made."""
        return self.path / "layout-version"

    @property
    def is_initialised(self) -> bool:
        return self.marker.is_file()

    def make_directories(self) -> None:
        """Makes the empty layout with mode 0700. The directory itself may exist (a mounted volume)
        if it is empty; raises DataDirError if it is not.
        """
        self.path.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        if any(self.path.iterdir()):
            raise DataDirError("the data directory is not empty: nothing is made over it")
        self.path.chmod(DIRECTORY_MODE)
        parts = (self.keys.parent, self.log, self.checkpoint_store, self.recordings)
        for part in (*parts, self.materials, self.run):
            part.mkdir(mode=DIRECTORY_MODE)
        DISK.sync_directory(self.path.parent)

    def check(self) -> None:
        """Raises DataDirError unless this is an installation that only its owner can enter."""
        if not self.is_initialised:
            raise DataDirError("no installation here: run `yunchuang init`")
        if not (self.database.is_file() or self.database_address.is_file()):
            raise DataDirError("the database is gone; an empty one is not put in its place")
        if self.path.stat().st_mode & 0o077:
            raise DataDirError("the data directory must be open to its owner alone (mode 0700)")

    @contextmanager
    def held(self, by: str = "desk") -> Iterator[None]:
        """Holds the directory for one desk, or one node; raises DataDirError if another process
        has it. A killed holder lets go.
        """
        descriptor = os.open(self.run / f"{by}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise DataDirError("another process uses this data directory") from error
            yield
        finally:
            os.close(descriptor)
