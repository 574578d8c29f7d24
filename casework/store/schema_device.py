"""Table of the devices from which windows ask for calls."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table

from casework.store.base import metadata

# A key belongs to one log, whose checkpoints the device keeps: for a successor log a window's browser
# makes another and counts from one. A row without `entry_seq` waits for a duty lead;
# `entry_seq` is the number of its `device.key_enrolled` on the chain `log:ORIGIN`. Rows of enrolled
# devices are never deleted; a revoked one stays revoked.
device_key = Table(
    "device_key",
    metadata,
    Column("origin", String(160), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("window_id", String(26), ForeignKey("window.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),  # audit.act.KeyKind
    Column("public_key", LargeBinary(200), nullable=False),  # SubjectPublicKeyInfo, DER
    Column("asked_by", String(40), nullable=False),
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("entry_seq", BigInteger),
    Column("enrolled_by", String(40)),
    Column("enrolled_at_ms", BigInteger),
    Column("last", BigInteger, nullable=False),
    Column("last_call", String(64)),
    Column("used_at_ms", BigInteger),
    Column("revoked_by", String(40)),
    Column("revoked_at_ms", BigInteger),
    Column("reason", String(20)),  # casework.model.actor_key.RevokeReason
)
