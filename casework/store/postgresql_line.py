"""One connection to PostgreSQL: what only writes waits for the next statement that has an answer, and goes
to the server with it, in one way there and back.

Order is kept: whatever is executed, by SQLAlchemy too, goes behind what waits. A statement that fails
there is raised by the one it went with, and as every failure leaves the transaction to be rolled back to
its savepoint. Nothing waits over a commit; a rollback forgets what waits.
"""

from collections.abc import Sequence
from select import POLLIN, poll
from typing import Any

import psycopg
from psycopg.abc import Params
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

_BEGIN: tuple[str, Sequence[Any]] = ("BEGIN", ({},))
_SAVEPOINT: tuple[str, Sequence[Any]] = ("SAVEPOINT act", ({},))
_RELEASE = "RELEASE SAVEPOINT act"
_UNDO = "ROLLBACK TO SAVEPOINT act; RELEASE SAVEPOINT act"
_MOST_PREPARED = 500
"""Statements that the server keeps planned; the house has fewer, and none shall push another out."""

_MOST_ANSWERS = 300
"""Of one transaction; a case page asks some forty times. What reads all there is shall not keep all of it."""


class Line(psycopg.Connection[TupleRow]):
    """Made with `autocommit`: transactions begin by `begin`, and end as every connection's do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursor_factory = LineCursor
        self.prepared_max = _MOST_PREPARED
        self._waiting: list[tuple[str, Sequence[Any]]] = []
        self._cursors: dict[str, psycopg.Cursor[TupleRow]] = {}
        self._begun = False  # the server has heard of the transaction
        self._answers: dict[tuple[str, str], list[tuple[Any, ...]]] | None = None

    # --- what `casework.store.engine.Driver` says ------------------------------------------------

    def rows(self, text: str, values: Any) -> list[tuple[Any, ...]]:
        if self._answers is None:
            return self._done(text, values).fetchall()
        found = self._answers.get((text, str(values)))
        return (
            self._remember(text, values, self._done(text, values).fetchall())
            if found is None
            else found
        )

    def ahead(self, said: Sequence[tuple[str, Any]]) -> None:
        if self._answers is None:
            return
        new = [one for one in said if (one[0], str(one[1])) not in self._answers]
        for (text, values), rows in zip(new, self.ask(new), strict=True):
            self._remember(text, values, rows)

    def changed(self, text: str, values: Any) -> int:
        return self._done(text, values).rowcount

    def ask(self, said: Sequence[tuple[str, Any]]) -> list[list[tuple[Any, ...]]]:
        with self.pipeline():
            self.send_waiting()
            asked = [psycopg.Cursor(self).execute(text, values) for text, values in said]
        return [cursor.fetchall() for cursor in asked]

    def send(self, text: str, rows: Sequence[Any]) -> None:
        self._waiting.append((text, rows))

    def begin_act(self) -> None:
        self._waiting.append(_SAVEPOINT)

    def end_act(self) -> None:
        with self.pipeline():
            self.send_waiting()
            self._kept(_RELEASE).execute(_RELEASE)

    def undo_act(self) -> None:
        if _SAVEPOINT in self._waiting:  # nobody heard of this act; of others there may be
            del self._waiting[self._waiting.index(_SAVEPOINT) :]
            return
        self._waiting.clear()
        # Two statements cannot be planned as one, and the driver takes what it planned before a
        # rollback for gone.
        psycopg.Cursor(self).execute(_UNDO, prepare=False)

    @property
    def is_open(self) -> bool:
        """Whether the transaction still holds, or has yet to begin."""
        status = self.info.transaction_status
        if status is TransactionStatus.IDLE:
            return not self._begun
        return status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    @property
    def is_silent(self) -> bool:
        """Whether nothing came from the server that nobody asked for, its farewell above all. Raises
        psycopg.OperationalError when the line is known to be broken.
        """
        waits = poll()
        waits.register(self.fileno(), POLLIN)
        return not waits.poll(0)

    def remember(self) -> None:
        """For a line whose transactions see one moment and change nothing: what was asked in one of them is
        not asked again.
        """
        self._answers = {}

    # --- the connection as SQLAlchemy knows it ---------------------------------------------------

    def begin(self) -> None:
        """Goes with the first statement. The driver's own would be one more way there and back."""
        self._waiting.append(_BEGIN)

    def commit(self) -> None:
        self._forget()
        if self._waiting == [_BEGIN]:
            self._waiting.clear()  # nothing was asked
        if self._waiting:
            with self.pipeline():
                self.send_waiting()
        super().commit()
        self._begun = False

    def rollback(self) -> None:
        self._forget()
        self._waiting.clear()
        super().rollback()
        self._begun = False

    # --- below -----------------------------------------------------------------------------------

    @property
    def has_waiting(self) -> bool:
        return bool(self._waiting)

    def send_waiting(self) -> None:
        """In a pipeline, before what it is for."""
        waiting, self._waiting = self._waiting, []
        self._begun = self._begun or _BEGIN in waiting
        for text, rows in waiting:
            cursor = self._kept(text)
            for values in rows:
                cursor.execute(text, values or None)

    def _remember(
        self, text: str, values: Any, rows: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        if self._answers is not None and len(self._answers) < _MOST_ANSWERS:
            self._answers[text, str(values)] = rows
        return rows

    def _forget(self) -> None:
        if self._answers:
            self._answers.clear()

    def _done(self, text: str, values: Any) -> psycopg.Cursor[TupleRow]:
        cursor = self._kept(text)
        if not self._waiting:
            return cursor.execute(text, values)
        with self.pipeline():
            self.send_waiting()
            cursor.execute(text, values)
        return cursor

    def _kept(self, text: str) -> psycopg.Cursor[TupleRow]:
        """A cursor that has looked its values' types up already."""
        found = self._cursors.get(text)
        if found is None:
            found = self._cursors[text] = psycopg.Cursor(self)
        return found


class LineCursor(psycopg.Cursor[TupleRow]):
    """SQLAlchemy's: its statement goes behind what waits."""

    @property
    def _line(self) -> Line:
        line = self.connection
        assert isinstance(line, Line)  # noqa: S101 - for mypy: made by it alone
        return line

    def execute(self, query: Any, params: Params | None = None, **how: Any) -> "LineCursor":
        if not self._line.has_waiting:
            super().execute(query, params, **how)
            return self
        with self._line.pipeline():
            self._line.send_waiting()
            super().execute(query, params, **how)
        return self

    def executemany(self, query: Any, params_seq: Any, *, returning: bool = False) -> None:
        with self._line.pipeline():
            self._line.send_waiting()
            super().executemany(query, params_seq, returning=returning)
