"""Tables of intake platforms and of what they handed over. Times are wall milliseconds.

What a launch filled in stands in none of them in the clear: until it is opened it lies sealed in
`launch.ciphertext` under a key that nobody has without the link (`KeyRing.launch_handle`), afterwards in
the case's own entries.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from casework.store.base import metadata

ULID = String(26)

# `issuer` is what the platform calls itself in `iss`; it stays for ever.
platform = Table(
    "platform",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("issuer", String(120), nullable=False, unique=True),
    Column("opened_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
)

# Old and new key hold side by side until the old one's end. `jwk` is canonical JSON, public members only.
platform_key = Table(
    "platform_key",
    metadata,
    Column("platform_id", ULID, ForeignKey("platform.id"), primary_key=True),
    Column("kid", String(80), primary_key=True),
    Column("jwk", Text, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
)

platform_outlet = Table(
    "platform_outlet",
    metadata,
    Column("platform_id", ULID, ForeignKey("platform.id"), primary_key=True),
    Column("outlet_id", ULID, ForeignKey("outlet.id"), primary_key=True),
    Column("from_ms", BigInteger, nullable=False),
)

# Where the platform's fields belong in an item (casework.launch.mapping).
platform_mapping = Table(
    "platform_mapping",
    metadata,
    Column("platform_id", ULID, ForeignKey("platform.id"), primary_key=True),
    Column("item_code", String(40), primary_key=True),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("saved_by", ULID, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
)

# One row a launch until its link runs out. `jti_index` is a blind index; `handle_sha256` finds the row by
# the link, which is kept nowhere. `ciphertext` goes when the case is opened.
launch = Table(
    "launch",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("platform_id", ULID, ForeignKey("platform.id"), nullable=False),
    Column("kid", String(80), nullable=False),
    Column("jti_index", String(64), nullable=False),
    Column("token_sha256", String(64), nullable=False),
    Column("handle_sha256", String(64), nullable=False, unique=True),
    Column("outlet_id", ULID, ForeignKey("outlet.id"), nullable=False),
    Column("window_id", ULID, ForeignKey("window.id")),
    Column("staff_id", ULID, ForeignKey("staff.id")),
    Column("item_code", String(40), nullable=False),
    Column("nonce", LargeBinary),
    Column("ciphertext", LargeBinary),
    Column("received_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("opened_ms", BigInteger),
    Column("opened_by", ULID),
    Column("case_id", ULID, ForeignKey("cases.id")),
    UniqueConstraint("platform_id", "jti_index"),
    Index("ix_launch_until", "until_ms"),
)

# A case that came by a launch: `entry_seq` is the entry of its chain that carries what was handed over.
case_launch = Table(
    "case_launch",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("platform_id", ULID, ForeignKey("platform.id"), nullable=False),
    Column("launch_id", ULID, nullable=False),
    Column("entry_seq", BigInteger, nullable=False),
)
