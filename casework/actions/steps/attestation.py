"""Holding an actor's signature against the very entry that is about to be written. Not an action."""

from sqlalchemy import update

from audit import act, assertion
from audit.entry import Entry
from audit.errors import MalformedError, SignatureError
from audit.note import decode_base64
from casework.model.actor_key import ActorKey, ActSignature, SigningRule
from casework.policy.signing_refusals import (
    AuthenticatorMissing,
    ChainMoved,
    CounterWentBack,
    KeyRevoked,
    KeyUnknown,
    SignatureInvalid,
)
from casework.store import schema_actor as s
from casework.store.tx import Attest, Tx
from casework.views.actor_keys import actor_key


def attestation(
    tx: Tx, signature: ActSignature | None, rule: SigningRule = SigningRule.OPTIONAL
) -> Attest | None:
    """What `Tx.entry` asks for `akey` and `asig`; None for an act that nobody signed.

    It raises KeyUnknown, KeyRevoked, AuthenticatorMissing, ChainMoved, SignatureInvalid or
    CounterWentBack, and then nothing is written.
    """
    if signature is None:
        return None

    def attest(entry: Entry) -> tuple[str, str]:
        key = actor_key(tx.conn, signature.origin, signature.akey)
        if key is None or key.staff_id != tx.actor.id:
            raise KeyUnknown
        if key.revoked_at_ms is not None:
            raise KeyRevoked
        if rule is SigningRule.REQUIRED_WEBAUTHN and key.authenticator is None:
            raise AuthenticatorMissing
        if (entry.seq, entry.prev) != (signature.seq, signature.prev):
            raise ChainMoved
        message = act.signed_bytes(signature.origin, entry)
        try:
            counter = _checked(key, signature.asig, message)
        except (MalformedError, SignatureError) as error:
            raise SignatureInvalid from error
        tx.conn.execute(
            update(s.actor_key)
            .where(s.actor_key.c.origin == key.origin, s.actor_key.c.id == key.id)
            .values(used_at_ms=tx.now_ms, counter=counter)
        )
        return signature.akey, signature.asig

    return attest


def _checked(key: ActorKey, asig: str, message: bytes) -> int | None:
    """The authenticator's counter. Raises MalformedError, SignatureError, CounterWentBack.

    The row is written with the entry, so in the log a counter never goes back: what a verifier finds
    there was written past this check.
    """
    held = key.authenticator
    if held is None:
        act.check_signature(key.public_key, decode_base64(asig), message)
        return None
    counter = assertion.check_assertion(key.public_key, asig, message, held.party)
    if not assertion.has_gone_on(counter, held.counter):
        raise CounterWentBack
    return counter
