"""In which log a package stands: the one that is written now, or one that ended since."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from audit.checkpoint import Checkpoint, SignedCheckpoint, TreeHead
from audit.edge import load_verified
from audit.errors import AuditError
from audit.log import directory_reader, proof_files
from audit.note import Note, VerifyingKey
from audit.package.model import ProvedEntry
from audit.tiles import TileReader
from casework.data_dir import DataDir
from casework.errors import DomainError
from casework.log.succession.ended import EndedLog, ended_log
from casework.views.log_origins import LogOrigins, log_origins
from casework.views.package_contents import CaseEvidence


class PackageLogGone(DomainError):
    """The log that a package stands in ended and was lost: its proofs cannot be made again. A new
    package of the case has them in the log that followed.
    """

    code = "E-09"
    slug = "package_log_gone"


@dataclass(frozen=True, slots=True)
class PackageLog:
    """`steps` logs before the one that is written now; its entries stand as many places further on
    in that one, which is where the database knows them.
    """

    key: VerifyingKey
    directory: Path
    origins: LogOrigins
    steps: int

    @property
    def has_ended(self) -> bool:
        return self.steps > 0

    def reader(self, head: TreeHead) -> TileReader:
        """Of a tree that it had. Raises PackageLogGone if it ended and is not whole any more."""
        reader = directory_reader(self.directory, head.size)
        if self.has_ended:
            try:
                load_verified(head, reader)
            except (OSError, AuditError) as error:
                raise PackageLogGone from error
        return reader

    def placed(self, evidence: CaseEvidence) -> CaseEvidence:
        """With the places that the entries have in this log."""
        chains = tuple(
            (
                chain,
                tuple(replace(one, log_index=self.index(one.log_index)) for one in entries),
            )
            for chain, entries in evidence.chains
        )
        return replace(evidence, chains=chains)

    def index(self, here: int | None) -> int | None:
        return None if here is None or here < self.steps else here - self.steps

    def beginning(self, signed: SignedCheckpoint, reader: TileReader) -> Iterable[ProvedEntry]:
        """This log's first entries: what tells the logs before it, and the entry after that."""
        leaves = self.origins.first_entries[self.steps :]
        proofs = proof_files(signed, reader, range(len(leaves)))
        for leaf, proof in zip(leaves, proofs, strict=True):
            yield ProvedEntry(leaf, proof.encode())


def package_log(
    conn: Connection, data: DataDir, key: VerifyingKey, checkpoint: bytes | None = None
) -> PackageLog:
    """The log that `checkpoint` is of; the one that is written now, with the key `key`, where there is
    none yet. Raises PackageLogGone.
    """
    origins = log_origins(conn, key.name)
    origin = key.name if checkpoint is None else _origin(checkpoint)
    steps = origins.steps_to(origin)
    found = EndedLog(key, data.log) if steps == 0 else ended_log(data, origin)
    if steps is None or found is None:
        raise PackageLogGone
    return PackageLog(found.key, found.directory, origins, steps)


def _origin(checkpoint: bytes) -> str:
    try:
        return Checkpoint.parse_body(Note.parse(checkpoint).text).origin
    except AuditError as error:
        raise PackageLogGone from error
