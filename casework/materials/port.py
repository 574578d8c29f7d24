"""Where the bytes of materials lie."""

from typing import Protocol

from casework.model.material import StoredMaterial


class MaterialStore(Protocol):
    """Contents encrypted under the key of their case; safe to call from any thread.

    Guarantees: when `put` returns, the content is durable and its type was found by looking at it,
    not by believing a name. A content is never overwritten; equal contents are stored twice. A
    content must be named by its case within a day: what no case names is removed a month later
    (`casework.materials.unnamed`).
    """

    def put(self, case_id: str, content: bytes) -> StoredMaterial:
        """Raises MaterialUnreadable, MaterialTooLarge, NotFound or KeyDestroyed for the case's
        key, StoreUnavailable when it could not be made durable.
        """

    def get(self, case_id: str, blob: str, ciphertext_sha256: str) -> bytes:
        """The content; raises NotFound, KeyDestroyed, or SealBroken when the file was changed."""

    def get_sealed(self, case_id: str, blob: str) -> bytes:
        """The ciphertext as it lies there, for packages; raises NotFound."""
