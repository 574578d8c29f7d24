"""C2SP signed notes and their Ed25519 keys (c2sp.org/signed-note).

A note is text, an empty line, and signature lines `— <name> base64(key id || signature)`.
Verifying keys come from outside; a note never brings its own.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit import durable
from audit.durable import DISK, Disk
from audit.errors import MalformedError, SignatureError

ED25519 = 0x01
"""Signature type of a plain Ed25519 signature over the note's text."""

MAX_NOTE_SIZE = 65_536
MAX_SIGNATURES = 16
KEY_ID_SIZE = 4
KEY_SIZE = 32
_DASH = "— "
_PRIVATE_PREFIX = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Verifier(Protocol):
    """A trusted key. (`name`, `key_id`) says which signature lines claim to be made by it."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes: ...

    def verify(self, text: bytes, signature: bytes) -> bool:
        """True if `signature` (without the key id) is this key's over the note text."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed, and the signature's bytes after the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note. Nothing in it may be believed before `verify`."""

    text: bytes
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return self.text + b"\n" + "".join(item.line() for item in self.signatures).encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises MalformedError unless `encode` would give exactly `data` again."""
        if len(data) > MAX_NOTE_SIZE:
            raise MalformedError(f"note is longer than {MAX_NOTE_SIZE} bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedError("note is not UTF-8") from error
        if _CONTROL.search(whole):
            raise MalformedError("note holds a control character")
        text, separator, lines = whole.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise MalformedError("note has no signature lines")
        signatures = lines.removesuffix("\n").split("\n")
        if len(signatures) > MAX_SIGNATURES:
            raise MalformedError(f"note has more than {MAX_SIGNATURES} signatures")
        return cls((text + "\n").encode(), tuple(_parse_line(line) for line in signatures))

    def verify(self, keys: Iterable[Verifier]) -> list[Signature]:
        """The signatures that `keys` made, in the note's order.

        Lines of unknown keys are ignored. Raises SignatureError if a known key's line fails, or
        if no known key signed.
        """
        known = {(key.name, key.key_id): key for key in keys}
        verified = []
        for item in self.signatures:
            key = known.get((item.name, item.key_id))
            if key is None:
                continue
            if not key.verify(self.text, item.signature):
                raise SignatureError(f"signature of {item.name}+{item.key_id.hex()} fails")
            verified.append(item)
        if not verified:
            raise SignatureError("no known key signed this note")
        return verified


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """An Ed25519 public key with its name, as a vkey carries it."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != KEY_SIZE:
            raise MalformedError("Ed25519 public key must be 32 bytes long")

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """`name+hexid+base64(type || public key)`, the text to hand to others."""
        encoded = encode_base64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, vkey: str, kind: int = ED25519) -> Self:
        """Raises MalformedError unless `vkey` is well formed, of this `kind`, and its id fits."""
        name, hex_id, encoded = _split_key(vkey)
        key = decode_base64(encoded)
        if len(key) != 1 + KEY_SIZE or key[0] != kind:
            raise MalformedError("vkey is not of the type expected here")
        result = cls(name, key[1:], kind)
        if result.key_id.hex() != hex_id:
            raise MalformedError("vkey's id is not that of its key")
        return result

    def verify(self, text: bytes, signature: bytes) -> bool:
        return verify_ed25519(self.public, text, signature)


class SigningKey:
    """An Ed25519 private key with its name. The log key signs checkpoints and nothing else."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.verifying_key = VerifyingKey(name, private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Self:
        return cls(name, Ed25519PrivateKey.generate())

    @property
    def name(self) -> str:
        return self.verifying_key.name

    def sign(self, text: bytes) -> Signature:
        """Sign note text, which must end with a newline."""
        check_text(text)
        return Signature(self.name, self.verifying_key.key_id, self.sign_raw(text))

    def sign_raw(self, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 (RFC 8032) over `message`."""
        return self._private.sign(message)

    def encode(self) -> str:
        """`PRIVATE+KEY+name+hexid+base64(type || seed)`, the form Go's note package reads."""
        key = self.verifying_key
        seed = encode_base64(bytes([ED25519]) + self._private.private_bytes_raw())
        return f"{_PRIVATE_PREFIX}{key.name}+{key.key_id.hex()}+{seed}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError unless `text` is what `encode` gives."""
        if not text.startswith(_PRIVATE_PREFIX):
            raise MalformedError("signing key does not begin with PRIVATE+KEY+")
        name, hex_id, encoded = _split_key(text.removeprefix(_PRIVATE_PREFIX))
        key = decode_base64(encoded)
        if len(key) != 1 + KEY_SIZE or key[0] != ED25519:
            raise MalformedError("signing key is not Ed25519")
        result = cls(name, Ed25519PrivateKey.from_private_bytes(key[1:]))
        if result.verifying_key.key_id.hex() != hex_id:
            raise MalformedError("signing key's id is not that of its key")
        return result

    def save(self, path: Path, *, disk: Disk = DISK) -> None:
        """Write a new key file that only its owner reads. Raises FileExistsError if it exists."""
        durable.create_file(path, f"{self.encode()}\n".encode(), mode=0o600, disk=disk)

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls.parse(path.read_text(encoding="utf-8").removesuffix("\n"))


def sign(text: bytes, *keys: SigningKey) -> Note:
    """A note over `text` with one signature of each key."""
    return Note(text, tuple(key.sign(text) for key in keys))


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First 4 bytes of SHA-256(name || 0x0A || type || public key)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_SIZE]


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def check_name(name: str) -> str:
    """`name` itself; MalformedError if it is empty or holds a space, a plus or a control sign."""
    if not name or "+" in name or any(sign.isspace() or ord(sign) < 0x20 for sign in name):
        raise MalformedError("key name is empty or holds a space or a plus")
    return name


def check_text(text: bytes) -> None:
    """MalformedError unless `text` may be signed as a note."""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("note text is not UTF-8") from error
    if not decoded.endswith("\n") or _CONTROL.search(decoded):
        raise MalformedError("note text must end with a newline and hold no control characters")


def encode_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """RFC 4648 section 4; MalformedError unless `encode_base64` gives exactly `text` again."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("not base64") from error
    if encode_base64(data) != text:
        raise MalformedError("base64 is not canonical")
    return data


def _parse_line(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise MalformedError("malformed signature line")
    data = decode_base64(encoded)
    if len(data) <= KEY_ID_SIZE:
        raise MalformedError("signature line is too short")
    return Signature(check_name(name), data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])


def _split_key(text: str) -> tuple[str, str, str]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise MalformedError("key is not name+id+base64")
    return parts[0], parts[1], parts[2]
