"""The few expressions that SQLite and PostgreSQL write differently."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Upsert = sqlite.Insert | postgresql.Insert


class _BytePosition(FunctionElement[int]):
    """Where the second bytes begin in the first, from 1; 0 when they stand nowhere."""

    type = Integer()
    inherit_cache = True


@compiles(_BytePosition, "sqlite")
def _instr(element: _BytePosition, compiler: SQLCompiler, **kw: Any) -> str:
    whole, part = element.clauses
    return f"instr({compiler.process(whole, **kw)}, {compiler.process(part, **kw)})"


@compiles(_BytePosition, "postgresql")
def _position(element: _BytePosition, compiler: SQLCompiler, **kw: Any) -> str:
    whole, part = element.clauses
    return f"position({compiler.process(part, **kw)} IN {compiler.process(whole, **kw)})"


def holds_bytes(column: ColumnElement[bytes], part: bytes) -> ColumnElement[bool]:
    """Whether `part` stands somewhere in the bytes of `column`."""
    return _BytePosition(column, literal(part, LargeBinary())) > 0


def among(connection: Connection, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the texts of the value `name`, made by `texts`: a statement of one text for
    lists of every length, so that it is planned once.
    """
    if connection.dialect.name == "postgresql":
        return column == any_(cast(bindparam(name), postgresql.ARRAY(Text)))
    return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))


def texts(connection: Connection, those: Iterable[str]) -> object:
    """The value for `among`."""
    return list(those) if connection.dialect.name == "postgresql" else json.dumps([*those])


def upsert(connection: Connection, table: Table) -> Upsert:
    """An INSERT that knows `on_conflict_do_update`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
