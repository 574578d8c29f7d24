"""Destruction of keys: who asked, who confirmed, and the certificate (casework.model.erasure)."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    String,
    Table,
)

from casework.store.base import metadata

erasure = Table(
    "erasure",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("case_id", String(26), ForeignKey("cases.id"), nullable=False, index=True),
    Column("reason", String(30), nullable=False),
    Column("status", String(12), nullable=False),
    Column("requested_by", String(40), nullable=False),
    Column("requested_at_ms", BigInteger, nullable=False),
    Column("requested_seq", BigInteger, nullable=False),
    Column("not_before_ms", BigInteger, nullable=False),
    Column("confirmed_by", String(40)),
    Column("confirmed_at_ms", BigInteger),
    Column("confirmed_seq", BigInteger),
    Column("calls", JSON, nullable=False),
    Column("done_at_ms", BigInteger),
    Column("certificate", LargeBinary),
)
