"""The seal of an evidence package is the case chain's next entry (evidence.md §5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from audit.canonical import JsonValue
from audit.package.instructions import NEWEST
from audit.package.model import SEAL_TYPE, Form
from casework.actions.steps.case_act import begin, record
from casework.actor import Role
from casework.errors import NotAllowed, NotFound
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import PackageOutdated
from casework.store import schema_package as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SealPackage:
    """`facts` are `Prepared.seal_facts`; `chains` tells how many entries of each chain the package
    holds, all of them logged under `checkpoint` (a signed note). `time_stamp` is an RFC 3161 response
    over `checkpoint`; `instructions` the version of the texts that come along.
    """

    case_id: str
    package_id: str
    form: Form
    chains: tuple[tuple[str, int], ...]
    checkpoint: bytes
    facts: Mapping[str, JsonValue]
    time_stamp: bytes | None = None
    instructions: int = NEWEST


@dataclass(frozen=True, slots=True)
class SealedPackage:
    package_id: str
    entry_seq: int


def seal_package(tx: Tx, command: SealPackage) -> SealedPackage:
    """Raises PackageOutdated when the case's chain has gone on since the package was prepared."""
    act = begin(tx, CaseVerb.SEAL_PACKAGE, command.case_id)
    entry = record(act, SEAL_TYPE, plain=command.facts)
    if dict(command.chains).get(act.case.chain) != entry.seq:
        raise PackageOutdated
    tx.conn.execute(
        insert(s.package).values(
            id=command.package_id,
            case_id=act.case.id,
            form=command.form,
            made_by=tx.actor.id,
            made_at_ms=tx.now_ms,
            chains=[list(pair) for pair in command.chains],
            checkpoint=command.checkpoint,
            seal_seq=entry.seq,
            instructions=command.instructions,
            time_stamp=command.time_stamp,
        )
    )
    return SealedPackage(command.package_id, entry.seq)


@dataclass(frozen=True, slots=True)
class ProveSeal:
    """`checkpoint` is the first signed note under which the seal is proved."""

    package_id: str
    checkpoint: bytes


def prove_seal(tx: Tx, command: ProveSeal) -> None:
    """Remembers under which checkpoint the seal was proved first, so that the package can be
    written again; whoever comes second changes nothing. Raises NotAllowed for anybody but the
    program, NotFound.
    """
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    table = s.package
    statement = (
        update(table)
        .where(table.c.id == command.package_id, table.c.seal_checkpoint.is_(None))
        .values(seal_checkpoint=command.checkpoint)
    )
    if tx.conn.execute(statement).rowcount == 1:
        return
    known = select(table.c.id).where(table.c.id == command.package_id)
    if tx.conn.execute(known).one_or_none() is None:
        raise NotFound("no such package")
