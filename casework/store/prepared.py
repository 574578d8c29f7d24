"""Statements of every act, put together once for each kind of database.

SQLAlchemy builds a statement, finds its text by a key that it makes of it, and looks at each value and at
each row on its way: for the thirty statements of an act that is most of what the act costs. These go to
the driver as they are.

What only writes is sent by `send`, and nobody waits for it: PostgreSQL gets it together with the next
statement that has an answer, in one way there and back (`casework.store.postgresql`). What fails is
raised by that later statement, at the latest when the act ends, and undoes this act alone.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

from casework.store.engine import Values, driver_of

Statement: TypeAlias = Select[Any] | UpdateBase
Row: TypeAlias = tuple[Any, ...]


class Prepared:
    """`statement` may be a function that says it for one database. `names` are its values: of an
    insert the columns. They go to the driver as they are, and so do those of its rows, so they must be
    text, members of an enumeration of text, whole numbers, bytes or None.
    """

    def __init__(
        self, statement: Statement | Callable[[Connection], Statement], *names: str
    ) -> None:
        self._statement = statement
        self._names = names
        self._made: dict[str, _Text] = {}

    def rows(self, conn: Connection, **values: object) -> list[Row]:
        """What it selects or returns. Raises the driver's own errors."""
        made = self.text(conn)
        return driver_of(conn).rows(made.text, made.given(values))

    def named(self, conn: Connection, **values: object) -> list[Any]:
        """As `rows`, each a named tuple by the names of what is selected."""
        made = self.text(conn)
        return [made.row(*row) for row in driver_of(conn).rows(made.text, made.given(values))]

    def one(self, conn: Connection, **values: object) -> Row | None:
        """The first row, or None."""
        found = self.rows(conn, **values)
        return found[0] if found else None

    def changed(self, conn: Connection, **values: object) -> int:
        """How many rows it wrote."""
        made = self.text(conn)
        return driver_of(conn).changed(made.text, made.given(values))

    def send(self, conn: Connection, *rows: Mapping[str, object], **values: object) -> None:
        """Writes one row of `values`, or each of `rows`; see the module text."""
        made = self.text(conn)
        driver_of(conn).send(made.text, [made.given(row) for row in rows or (values,)])

    def text(self, conn: Connection) -> "_Text":
        return self._made.get(conn.dialect.name) or self._make(conn)

    def _make(self, conn: Connection) -> "_Text":
        said = self._statement
        statement = said if isinstance(said, Select | UpdateBase) else said(conn)
        compiled = statement.compile(dialect=conn.dialect, column_keys=list(self._names))
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for mypy: statements of data alone
        constants = {
            name: value
            for name, value in compiled.construct_params(_check=False).items()
            if value is not None
        }
        order = tuple(compiled.positiontup or ()) if compiled.positional else None
        names = [column.key for column in getattr(statement, "exported_columns", ())]
        made = self._made[conn.dialect.name] = _Text(
            compiled.string,
            order,
            constants,
            namedtuple("Row", names, rename=True),  # noqa: PYI024 - known when it runs
        )
        return made


@dataclass(frozen=True, slots=True)
class _Text:
    """`order` of the values, where they go by place; `constants` stand in the statement itself; `row` makes
    a named tuple of what it answers.
    """

    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, object]
    row: Callable[..., Any]

    def given(self, values: Mapping[str, object]) -> Values:
        whole = {
            name: value.value if isinstance(value, Enum) else value
            for name, value in {**self.constants, **values}.items()
        }
        return whole if self.order is None else tuple(whole[name] for name in self.order)


def ask(conn: Connection, *questions: tuple[Prepared, Mapping[str, object]]) -> list[list[Row]]:
    """The rows of each, all asked at once: none may need to know what another one found."""
    said = []
    for question, values in questions:
        made = question.text(conn)
        said.append((made.text, made.given(values)))
    return driver_of(conn).ask(said)


def ahead(conn: Connection, *questions: tuple[Prepared, Mapping[str, object]]) -> None:
    """Says what will be asked on this reading connection: it is asked at once, in one way there and back, and
    answered from memory when `rows`, `named` or `one` come by it. A reader sees one moment, so the
    answer is the same. Does nothing where a way costs nothing, or where things change.
    """
    said = []
    for question, values in questions:
        made = question.text(conn)
        said.append((made.text, made.given(values)))
    driver_of(conn).ahead(said)
