"""Statements put together once: rows by name, lists as values, and what is asked ahead."""

import psycopg
import pytest
from sqlalchemy import bindparam, func, literal, select, update

from casework.store import schema_org as s
from casework.store.dialects import among, texts
from casework.store.engine import driver_of
from casework.store.prepared import Prepared, ahead
from scenes.case_scene import seeded_city

NAME = Prepared(select(s.staff.c.name).where(s.staff.c.number == bindparam("number")))
THOSE = Prepared(
    lambda conn: (
        select(s.staff.c.number, func.length(s.staff.c.name).label("letters"))
        .where(among(conn, s.staff.c.number, "numbers"))
        .order_by(s.staff.c.number)
    )
)
UNNAMED = Prepared(select(func.count(), literal("x")).select_from(s.staff))


@pytest.fixture
def numbers(store, k):
    """Of three members of staff, in order."""
    seeded_city(k)
    with store.reading() as conn:
        return list(conn.scalars(select(s.staff.c.number).order_by(s.staff.c.number).limit(3)))


@pytest.fixture
def asked(monkeypatch):
    """How often PostgreSQL was asked."""
    texts_asked = []
    execute = psycopg.Cursor.execute

    def told(self, text, *arguments, **named):
        texts_asked.append(str(text))
        return execute(self, text, *arguments, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", told)
    return texts_asked


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_any_length_is_one_value(store, numbers, count):
    wanted = numbers[:count]
    with store.reading() as conn:
        rows = THOSE.named(conn, numbers=texts(conn, [*wanted, "nobody", "a'b\"c{}"]))
    assert [row.number for row in rows] == wanted
    assert all(row.letters > 0 for row in rows)
    assert rows == [(row.number, row.letters) for row in rows]


def test_columns_without_a_name_are_rows_too(store, numbers):
    with store.reading() as conn:
        ((staff, letter),) = UNNAMED.named(conn)
    assert staff >= len(numbers)
    assert letter == "x"


def test_what_is_said_ahead_is_asked_once_and_answered_as_if_asked_now(store, numbers, asked):
    first, second, _ = numbers
    with store.reading() as conn:
        now = [NAME.rows(conn, number=one) for one in numbers]
    with store.reading() as conn:
        ahead(conn, (NAME, {"number": first}), (NAME, {"number": second}))
        assert NAME.rows(conn, number=first) == now[0]
        asked.clear()
        assert [NAME.rows(conn, number=one) for one in numbers[:2] * 2] == now[:2] * 2
        ahead(conn, (NAME, {"number": second}))
        assert asked == []
        assert NAME.rows(conn, number=numbers[2]) == now[2]
        assert len(asked) == (1 if conn.dialect.name == "postgresql" else 0)


def test_nothing_is_remembered_beyond_the_moment_that_a_reader_sees(store, writer, clerk, numbers):
    """The pool's lines are used again by whoever reads next."""
    number = numbers[0]

    def renamed(tx, name):
        tx.conn.execute(update(s.staff).where(s.staff.c.number == number).values(name=name))

    for turn in range(20):
        with store.reading() as conn:
            ahead(conn, (NAME, {"number": number}))
            before = NAME.one(conn, number=number)
            writer.run_sync(renamed, f"柜员{turn:02d}", actor=clerk)
            assert NAME.one(conn, number=number) == before
        with store.reading() as conn:
            assert NAME.one(conn, number=number) == (f"柜员{turn:02d}",)


def test_a_reader_that_failed_remembers_nothing(store, writer, clerk, numbers):
    number = numbers[0]
    with pytest.raises(ZeroDivisionError), store.reading() as conn:
        NAME.one(conn, number=number)
        raise ZeroDivisionError
    writer.run_sync(
        lambda tx, _: tx.conn.execute(
            update(s.staff).where(s.staff.c.number == number).values(name="柜员99")
        ),
        None,
        actor=clerk,
    )
    for _ in range(10):
        with store.reading() as conn:
            assert NAME.one(conn, number=number) == ("柜员99",)


def test_the_writer_reads_what_it_wrote(store, writer, clerk, numbers):
    number = numbers[0]

    def act(tx, _):
        ahead(tx.conn, (NAME, {"number": number}))
        before = NAME.one(tx.conn, number=number)
        tx.conn.execute(update(s.staff).where(s.staff.c.number == number).values(name="柜员98"))
        return before, NAME.one(tx.conn, number=number)

    before, after = writer.run_sync(act, None, actor=clerk)
    assert before != after == ("柜员98",)


def test_a_reader_of_everything_does_not_keep_everything(store, numbers):
    with store.reading() as conn:
        for number in range(1000):
            NAME.rows(conn, number=str(number))
        kept = getattr(driver_of(conn), "_answers", None) or {}
        assert len(kept) <= 300
