"""Witness cosignatures (c2sp.org/tlog-cosignature, Ed25519 `cosignature/v1`).

A cosignature says: at this time, no larger consistent tree of this log was known to the witness.
"""

import struct
from dataclasses import dataclass
from typing import Self

from audit import note
from audit.errors import MalformedError

ED25519_COSIGNATURE = 0x04
"""Signature type in the key id and the vkey of a witness."""

_TIME = struct.Struct(">Q")
_SIZE = _TIME.size + 64
MAX_TIME = 2**63 - 1


def message(time: int, text: bytes) -> bytes:
    """The bytes a witness signs: header line, time line (POSIX seconds), whole checkpoint body."""
    if not 0 <= time <= MAX_TIME:
        raise MalformedError("cosignature time is out of range")
    return b"cosignature/v1\ntime %d\n" % time + text


def time_of(signature: note.Signature) -> int:
    """POSIX seconds the witness states. Means nothing before the signature is verified."""
    if len(signature.signature) != _SIZE:
        raise MalformedError("cosignature is not 72 bytes long")
    return int(_TIME.unpack_from(signature.signature)[0])


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's public key; verifies its lines on checkpoints (a `note.Verifier`)."""

    key: note.VerifyingKey

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Raises MalformedError unless `vkey` is well formed and of type 0x04."""
        return cls(note.VerifyingKey.parse(vkey, ED25519_COSIGNATURE))

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def key_id(self) -> bytes:
        return self.key.key_id

    @property
    def vkey(self) -> str:
        return self.key.vkey

    def verify(self, text: bytes, signature: bytes) -> bool:
        if len(signature) != _SIZE:
            return False
        (time,) = _TIME.unpack_from(signature)
        if time > MAX_TIME:
            return False
        return note.verify_ed25519(self.key.public, message(time, text), signature[_TIME.size :])


def cosign(key: note.SigningKey, text: bytes, time: int) -> note.Signature:
    """A witness's line over the checkpoint body `text` at `time` (POSIX seconds)."""
    key_id = witness_key(key).key_id
    return note.Signature(key.name, key_id, _TIME.pack(time) + key.sign_raw(message(time, text)))


def witness_key(key: note.SigningKey) -> WitnessKey:
    """The public half of `key` in its role as a witness."""
    public = key.verifying_key.public
    return WitnessKey(note.VerifyingKey(key.name, public, ED25519_COSIGNATURE))
