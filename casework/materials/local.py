"""Materials as local files: FOLDER/CASE/ULID.bin = nonce || ciphertext and tag."""

import hashlib
import re
from pathlib import Path

from audit import durable
from casework.errors import NotFound, StoreUnavailable
from casework.ids import new_id
from casework.keys.key_ring import KeyRing, SealBroken, Sealed, seal, unseal
from casework.keys.wrapping import NONCE_BYTES
from casework.materials.content_type import look_at
from casework.model.material import StoredMaterial

_BLOB = re.compile(r"[0-9A-Z]{26}/[0-9A-Z]{26}", re.ASCII)


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

    def _path(self, case_id: str, blob: str) -> Path:
        if not _BLOB.fullmatch(blob) or not blob.startswith(f"{case_id}/"):
            raise NotFound("no such material")
        return self._folder / f"{blob}.bin"


def _place(blob: str) -> tuple[str, ...]:
    return ("material", blob)
