"""Table of the keys with which members of staff sign what they decide."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table

from casework.store.base import metadata

# A key belongs to one log: a successor log knows none of the old one's. `entry_seq` is the number of
# its `actor.key_enrolled` on the chain `log:ORIGIN`. Rows are never deleted; a revoked key stays revoked.
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
)
