"""What an evidence package of a case is made of, read in one snapshot."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from audit import act, device
from audit.entry import Entry
from audit.package.model import Form
from casework.errors import NotFound
from casework.store import schema_call, schema_case, schema_log, schema_package
from casework.views.key_entries import key_entry


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """`log_index` is None while the entry waits for the sequencer."""

    seq: int
    body: bytes
    log_index: int | None


@dataclass(frozen=True, slots=True)
class PackagedMaterial:
    """`seq` is the entry on the case's chain that binds the content."""

    id: str
    seq: int
    blob: str
    ciphertext_sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class CaseEvidence:
    """`chains` holds the case's chain first, then those of its calls; `parts` is (call, part).
    `running_calls` are those that go on, or whose recorder has not said its last.
    """

    case_id: str
    case_number: str
    chains: tuple[tuple[str, tuple[LoggedEntry, ...]], ...]
    parts: tuple[tuple[str, str], ...]
    materials: tuple[PackagedMaterial, ...]
    running_calls: tuple[str, ...]

    @property
    def waiting(self) -> bool:
        """Whether an entry is not in the log yet."""
        return any(entry.log_index is None for _, entries in self.chains for entry in entries)


@dataclass(frozen=True, slots=True)
class KnownPackage:
    id: str
    case_id: str
    form: Form
    made_at_ms: int
    chains: tuple[tuple[str, int], ...]
    checkpoint: bytes
    seal_seq: int
    seal_checkpoint: bytes | None
    instructions: int
    time_stamp: bytes | None


def find_case_id(conn: Connection, name: str) -> str:
    """The case with this id or number. Raises NotFound."""
    table = schema_case.cases
    found = conn.scalar(select(table.c.id).where(or_(table.c.id == name, table.c.number == name)))
    if found is None:
        raise NotFound("no such case")
    return str(found)


def case_evidence(conn: Connection, case_id: str) -> CaseEvidence:
    """Raises NotFound."""
    case = conn.execute(
        select(schema_case.cases.c.number).where(schema_case.cases.c.id == case_id)
    ).one_or_none()
    if case is None:
        raise NotFound("no such case")
    link, call, part = schema_call.call_case, schema_call.call, schema_call.part
    recording = schema_call.recording
    writes = recording.c.call_id.is_not(None) & recording.c.ended_ms.is_(None)
    calls = conn.execute(
        select(call.c.id, or_(call.c.ended_ms.is_(None), writes).label("runs"))
        .join(link, link.c.call_id == call.c.id)
        .outerjoin(recording, recording.c.call_id == call.c.id)
        .where(link.c.case_id == case_id)
        .order_by(call.c.id)
    ).all()
    own = _entries(conn, f"case:{case_id}")
    chains = [(f"case:{case_id}", own)]
    chains += [(f"call:{row.id}", _entries(conn, f"call:{row.id}")) for row in calls]
    parts = conn.execute(
        select(part.c.call_id, part.c.id)
        .where(part.c.call_id.in_([row.id for row in calls]))
        .order_by(part.c.call_id, part.c.id)
    )
    return CaseEvidence(
        case_id,
        case.number,
        tuple(chains),
        tuple((row.call_id, row.id) for row in parts),
        _materials(conn, case_id, own),
        tuple(row.id for row in calls if row.runs),
    )


def enrolment_of(conn: Connection, key_id: str, signed: str) -> LoggedEntry:
    """The entry by which the key was enrolled, in this log or one before it, for whoever signs entries of
    the type `signed`: requests are signed by devices, all else by persons.

    Raises NotFound.
    """
    of_device = signed == device.REQUESTED_TYPE
    enrolled_type = device.ENROLLED_TYPE if of_device else act.ENROLLED_TYPE
    found = key_entry(conn, enrolled_type, key_id)
    if found is None:
        raise NotFound("no such key")
    return LoggedEntry(found.seq, found.body, found.log_index)


def known_package(conn: Connection, package_id: str) -> KnownPackage:
    """Raises NotFound."""
    row = conn.execute(
        select(schema_package.package).where(schema_package.package.c.id == package_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such package")
    return _known(row)


def packages_of(conn: Connection, case_id: str) -> tuple[KnownPackage, ...]:
    """Newest first."""
    table = schema_package.package
    rows = conn.execute(select(table).where(table.c.case_id == case_id).order_by(table.c.id.desc()))
    return tuple(_known(row) for row in rows)


def _known(row: Row[Any]) -> KnownPackage:
    return KnownPackage(
        row.id,
        row.case_id,
        Form(row.form),
        row.made_at_ms,
        tuple((str(chain), int(count)) for chain, count in row.chains),
        row.checkpoint,
        row.seal_seq,
        row.seal_checkpoint,
        row.instructions,
        row.time_stamp,
    )


def _entries(conn: Connection, chain: str) -> tuple[LoggedEntry, ...]:
    table = schema_log.entry
    rows = conn.execute(
        select(table.c.seq, table.c.body, table.c.log_index)
        .where(table.c.chain == chain)
        .order_by(table.c.seq)
    )
    return tuple(LoggedEntry(row.seq, row.body, row.log_index) for row in rows)


def _materials(
    conn: Connection, case_id: str, entries: tuple[LoggedEntry, ...]
) -> tuple[PackagedMaterial, ...]:
    table = schema_case.case_material
    rows = {
        row.id: row for row in conn.execute(select(table).where(table.c.case_id == case_id)).all()
    }
    found = []
    for entry in entries:
        facts = Entry.decode(entry.body).facts
        row = rows.get(str(facts.get("material")))
        if row is not None and facts.get("ciphertext_sha256") == row.ciphertext_sha256:
            found.append(
                PackagedMaterial(row.id, entry.seq, row.blob, row.ciphertext_sha256, row.media_type)
            )
    return tuple(found)
