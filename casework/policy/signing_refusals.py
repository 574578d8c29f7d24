"""Why a signature or its key is refused. Nothing was decided; the page asks again where that helps."""

from casework.errors import DomainError


class KeyUnknown(DomainError):
    """No such key of this actor is enrolled in this log: enrol it, then sign again."""

    code = "A-01"
    slug = "key_unknown"


class KeyRevoked(DomainError):
    """The key was revoked; it never holds again."""

    code = "A-02"
    slug = "key_revoked"


class KeyTaken(DomainError):
    """Somebody else enrolled this very key, or a window's device has it."""

    code = "A-03"
    slug = "key_taken"


class TooManyKeys(DomainError):
    """`details["limit"]` keys of this actor hold; one must be revoked first."""

    code = "A-04"
    slug = "too_many_keys"


class ChainMoved(DomainError):
    """The case's chain has another end than the one that was signed for: sign for the new one."""

    code = "A-05"
    slug = "chain_moved"


class SignatureInvalid(DomainError):
    """The signature does not verify over the entry that would be written."""

    code = "A-06"
    slug = "signature_invalid"


class CounterWentBack(DomainError):
    """The authenticator's counter stands where it stood, or lower: there may be a copy of it."""

    code = "A-08"
    slug = "counter_went_back"


class AuthenticatorMissing(DomainError):
    """This installation takes decisions signed by an authenticator only."""

    code = "A-09"
    slug = "authenticator_missing"


class NoRelyingParty(DomainError):
    """Security keys sign for an address of https that is no number; there is none here."""

    code = "A-10"
    slug = "no_relying_party"


class SignatureMissing(DomainError):
    """This installation takes signed decisions only."""

    code = "A-07"
    slug = "signature_missing"
