"""Tables of an outlet's day: who sits where, and what was tried before the window opened."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, String, Table

from casework.store.base import metadata

ULID = String(26)

roster = Table(
    "roster",
    metadata,
    Column("window_id", ULID, ForeignKey("window.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("staff_id", ULID, ForeignKey("staff.id"), nullable=False),
    Column("set_by", ULID, nullable=False),
    Column("set_ms", BigInteger, nullable=False),
    Index("uq_roster_staff_id_day", "staff_id", "day", unique=True),
)

opening_check = Table(
    "opening_check",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("window_id", ULID, ForeignKey("window.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(10), nullable=False),  # casework.model.organisation.OpeningCheck
    Column("passed", Boolean, nullable=False),
    Column("noted_by", ULID, nullable=False),
    Column("noted_ms", BigInteger, nullable=False),
    Index("ix_opening_check_window_id_day", "window_id", "day"),
)
