"""A member of staff makes a browser's key known as hers; from then on it signs her decisions."""

from dataclasses import dataclass

from audit import act
from audit.act import KeyKind
from audit.errors import MalformedError
from audit.note import decode_base64
from casework.actions.steps.key_enrolment import EnrolledKey, enrol
from casework.errors import InvalidInput
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class EnrolKey:
    """`origin` is the log's; `public_key` SubjectPublicKeyInfo in base64."""

    origin: str
    public_key: str


def enrol_key(tx: Tx, command: EnrolKey) -> EnrolledKey:
    """Enrolling a key again that holds changes nothing.

    Raises NotAllowed, InvalidInput, KeyTaken, KeyRevoked, TooManyKeys.
    """
    try:
        public_key = decode_base64(command.public_key)
        act.check_public_key(public_key)
    except MalformedError as error:
        raise InvalidInput(str(error), field="public_key") from error
    return enrol(tx, command.origin, KeyKind.WEBCRYPTO_P256, public_key)
