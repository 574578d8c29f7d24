"""Filters that a person keeps under a name. They hold no personal data (`actions/save_filter`)."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from casework.store.base import metadata
from casework.store.schema_org import ULID

# `role` is the door at which it was saved: filters of one post are of no use to another.
saved_filter = Table(
    "saved_filter",
    metadata,
    Column("staff_id", ULID, ForeignKey("staff.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("query", String(500), nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
)
