"""Keys with which members of staff sign what they decide."""

from dataclasses import dataclass
from enum import StrEnum

from audit.act import KeyKind


class SigningRule(StrEnum):
    """Whether decisions are signed by whoever takes them; set for the whole installation."""

    OFF = "off"
    OPTIONAL = "optional"
    """A browser that cannot sign decides all the same, and page and package say `unsigned`."""
    REQUIRED = "required"


class RevokeReason(StrEnum):
    LOST = "lost"
    LEFT = "left"
    DOUBTED = "doubted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class ActorKey:
    """`id` is the lower hex SHA-256 of `public_key` (SPKI, DER). Times are wall milliseconds."""

    origin: str
    id: str
    staff_id: str
    kind: KeyKind
    public_key: bytes
    entry_seq: int
    enrolled_at_ms: int
    used_at_ms: int | None
    revoked_at_ms: int | None
    reason: RevokeReason | None


@dataclass(frozen=True, slots=True)
class ActSignature:
    """What a page sends: the raw signature `asig` (base64, r and s) by key `akey`, made for the entry
    at `seq` after `prev` of the case's chain in the log `origin`.
    """

    origin: str
    akey: str
    asig: str
    seq: int
    prev: str
