"""Signed notes, verifier keys, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint,
tlog-cosignature).

Parsing is lenient where a check compares the rebuilt bytes afterwards, and strict in its limits.
"""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.verifier.digest import HASH_SIZE, from_base64, to_base64
from audit.verifier.limits import MAX_INTEGER, MAX_NOTE, MAX_SIGNATURES
from audit.verifier.report import UnreadableError

LOG_KEY = 0x01
WITNESS_KEY = 0x04
_DASH = "\N{EM DASH} "
_TIME_SIZE = 8


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """`kind` is the signature type byte: LOG_KEY or WITNESS_KEY; `public` is an Ed25519 key."""

    name: str
    key_id: bytes
    kind: int
    public: bytes

    def verifies(self, signature: bytes, body: bytes) -> bool:
        """`signature` is what follows the key id in a signature line."""
        message = body
        if self.kind == WITNESS_KEY:
            message = b"cosignature/v1\ntime %d\n" % stated_time(signature) + body
            signature = signature[_TIME_SIZE:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def stated_time(cosignature: bytes) -> int:
    """POSIX seconds; means nothing before the cosignature is verified."""
    return int.from_bytes(cosignature[:_TIME_SIZE], "big")


def parse_key(text: str) -> VerifierKey | None:
    """A vkey `name+hexid+base64(type || public key)`; None if it is not exactly one."""
    name, plus, rest = text.partition("+")
    hex_id, second_plus, encoded = rest.partition("+")
    data = from_base64(encoded)
    if not (name and plus and second_plus and data) or any(c.isspace() for c in name):
        return None
    if len(data) != 1 + HASH_SIZE or data[0] not in {LOG_KEY, WITNESS_KEY}:
        return None
    key_id = sha256(name.encode() + b"\n" + data).digest()[:4]
    if hex_id != key_id.hex() or encoded != to_base64(data):
        return None
    return VerifierKey(name, key_id, data[0], data[1:])


@dataclass(frozen=True, slots=True)
class SignatureLine:
    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`body` is what is signed: the note's text with its last newline."""

    body: bytes
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    signatures: tuple[SignatureLine, ...]

    def encode(self) -> bytes:
        """The canonical bytes of this checkpoint, to be compared with those that were read."""
        lines = [self.origin, str(self.size), to_base64(self.root), *self.extensions, ""]
        lines += [
            f"{_DASH}{line.name} {to_base64(line.key_id + line.signature)}"
            for line in self.signatures
        ]
        return ("\n".join(lines) + "\n").encode()


def parse_checkpoint(data: bytes, path: str) -> Checkpoint:
    """Raises UnreadableError if there is nothing to verify in `data`."""
    if len(data) > MAX_NOTE:
        raise UnreadableError(path, f"a note of at most {MAX_NOTE} bytes", len(data))
    try:
        text, blank, signatures = data.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise UnreadableError(path, "UTF-8", error) from error
    head = text.split("\n")
    root = from_base64(head[2]) if len(head) > 2 else None
    size = whole_number(head[1]) if len(head) > 2 else None
    if not blank or not head[0] or root is None or len(root) != HASH_SIZE or size is None:
        raise UnreadableError(path, "a checkpoint: origin, size, root, signatures", text)
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise UnreadableError(path, f"at most {MAX_SIGNATURES} signatures", len(lines))
    return Checkpoint(
        text.encode() + b"\n",
        head[0],
        size,
        root,
        tuple(head[3:]),
        tuple(_signature(line, path) for line in lines),
    )


def whole_number(text: str) -> int | None:
    """A decimal number without sign, leading zeros or other digits than ASCII ones."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_INTEGER))):
        return None
    return int(text) if text == str(int(text)) and int(text) < MAX_INTEGER else None


def _signature(line: str, path: str) -> SignatureLine:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    if not line.startswith(_DASH) or not name or data is None or len(data) <= 4:
        raise UnreadableError(path, "a signature line", line)
    return SignatureLine(name, data[:4], data[4:])
