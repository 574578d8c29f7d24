"""A log's folder as the public sees it, with the cosignatures of two of three witnesses."""

from pathlib import Path

from audit import cosignature, merkle
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.note import Note, SigningKey
from audit.policy import Policy
from casework.log.cosigned import NAME

ORIGIN = "hall.example/log"
COSIGNED_S = 1_795_000_000


class WitnessedLog:
    """`folder` is the log's own. Entries are "entry 0", "entry 1" and so on."""

    def __init__(self, path: Path, names: tuple[str, ...] = ("bank", "archive", "audit")) -> None:
        self.key = SigningKey.generate(ORIGIN)
        self.witnesses = [SigningKey.generate(f"{name}.example/w") for name in names]
        self.folder = path / "log"
        self.log = MerkleLog.init(self.folder, FileLockBackend(path / "store"), self.key)

    @property
    def policy(self) -> Policy:
        return Policy.parse(self.policy_text.encode())

    @property
    def policy_text(self) -> str:
        lines = [f"log {self.key.verifying_key.vkey}"]
        lines += [
            f"witness w{n} {cosignature.witness_key(key).vkey}"
            for n, key in enumerate(self.witnesses)
        ]
        return "\n".join([*lines, "quorum none", ""])

    def grow(self, size: int) -> None:
        self.log.append([b"entry %d" % index for index in range(self.log.size, size)])

    def cosign(self, signers: int = 2) -> None:
        """The first witnesses sign what is published now."""
        note = self.log.checkpoint.signed
        lines = [cosignature.cosign(key, note.text, COSIGNED_S) for key in self.witnesses[:signers]]
        signed = Note(note.text, (*note.signatures, *lines))
        (self.folder / NAME).write_bytes(signed.encode())

    def leaf(self, index: int) -> str:
        return merkle.leaf_hash(b"entry %d" % index).hex()

    def line(self, index: int) -> str:
        """As it stands on a receipt."""
        return f"{ORIGIN} {index} {self.leaf(index)}"

    def link(self, index: int) -> str:
        """What follows the address of the page."""
        return f"#{self.line(index).replace(' ', '+')}"
