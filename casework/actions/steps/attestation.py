"""Holding an actor's signature against the very entry that is about to be written. Not an action."""

from sqlalchemy import update

from audit import act
from audit.entry import Entry
from audit.errors import MalformedError, SignatureError
from audit.note import decode_base64
from casework.model.actor_key import ActSignature
from casework.policy.signing_refusals import ChainMoved, KeyRevoked, KeyUnknown, SignatureInvalid
from casework.store import schema_actor as s
from casework.store.tx import Attest, Tx
from casework.views.actor_keys import actor_key


def attestation(tx: Tx, signature: ActSignature | None) -> Attest | None:
    """What `Tx.entry` asks for `akey` and `asig`; None for an act that nobody signed.

    It raises KeyUnknown, KeyRevoked, ChainMoved or SignatureInvalid, and then nothing is written.
    """
    if signature is None:
        return None

    def attest(entry: Entry) -> tuple[str, str]:
        key = actor_key(tx.conn, signature.origin, signature.akey)
        if key is None or key.staff_id != tx.actor.id:
            raise KeyUnknown
        if key.revoked_at_ms is not None:
            raise KeyRevoked
        if (entry.seq, entry.prev) != (signature.seq, signature.prev):
            raise ChainMoved
        try:
            raw = decode_base64(signature.asig)
            act.check_signature(key.public_key, raw, act.signed_bytes(signature.origin, entry))
        except (MalformedError, SignatureError) as error:
            raise SignatureInvalid from error
        tx.conn.execute(
            update(s.actor_key)
            .where(s.actor_key.c.origin == key.origin, s.actor_key.c.id == key.id)
            .values(used_at_ms=tx.now_ms)
        )
        return signature.akey, signature.asig

    return attest
