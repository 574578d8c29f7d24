"""What is left of a log and of the database's entries: what its successor can say of it.

Nothing is changed here. What the database has is read to the last byte: a succession hands on what
was recorded, and washes no edited row clean.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from audit import merkle
from audit.checkpoint import EMPTY_HEAD, SignedCheckpoint, TreeHead, open_checkpoint
from audit.checkpoint_store import FileLockBackend
from audit.edge import load_verified
from audit.entry import Entry, check_chain
from audit.errors import AuditError, LogStateError, MalformedError, NotInitialisedError
from audit.log import directory_reader
from audit.note import VerifyingKey
from audit.successor import MAX_LOGS_BEFORE, SUCCESSOR_TYPE, Cause, Successor
from casework.data_dir import DataDir
from casework.log.condition import Fault, LogCondition, look_at_log
from casework.log.cosigned import NAME as COSIGNED
from casework.log.succession.earlier import first_successors
from casework.log.succession.plan import Plan
from casework.store import schema_log as s
from casework.store.engine import open_store

_MUST_BE_WHOLE = frozenset({Cause.KEY_ROTATION, Cause.ORIGIN_CHANGED})


class SuccessionRefused(LogStateError):
    """There is no reason for a successor, or what should be handed on is not whole itself."""


@dataclass(frozen=True, slots=True)
class Survey:
    """`faults` are those for which a desk refuses to sign, as `yunchuang log status` has them."""

    plan: Plan
    faults: tuple[Fault, ...]

    @property
    def lost(self) -> int:
        """Entries that stood under a checkpoint and are in the database no more."""
        return self.plan.successor.head.size - self.plan.successor.carried


def survey(
    data: DataDir,
    origin: str,
    cause: Cause,
    old: VerifyingKey,
    checkpoint: bytes | None = None,
) -> Survey:
    """For the log with the key `old`, which `origin` is to follow. `checkpoint` is a newer one than
    what is left here, as a witness or an auditor has it.

    Raises SuccessionRefused; MalformedError for an origin that cannot be a chain's name, or for a
    checkpoint that is none; SignatureError for one that the old log did not sign; StoreUnavailable.
    """
    _check_new(data, origin, old)
    condition = look_at_log(data, old)
    store = open_store(data.database_url)
    try:
        with store.reading() as conn:
            if conn.scalar(select(s.chain.c.chain).where(s.chain.c.chain == f"log:{origin}")):
                raise SuccessionRefused(f"{origin} was a log of this installation before")
            if _count_before(conn) >= MAX_LOGS_BEFORE:
                raise SuccessionRefused(f"{MAX_LOGS_BEFORE} logs came before: nobody reads further")
            leaves = _leaves(conn, condition.logged)
    finally:
        store.close()
    known = [merkle.leaf_hash(body) for body in first_successors(data.log, old)]
    missing = [leaf for leaf in known if leaf not in leaves[: len(known)]]
    heads = _heads(data, condition, checkpoint)
    if not missing:
        # Indices are written back after the publication: a tree of this size was signed.
        heads.append(TreeHead(condition.logged, merkle.root_of(leaves[: condition.logged])))
    head = max(heads, key=lambda one: one.size, default=EMPTY_HEAD)
    leaves = [*missing, *leaves]
    carried = _carried(data, condition, head, leaves)
    successor = Successor(old.name, head, carried, len(leaves), cause)
    result = Survey(Plan(old, origin, successor), condition.faults)
    _check_cause(cause, result)
    return result


def _check_new(data: DataDir, origin: str, old: VerifyingKey) -> None:
    check_chain(f"log:{origin}")
    if origin == old.name:
        raise SuccessionRefused(
            "a new log needs a new origin: who follows one origin knows one key"
        )
    try:
        FileLockBackend(data.checkpoint_store).fetch(origin)
    except NotInitialisedError:
        pass
    else:
        raise SuccessionRefused(f"{origin} was a log of this installation before")
    if data.log.is_mount() or data.log_key.is_mount():
        raise SuccessionRefused("the log's directory is mounted: it cannot be put aside")


def _check_cause(cause: Cause, found: Survey) -> None:
    whole = not found.faults and not found.lost
    if cause in _MUST_BE_WHOLE and not whole:
        what = "; ".join(found.faults) or f"{found.lost} entries are lost"
        raise SuccessionRefused(f"the log is not whole, and the cause must say so: {what}")
    if cause is Cause.LOG_LOST and whole:
        raise SuccessionRefused("nothing of the log is lost")


def _count_before(conn: Connection) -> int:
    of_kind = select(func.count()).where(s.entry.c.type == SUCCESSOR_TYPE)
    return conn.scalar(of_kind) or 0


def _leaves(conn: Connection, logged: int) -> list[bytes]:
    """Leaf hashes of all entries in commit order, which is the log's. Raises SuccessionRefused where
    one was edited, or is missing in its chain.
    """
    heads: dict[str, tuple[int, str | None]] = {}
    leaves: list[bytes] = []
    table = s.entry
    columns = (table.c.chain, table.c.seq, table.c.leaf_hash, table.c.body, table.c.log_index)
    for row in conn.execute(select(*columns).order_by(table.c.position)):
        where = f"entry {row.seq} of {row.chain}"
        leaf = merkle.leaf_hash(row.body)
        if leaf.hex() != row.leaf_hash:
            raise SuccessionRefused(f"{where} was edited in the database")
        try:
            entry = Entry.decode(row.body)
        except MalformedError as error:
            raise SuccessionRefused(f"{where} is no entry") from error
        place = (entry.chain, entry.seq, entry.seq, entry.prev)
        if place != (row.chain, row.seq, *heads.get(row.chain, (0, None))):
            raise SuccessionRefused(f"{where} does not follow the one before it")
        at = len(leaves)
        if row.log_index != (at if at < logged else None):
            raise SuccessionRefused(f"{where} has another place in the log than in the database")
        heads[row.chain] = (entry.seq + 1, leaf.hex())
        leaves.append(leaf)
    return leaves


def _heads(data: DataDir, condition: LogCondition, checkpoint: bytes | None) -> list[TreeHead]:
    """The trees that anything here knows of, signed ones first."""
    signed = [condition.published, _cosigned(data, condition.key)]
    if checkpoint is not None:
        signed.append(open_checkpoint(checkpoint, condition.key))
    heads = [one.head for one in signed if one is not None]
    return [*heads, *([condition.stored] if condition.stored else [])]


def _cosigned(data: DataDir, key: VerifyingKey) -> SignedCheckpoint | None:
    try:
        return open_checkpoint((data.log / COSIGNED).read_bytes(), key)
    except (OSError, AuditError):
        return None


def _carried(data: DataDir, condition: LogCondition, head: TreeHead, leaves: list[bytes]) -> int:
    """How many of the log's first entries the database has, as far as that can be shown."""
    known = [head, *([condition.stored] if condition.stored else [])]
    known += [condition.published.head] if condition.published else []
    same = [one.size for one in known if _is_root(leaves, one)]
    if head.size in same:
        return head.size
    prefixes = [_common(data, one, leaves) for one in known]
    return max([0, *same, *prefixes])


def _is_root(leaves: list[bytes], head: TreeHead) -> bool:
    return head.size <= len(leaves) and merkle.root_of(leaves[: head.size]) == head.root


def _common(data: DataDir, head: TreeHead, leaves: list[bytes]) -> int:
    """Of the tree on the disk, if it is the one of `head`."""
    reader = directory_reader(data.log, head.size)
    count = 0
    try:
        load_verified(head, reader)
        while count < min(head.size, len(leaves)) and reader.node(0, count) == leaves[count]:
            count += 1
    except (OSError, AuditError):
        return 0
    return count
