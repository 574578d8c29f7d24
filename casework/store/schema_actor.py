"""Table of the keys with which members of staff sign what they decide."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table

from casework.store.base import metadata

# `origin` is the log for which a key signs: a log that takes the place of another takes over the keys of
# authenticators, a browser's key ends with its log. `entry_seq` is the number of the key's `actor.key_enrolled` on the chain of the log that it was enrolled
# in. Rows are never deleted; a revoked key stays revoked.
actor_key = Table(
    "actor_key",
    metadata,
    Column("origin", String(160), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("staff_id", String(26), ForeignKey("staff.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),  # audit.act.KeyKind
    Column("public_key", LargeBinary(200), nullable=False),  # SubjectPublicKeyInfo, DER
    Column("entry_seq", BigInteger, nullable=False),
    Column("enrolled_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
    Column("revoked_by", String(40)),
    Column("reason", String(20)),  # casework.model.actor_key.RevokeReason
    # Of an authenticator's key alone (audit.assertion): for which pages it signs, by which
    # handle it finds the key, and its counter as it told last.
    Column("rp_id", String(253)),
    Column("web_origin", String(300)),
    Column("credential_id", LargeBinary(1_023)),
    Column("counter", BigInteger),
)
