"""The files of key-encryption keys beside the key file: the first is `kek`, later ones `kek-ID`.

Which of them is in force is said by the key file alone. No file is ever renamed or replaced, so that
no crash can leave a key file without the KEK it names.
"""

from dataclasses import dataclass
from pathlib import Path

from audit.durable import DISK, Disk
from casework.keys.kek import Kek, KekError, read_kek, write_kek


@dataclass(frozen=True, slots=True)
class KekFiles:
    """`first` is the path of the one made with the installation, such as `keys/kek`."""

    first: Path
    disk: Disk = DISK

    def path_of(self, kek_id: str) -> Path:
        """Where a later one of this id lies."""
        return self.first.with_name(f"{self.first.name}-{kek_id}")

    def paths(self) -> list[Path]:
        """Those that are there, the first before the others."""
        later = sorted(self.first.parent.glob(f"{self.first.name}-*"))
        return [self.first, *later] if self.first.exists() else later

    def find(self, kek_id: str) -> Kek:
        """Raises KekError if it is not there, cannot be read, or holds another key."""
        return read_kek(self.where(kek_id))

    def where(self, kek_id: str) -> Path:
        """The file that holds it; raises as `find`."""
        later = self.path_of(kek_id)
        path = later if later.exists() else self.first
        if read_kek(path).id != kek_id:
            raise KekError("the key file belongs to another key-encryption key")
        return path

    def add(self, kek: Kek) -> Path:
        """Durable on return. Raises FileExistsError, OSError."""
        path = self.path_of(kek.id)
        write_kek(path, kek, disk=self.disk)
        return path

    def remove(self, kek_id: str) -> None:
        """Gone for good on return, as far as a file system can promise it."""
        path = self.where(kek_id)
        self.disk.unlink(path)
        self.disk.sync_directory(path.parent)
