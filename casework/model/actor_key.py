"""Keys with which members of staff sign what they decide."""

from dataclasses import dataclass
from enum import StrEnum

from audit.act import KeyKind
from audit.assertion import RelyingParty


class SigningRule(StrEnum):
    """Whether decisions are signed by whoever takes them; set for the whole installation."""

    OFF = "off"
    OPTIONAL = "optional"
    """A browser that cannot sign decides all the same, and page and package say `unsigned`."""
    REQUIRED = "required"
    REQUIRED_WEBAUTHN = "required_webauthn"
    """By an authenticator; a key in a browser's store is not enough."""

    @property
    def must_sign(self) -> bool:
        return self in {SigningRule.REQUIRED, SigningRule.REQUIRED_WEBAUTHN}


class RevokeReason(StrEnum):
    LOST = "lost"
    LEFT = "left"
    DOUBTED = "doubted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class AuthenticatorKey:
    """What else is known of a key that an authenticator holds. It finds the key by `credential_id`;
    `counter` is what it told last (0 for ever where it does not count).
    """

    party: RelyingParty
    credential_id: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class ActorKey:
    """`id` is the lower hex SHA-256 of `public_key` (SPKI, DER). Times are wall milliseconds.
    `authenticator` is None for a key in a browser's store.
    """

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
    authenticator: AuthenticatorKey | None = None


@dataclass(frozen=True, slots=True)
class ActSignature:
    """What a page sends: the signature `asig` by key `akey`, made for the entry at `seq` after `prev` of
    the case's chain in the log `origin`. Its form is that of the key's kind: r and s in base64, or an
    `audit.assertion.Assertion`.
    """

    origin: str
    akey: str
    asig: str
    seq: int
    prev: str
