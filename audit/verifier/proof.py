"""Proof files (c2sp.org/tlog-proof): index, hashes, checkpoint."""

from dataclasses import dataclass

from audit.verifier.digest import HASH_SIZE, from_base64, to_base64
from audit.verifier.limits import MAX_NOTE, MAX_PROOF_HASHES
from audit.verifier.note import whole_number
from audit.verifier.report import UnreadableError

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """`checkpoint` is kept as bytes: it must equal the package's own, byte for byte."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        lines = [HEADER, f"index {self.index}", *map(to_base64, self.hashes)]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


def parse_proof(data: bytes, path: str) -> Proof:
    """Packages carry no `extra` line: nothing authenticates it."""
    if len(data) > MAX_NOTE:
        raise UnreadableError(path, f"a proof of at most {MAX_NOTE} bytes", len(data))
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")
    index = whole_number(lines[1].removeprefix("index ")) if len(lines) > 1 else None
    if index is None or not checkpoint:
        raise UnreadableError(path, "header, index, hashes, empty line, checkpoint")
    return Proof(index, parse_hashes(lines[2:], path), checkpoint)


def parse_hashes(lines: list[str], path: str) -> tuple[bytes, ...]:
    """Base64, one hash a line; not yet checked to be canonical."""
    if len(lines) > MAX_PROOF_HASHES:
        raise UnreadableError(path, f"at most {MAX_PROOF_HASHES} hashes", len(lines))
    hashes = []
    for line in lines:
        value = from_base64(line)
        if value is None or len(value) != HASH_SIZE:
            raise UnreadableError(path, "a hash in base64", line)
        hashes.append(value)
    return tuple(hashes)
