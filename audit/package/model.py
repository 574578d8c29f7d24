"""What goes into a package, as plain values; reading them from database and log is the caller's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from audit.canonical import JsonValue
from audit.package.instructions import NEWEST

SEAL_TYPE = "package.sealed"
"""Type of the entry that seals a package; its facts come from `Prepared.seal_facts`."""


class Form(StrEnum):
    SEALED = "sealed"
    """Ciphertext: whole and provable without showing anything."""
    ARCHIVE = "archive"
    """归档: readable media and papers, part keys, opened commitments."""


class AttachmentForm(StrEnum):
    CIPHERTEXT = "ciphertext"
    """Bound by the entry's fact `ciphertext_sha256`."""
    PLAIN = "plain"
    """Bound by the entry's commitment `sha256`, which `Contents.openings` must open."""


@dataclass(frozen=True, slots=True)
class ChainSlice:
    """A chain from seq 0 on: the leaves as logged and the `.tlog-proof` of each, all under
    `Contents.checkpoint`. The case's own chain ends where the seal is to stand; a call's chain
    goes as far as the log does.
    """

    chain: str
    leaves: tuple[bytes, ...]
    proofs: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RecordedPart:
    """One part of a recording on disk (docs/recording-format.md). Only whole records and the
    segments they name are exported. `bin` is None when the call's key was destroyed;
    `call_key` is needed in the archive form.
    """

    call: str
    part: str
    bin: Path | None
    tsv: Path
    call_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A material or paper. `folder` is `materials` or `papers`; (`chain`, `seq`) is the entry that
    binds the content, which is None when the key it was under was destroyed.
    """

    folder: str
    name: str
    content: bytes | Path | None
    chain: str
    seq: int
    form: AttachmentForm


@dataclass(frozen=True, slots=True)
class Opening:
    """A disclosed commitment; `key` is what `audit.commitment.derive` gave."""

    chain: str
    seq: int
    field: str
    key: bytes
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The logged entry that made known the key (by id) which signed an entry of the package, and its
    `.tlog-proof` under `Contents.checkpoint`.
    """

    key: str
    leaf: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """One of the entries that the log begins with, and its `.tlog-proof` under
    `Contents.checkpoint`.
    """

    leaf: bytes
    proof: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything of a package but its seal.

    checkpoint   the signed note under which every proof of `chains` stands.
    vkeys        log and witness keys, told for convenience; nobody may trust them from here.
    policy       a C2SP tlog-policy, told likewise.
    beginning    the log's first entries: the `log.successor` of every log before it, and the one after
                 them, which shows that there were no more.
    salt         32 bytes, see `audit.package.prepare.derive_salt`.
    statement    what the operator says about the case; a verifier believes none of it.
    time_stamp   RFC 3161 response over `checkpoint`.
    instructions the version of `VERIFY.md` and `verify.sh`.
    """

    package_id: str
    case_id: str
    case_number: str
    form: Form
    origin: str
    chains: tuple[ChainSlice, ...]
    checkpoint: bytes
    salt: bytes = field(repr=False)
    parts: tuple[RecordedPart, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    openings: tuple[Opening, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    beginning: tuple[ProvedEntry, ...] = ()
    vkeys: tuple[str, ...] = ()
    policy: str = "quorum none\n"
    statement: Mapping[str, JsonValue] = field(default_factory=dict)
    time_stamp: bytes | None = None
    instructions: int = NEWEST
