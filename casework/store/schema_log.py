"""Tables of the log: chains and their entries, sealed values, events to publish, repeated calls."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from casework.store.base import metadata

# SQLite counts only INTEGER PRIMARY KEY columns by itself.
POSITION = BigInteger().with_variant(Integer, "sqlite")

# One row a chain; updating it is what serialises writers of that chain on PostgreSQL.
chain = Table(
    "chain",
    metadata,
    Column("chain", String(160), primary_key=True),
    Column("next_seq", BigInteger, nullable=False),
    Column("head", String(64)),  # leaf hash of the newest entry, lower hex
)

# Of the types of `audit.act` and `audit.device`. Literal, so that a query by it finds the index.
OF_KEYS = text(
    "type IN ('actor.key_enrolled', 'actor.key_revoked', 'device.key_enrolled', 'device.key_revoked')"
)

WAITING = text("log_index IS NULL")

# `position` is the commit order. `body` is the canonical JSON of evidence.md §2, the very bytes
# that become a leaf; rows are never updated except for `log_index`, which the sequencer fills.
entry = Table(
    "entry",
    metadata,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    Column("chain", String(160), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("type", String(80), nullable=False),
    Column("t_ms", BigInteger, nullable=False),
    Column("leaf_hash", String(64), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("log_index", BigInteger, unique=True),
    UniqueConstraint("chain", "seq"),
    Index("ix_entry_of_keys", "type", sqlite_where=OF_KEYS, postgresql_where=OF_KEYS),
    # What the sequencer looks for many times a second among all the entries that there ever were.
    Index("ix_entry_waiting", "position", sqlite_where=WAITING, postgresql_where=WAITING),
    sqlite_autoincrement=True,
)

# Plaintext of a committed value, encrypted under the key of its case or call. Its opening key is
# derived from the same key, so nothing else need be kept to disclose it.
payload = Table(
    "payload",
    metadata,
    Column("chain", String(160), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("field", String(80), primary_key=True),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)

# Numbers of one stream of events, from 1 without gaps.
stream = Table(
    "stream",
    metadata,
    Column("stream", String(160), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    Column("stream", String(160), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(80), nullable=False),
    Column("data", Text, nullable=False),  # JSON object; ids and states, no personal data
    Column("t_ms", BigInteger, nullable=False),
    UniqueConstraint("stream", "seq"),
    sqlite_autoincrement=True,
)

# How far a reader of the outbox has come (the pump, later each webhook).
outbox_bookmark = Table(
    "outbox_bookmark",
    metadata,
    Column("reader", String(80), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(80), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("action", String(160), nullable=False),
    Column("command_sha256", String(64), nullable=False),  # under the key of the blind index
    Column("result", Text, nullable=False),  # JSON; ids and numbers, no personal data
    Column("t_ms", BigInteger, nullable=False),
    Index("ix_idempotency_t_ms", "t_ms"),
)

# Gapless serial numbers that people read, such as the day's case numbers.
serial = Table(
    "serial",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("last", BigInteger, nullable=False),
)
