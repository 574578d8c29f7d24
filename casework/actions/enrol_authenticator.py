"""A member of staff makes a security key known as hers: W3C Web Authentication, section 7.1."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn import verify_registration_response
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException

from audit import act
from audit.act import KeyKind
from audit.assertion import RelyingParty
from audit.errors import MalformedError
from casework.actions.steps.key_enrolment import EnrolledKey, enrol
from casework.errors import InvalidInput
from casework.model.actor_key import AuthenticatorKey
from casework.store.tx import Tx

MAX_CREDENTIAL_ID = 1_023
"""Bytes (section 4, Credential ID)."""


@dataclass(frozen=True, slots=True)
class EnrolAuthenticator:
    """`origin` is the log's, `party` the site whose page asked. The others are what that page was
    given, in base64url.
    """

    origin: str
    party: RelyingParty
    credential: str
    attestation_object: str
    client_data: str


def enrol_authenticator(tx: Tx, command: EnrolAuthenticator) -> EnrolledKey:
    """Raises NotAllowed, InvalidInput, KeyTaken, KeyRevoked, TooManyKeys.

    No attestation is asked for, so nothing of this is signed, and a random challenge would protect
    nothing. The challenge says for whom and for which log the key was made; that she made it known is
    told by her sign-in and by the entry, which she sees in the list of her keys.
    """
    try:
        made = verify_registration_response(
            credential={
                "id": command.credential,
                "rawId": command.credential,
                "type": "public-key",
                "response": {
                    "attestationObject": command.attestation_object,
                    "clientDataJSON": command.client_data,
                },
            },
            expected_challenge=sha256(enrolment_bytes(command.origin, tx.actor.id)).digest(),
            expected_rp_id=command.party.id,
            expected_origin=command.party.web_origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier.ECDSA_SHA_256],
        )
        key = decoded_public_key_to_cryptography(
            decode_credential_public_key(made.credential_public_key)
        )
        if not isinstance(key, EllipticCurvePublicKey):
            raise MalformedError("not a P-256 key")
        public_key = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        act.check_public_key(public_key)
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(str(error), field="credential") from error
    if len(made.credential_id) > MAX_CREDENTIAL_ID:
        raise InvalidInput("the credential's id is too long", field="credential")
    held = AuthenticatorKey(command.party, made.credential_id, made.sign_count)
    return enrol(tx, command.origin, KeyKind.WEBAUTHN, public_key, held)


def enrolment_bytes(origin: str, actor_id: str) -> bytes:
    """What the challenge of an enrolment is the SHA-256 of."""
    return f"yunchuang/enrol/v1\n{origin}\n{actor_id}\n".encode()
