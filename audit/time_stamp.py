"""RFC 3161 time-stamps: the question to an authority, and what of its answer belongs to it.

The authority's signature is not checked here. That takes its certificates, which come from outside
(`openssl ts -verify`, docs/evidence.md); what is checked is that this is the answer to this question.
Time-stamp responses are DER (RFC 3161 3.4), so nothing looser is read.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from audit.errors import AuditError, MalformedError

MAX_RESPONSE = 65_536
_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_SIGNED_DATA = ObjectIdentifier("1.2.840.113549.1.7.2")
_TST_INFO = ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
_GRANTED = frozenset({0, 1})
"""PKIStatus granted and grantedWithMods; what was modified shows in the token (RFC 3161 2.4.2)."""


class NotGrantedError(AuditError):
    """The authority says no; the message has its PKIStatus."""


class OtherStampError(AuditError):
    """A token that answers another question: other data, or another nonce."""


@asn1.sequence
class _Algorithm:
    algorithm: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Imprint:
    algorithm: _Algorithm
    digest: bytes


@asn1.sequence
class _Request:
    """TimeStampReq (2.4.1); policy and extensions are left to the authority."""

    version: int
    imprint: _Imprint
    nonce: int
    wants_certificate: Annotated[bool, asn1.Default(False)]


@asn1.sequence
class _Accuracy:
    seconds: int | None
    millis: Annotated[int | None, asn1.Implicit(0)]
    micros: Annotated[int | None, asn1.Implicit(1)]


@asn1.sequence
class _Info:
    """TSTInfo (2.4.2). `authority` is an explicitly tagged GeneralName, read as a list of one."""

    version: int
    policy: ObjectIdentifier
    imprint: _Imprint
    serial: int
    time: asn1.GeneralizedTime
    accuracy: _Accuracy | None
    ordering: Annotated[bool, asn1.Default(False)]
    nonce: int | None
    authority: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class _Encapsulated:
    type: ObjectIdentifier
    content: Annotated[bytes, asn1.Explicit(0)]


@asn1.sequence
class _SignedData:
    """RFC 5652 5.1. Certificates are a list, not a set: not everybody sorts them."""

    version: int
    digest_algorithms: asn1.SetOf[asn1.TLV]
    encapsulated: _Encapsulated
    certificates: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    crls: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.SetOf[asn1.TLV]


@asn1.sequence
class _Token:
    type: ObjectIdentifier
    signed: Annotated[_SignedData, asn1.Explicit(0)]


@asn1.sequence
class _Status:
    status: int
    text: list[str] | None
    failure: asn1.BitString | None


@asn1.sequence
class _Response:
    status: _Status
    token: _Token | None


@dataclass(frozen=True, slots=True)
class Question:
    """A request for a time-stamp over `data`."""

    data: bytes
    nonce: int = field(default_factory=lambda: secrets.randbits(63) | 1)

    def encode(self) -> bytes:
        """TimeStampReq in DER: SHA-256, with the nonce, and the certificate is to come along."""
        algorithm = _Algorithm(algorithm=_SHA256, parameters=asn1.Null())
        imprint = _Imprint(algorithm=algorithm, digest=sha256(self.data).digest())
        return asn1.encode_der(
            _Request(version=1, imprint=imprint, nonce=self.nonce, wants_certificate=True)
        )

    def accept(self, response: bytes) -> int:
        """The time in the token, POSIX milliseconds.

        Raises MalformedError for what is no response, NotGrantedError, and OtherStampError when it
        is not for this data or this nonce.
        """
        info = _read(response)
        if info.nonce != self.nonce:
            raise OtherStampError("the time-stamp answers another nonce")
        return _time_over(info, self.data)


def stamped_ms(response: bytes, data: bytes) -> int:
    """The time in a response that was kept. Raises as `Question.accept` does."""
    return _time_over(_read(response), data)


def _read(response: bytes) -> _Info:
    if len(response) > MAX_RESPONSE:
        raise MalformedError(f"a time-stamp response longer than {MAX_RESPONSE} bytes")
    try:
        answer = asn1.decode_der(_Response, response)
        if answer.status.status not in _GRANTED:
            raise NotGrantedError(f"no time-stamp was granted: PKIStatus {answer.status.status}")
        if answer.token is None:
            raise MalformedError("a granted time-stamp response without a token")
        content = answer.token.signed.encapsulated
        if (answer.token.type, content.type) != (_SIGNED_DATA, _TST_INFO):
            raise MalformedError("the token is no time-stamp")
        return asn1.decode_der(_Info, content.content)
    except MalformedError:
        raise
    except ValueError as error:
        raise MalformedError("not a time-stamp response in DER") from error


def _time_over(info: _Info, data: bytes) -> int:
    imprint = info.imprint
    if (imprint.algorithm.algorithm, imprint.digest) != (_SHA256, sha256(data).digest()):
        raise OtherStampError("the time-stamp is over something else")
    return round(info.time.as_datetime().replace(tzinfo=UTC).timestamp() * 1000)
