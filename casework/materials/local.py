"""Materials as local files: FOLDER/CASE/ULID.bin = nonce || ciphertext and tag."""

import hashlib
import os
import re
from pathlib import Path

from audit import durable
from casework.errors import NotFound, StoreUnavailable
from casework.ids import is_id, new_id
from casework.keys.key_ring import KeyRing, SealBroken, Sealed, seal, unseal
from casework.keys.wrapping import NONCE_BYTES
from casework.materials.content_type import look_at
from casework.model.material import StoredMaterial

_BLOB = re.compile(r"[0-9A-Z]{26}/[0-9A-Z]{26}", re.ASCII)
_SUFFIX = ".bin"


class LocalMaterialStore:
    """See `casework.materials.port.MaterialStore`."""

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        self._folder = folder
        self._keys = keys

    def put(self, case_id: str, content: bytes) -> StoredMaterial:
        found = look_at(content)
        blob = f"{case_id}/{new_id()}"
        sealed = seal(self._keys.case_key(case_id), _place(blob), content)
        data = sealed.nonce + sealed.ciphertext
        path = self._path(case_id, blob)
        try:
            durable.make_directory(path.parent)
            durable.create_file(path, data, mode=0o600)
        except OSError as error:
            raise StoreUnavailable("the material was not stored") from error
        return StoredMaterial(
            blob=blob,
            ciphertext_sha256=hashlib.sha256(data).hexdigest(),
            content_sha256=hashlib.sha256(content).hexdigest(),
            media_type=found.media_type,
            size=len(content),
            pages=found.pages,
        )

    def get(self, case_id: str, blob: str, ciphertext_sha256: str) -> bytes:
        data = self.get_sealed(case_id, blob)
        if hashlib.sha256(data).hexdigest() != ciphertext_sha256:
            raise SealBroken("the stored material is not the one the case names")
        sealed = Sealed(data[:NONCE_BYTES], data[NONCE_BYTES:])
        return unseal(self._keys.case_key(case_id), _place(blob), sealed)

    def get_sealed(self, case_id: str, blob: str) -> bytes:
        try:
            return self._path(case_id, blob).read_bytes()
        except FileNotFoundError:
            raise NotFound("no such material") from None

    # --- what no case names (`casework.materials.unnamed`) -----------------------------------------

    def cases(self) -> list[str]:
        """Of which contents lie here."""
        try:
            return [path.name for path in self._folder.iterdir() if is_id(path.name)]
        except FileNotFoundError:
            return []

    def stored_before(self, case_id: str, wall_ms: int) -> list[str]:
        """Names of the contents of a case that were stored before then, and of temporary files that a
        crash left.
        """
        found = []
        try:
            with os.scandir(self._folder / case_id) as entries:
                for entry in entries:
                    name = entry.name.removesuffix(_SUFFIX)
                    ours = is_id(name) or name.startswith(durable.TEMPORARY_PREFIX)
                    if ours and entry.stat(follow_symlinks=False).st_mtime_ns < wall_ms * 1_000_000:
                        found.append(name)
        except FileNotFoundError:
            return []  # the keys of the case were destroyed meanwhile, and its files with them
        return found

    def remove(self, case_id: str, name: str) -> None:
        """Not durable: what comes back after a crash is removed by the next round."""
        file = name if name.startswith(durable.TEMPORARY_PREFIX) else f"{name}{_SUFFIX}"
        (self._folder / case_id / file).unlink(missing_ok=True)

    def _path(self, case_id: str, blob: str) -> Path:
        if not _BLOB.fullmatch(blob) or not blob.startswith(f"{case_id}/"):
            raise NotFound("no such material")
        return self._folder / f"{blob}{_SUFFIX}"


def _place(blob: str) -> tuple[str, ...]:
    return ("material", blob)
