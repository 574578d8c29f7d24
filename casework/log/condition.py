"""How log, checkpoint store and database stand to each other, seen from outside their one writer.

Looks without changing anything, also while a desk writes: what is read later may be ahead.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select

from audit import merkle
from audit.checkpoint import SignedCheckpoint, TreeHead
from audit.checkpoint_store import FileLockBackend
from audit.errors import AuditError, NotInitialisedError
from audit.log import directory_reader, read_published
from audit.note import VerifyingKey
from audit.successor import Successor
from casework.data_dir import DataDir
from casework.log import sequenced
from casework.log.setup import load_log_key
from casework.store import schema_log as s
from casework.store.engine import open_store
from casework.views.log_origins import log_origins


class Fault(StrEnum):
    """Why a desk refuses to sign. None of them is mended by itself."""

    SUCCESSION_UNFINISHED = "succession of the log begun and not done"
    STORE_ABSENT = "checkpoint store absent"
    STORE_DAMAGED = "checkpoint store damaged"
    STORE_BEHIND = "checkpoint store older than the published checkpoint"
    CHECKPOINT_ABSENT = "no published checkpoint"
    CHECKPOINT_DAMAGED = "published checkpoint or its tiles damaged, or signed by another key"
    TREE_BEHIND = "tiles older than the checkpoint store, or of another history"
    DATABASE_AHEAD = "database knows more logged entries than the log has"
    DATABASE_OTHER = "newest entry that both know is not the same"


@dataclass(frozen=True, slots=True)
class LogCondition:
    """`waiting` entries are recorded and not yet known to be logged; `heartbeat_ms` is the wall
    clock of the newest heartbeat in the database, `before` what the log says of those before it.
    """

    key: VerifyingKey
    published: SignedCheckpoint | None
    stored: TreeHead | None
    logged: int
    waiting: int
    heartbeat_ms: int | None
    before: tuple[Successor, ...]
    faults: tuple[Fault, ...]


def look_at_log(data: DataDir, key: VerifyingKey | None = None) -> LogCondition:
    """`key` takes the place of one that is lost. Raises LogKeyError, and StoreUnavailable if the
    database cannot be read.
    """
    key = key or load_log_key(data.log_key).verifying_key
    faults: list[Fault] = []
    if data.succession.exists():
        faults.append(Fault.SUCCESSION_UNFINISHED)
    published = _published(data, key, faults)
    stored = _stored(data, key.name, faults)
    if stored is not None:
        faults += _contradictions(data, published, stored)
    store = open_store(data.database_url)
    try:
        with store.reading() as conn:
            logged = sequenced.known_size(conn)
            before = log_origins(conn, key.name).before
            waiting = conn.scalar(
                select(func.count()).select_from(s.entry).where(s.entry.c.log_index.is_(None))
            )
            heartbeat = conn.scalar(
                select(s.entry.c.t_ms)
                .where(s.entry.c.chain == f"log:{key.name}", s.entry.c.type == "log.heartbeat")
                .order_by(s.entry.c.seq.desc())
                .limit(1)
            )
            if stored is not None and not faults:
                faults += _disagreement(conn, data, key.name, stored, logged)
    finally:
        store.close()
    return LogCondition(
        key, published, stored, logged, waiting or 0, heartbeat, before, tuple(faults)
    )


def _published(data: DataDir, key: VerifyingKey, faults: list[Fault]) -> SignedCheckpoint | None:
    try:
        return read_published(data.log, key)[0]
    except FileNotFoundError:
        faults.append(Fault.CHECKPOINT_ABSENT)
    except AuditError:
        faults.append(Fault.CHECKPOINT_DAMAGED)
    return None


def _stored(data: DataDir, origin: str, faults: list[Fault]) -> TreeHead | None:
    try:
        return FileLockBackend(data.checkpoint_store).fetch(origin)
    except NotInitialisedError:
        faults.append(Fault.STORE_ABSENT)
    except AuditError:
        faults.append(Fault.STORE_DAMAGED)
    return None


def _contradictions(
    data: DataDir, published: SignedCheckpoint | None, stored: TreeHead
) -> list[Fault]:
    if published is not None and published.head.size > stored.size:
        return [Fault.STORE_BEHIND]
    try:
        root = directory_reader(data.log, stored.size).root()
    except (OSError, AuditError):
        return [Fault.TREE_BEHIND]
    return [] if root == stored.root else [Fault.TREE_BEHIND]


def _disagreement(
    conn: Connection, data: DataDir, origin: str, stored: TreeHead, logged: int
) -> list[Fault]:
    """The sequencer's own comparison at a start, without writing anything back."""
    size = stored.size
    if logged > size:
        # A desk that runs may have gone on since the store was read.
        size = FileLockBackend(data.checkpoint_store).fetch(origin).size
    if logged > size:
        return [Fault.DATABASE_AHEAD]
    if not logged:
        return []
    try:
        last = directory_reader(data.log, size).entry(logged - 1)
    except (OSError, AuditError):
        return [Fault.TREE_BEHIND]
    same = merkle.leaf_hash(last).hex() == sequenced.leaf_at(conn, logged - 1)
    return [] if same else [Fault.DATABASE_OTHER]
