"""Tables of the catalogue: item versions are written once and never changed; drafts may."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table, Text, UniqueConstraint

from casework.store.base import metadata

# `content` is the canonical JSON of the whole version and `sha256` its hash, lower hex; the other
# columns repeat what lists and searches need. Of the versions of a code, the highest whose
# `effective_from` has come is in force; `closed_on` takes a version out of use without a successor.
item_version = Table(
    "item_version",
    metadata,
    Column("id", String(60), primary_key=True),  # CODE@VERSION
    Column("code", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("initials", String(120), nullable=False),
    Column("pinyin", String(500), nullable=False),
    Column("group_code", String(40), nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("closed_on", Date),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("published_by", String(26), nullable=False),
    Column("published_at_ms", BigInteger, nullable=False),
    UniqueConstraint("code", "version"),
)

# The next version of an item before it is published: at most one, and it may change.
item_draft = Table(
    "item_draft",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("saved_by", String(26), nullable=False),
    Column("saved_at_ms", BigInteger, nullable=False),
)
