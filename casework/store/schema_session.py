"""Tables of signing in: sessions by the hash of their token, and wrong passwords in a row.

A stolen database signs nobody in: the token itself is only in the browser's cookie. Sessions are
closed, not deleted.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from casework.store.base import metadata

ULID = String(26)

# A staff session has `staff_id` and `grant_id`, a citizen screen's has `screen_id`. What the actor
# may be is read from the grant or the screen at each request, so an end of either counts at once.
session = Table(
    "session",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("door", String(12), nullable=False),
    Column("staff_id", ULID, ForeignKey("staff.id")),
    Column("grant_id", ULID, ForeignKey("post_grant.id")),
    Column("screen_id", ULID, ForeignKey("citizen_screen.id")),
    Column("window_id", ULID, ForeignKey("window.id")),
    Column("opened_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
    Index("ix_session_staff", "staff_id", "closed_ms"),
)

# Survives a restart on purpose: otherwise a restart would give a guesser five more tries.
sign_in_guard = Table(
    "sign_in_guard",
    metadata,
    Column("staff_id", ULID, ForeignKey("staff.id"), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until_ms", BigInteger, nullable=False),
)
