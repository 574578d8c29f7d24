"""Fills an installation at rest with copies of its played cases, and moves it to PostgreSQL."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Table

from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from bench.audit.made_log import QuickDisk
from bench.desk.city import City
from bench.desk.copies import DAY_MS, TABLES, Copy, Model, Order, copy_of, read_model
from casework.calendar import day_of
from casework.data_dir import DataDir
from casework.keys.kek import Kek, read_kek
from casework.keys.key_file import KeyFile, KeyKind
from casework.keys.key_ring import KeyRing
from casework.log.setup import load_log_key
from casework.model.case import CaseState
from casework.store import migrate
from casework.store.base import all_tables
from casework.store.engine import open_store
from portal.doors import Door

WORK_IN_PROGRESS = {
    CaseState.DRAFT: 200,
    CaseState.ACCEPTED: 400,
    CaseState.RETURNED_TO_OUTLET: 100,
    CaseState.HANDED_BACK: 200,
}
"""Whatever the history: a city has so many cases under way, and ever more that are closed."""
_REFUSED_IN = 12
_HISTORY_DAYS = 730
_AT_ONCE = 1_000
_ENTRY = ("chain", "seq", "type", "t_ms", "leaf_hash", "body", "log_index")


@dataclass(frozen=True, slots=True)
class Filler:
    """What copies are made from; read once, before the first filling."""

    models: Sequence[Model]
    states: Mapping[CaseState, Sequence[int]]
    index_key: bytes
    kek: Kek


def read_models(data: DataDir, city: City, played: Mapping[tuple[str, CaseState], str]) -> Filler:
    clerk, reviewer = city.at(Door.CLERK)[0], city.at(Door.REVIEWER)[0]
    people = {
        clerk.id: "clerk",
        reviewer.id: "reviewer",
        clerk.outlet or "": "outlet",
        clerk.window or "": "window",
    }
    kek = read_kek(data.kek)
    file = KeyFile(data.keys, kek)
    with closing(KeyRing(file)) as keys:
        store = open_store(data.database_url)
        with store.reading() as conn:
            models = [read_model(conn, keys, case_id, people) for case_id in played.values()]
        store.close()
        index_key = file.key(KeyKind.INDEX, "blind-index")
    states: dict[CaseState, list[int]] = {}
    for number, (_, state) in enumerate(played):
        states.setdefault(state, []).append(number)
    return Filler(models, states, index_key, kek)


def fill(data: DataDir, city: City, filler: Filler, first: int, until: int) -> int:
    """Cases number `first` to `until` of the made-up history; how many entries they have."""
    orders = list(islice(_orders(city, filler), first, until))
    make = partial(_copies, filler)
    count = 0
    key = load_log_key(data.log_key)
    backend = FileLockBackend(data.checkpoint_store, disk=QuickDisk())
    with (
        ProcessPoolExecutor(2) as pool,
        closing(sqlite3.connect(data.database)) as db,
        closing(sqlite3.connect(data.keys)) as keys,
        MerkleLog.open(data.log, backend, key, disk=QuickDisk()) as log,
    ):
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-1500000")  # KiB: no page is written twice for want of room
        keys.execute("PRAGMA synchronous=OFF")
        chunks = [orders[at : at + _AT_ONCE] for at in range(0, len(orders), _AT_ONCE)]
        for copies in pool.map(make, chunks):
            count += _insert(db, keys, log, copies)
        db.commit()
        keys.commit()
        # As the database itself does while it is in service, and an import that long does not.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count


def _orders(city: City, filler: Filler) -> Iterator[Order]:
    """The same for every run. Work under way is of these days; what is closed goes back two years."""
    dice = Random(20)
    today_ms = max(model.began_ms for model in filler.models)
    clerks, reviewers = city.at(Door.CLERK), city.at(Door.REVIEWER)
    serials: dict[Any, int] = {}
    under_way = [state for state, count in WORK_IN_PROGRESS.items() for _ in range(count)]
    number = 0
    while True:
        if number < len(under_way):
            state, days = under_way[number], dice.uniform(0.1, 5)
        else:
            refused = dice.randrange(_REFUSED_IN) == 0
            state = CaseState.REFUSED if refused else CaseState.COMPLETED
            days = dice.uniform(0.1, _HISTORY_DAYS)
        clerk = dice.choice(clerks)
        at_ms = today_ms - int(days * DAY_MS)
        day = day_of(at_ms)
        serials[day] = serials.get(day, 500_000) + 1
        yield Order(
            model=dice.choice(filler.states[state]),
            outlet=clerk.outlet or "",
            window=clerk.window or "",
            clerk=clerk.id,
            reviewer=dice.choice(reviewers).id,
            day=day,
            at_ms=at_ms,
            serial=serials[day],
            seed=number,
        )
        number += 1


def _copies(filler: Filler, orders: Sequence[Order]) -> list[Copy]:
    return [
        copy_of(filler.models[order.model], order, filler.kek, filler.index_key) for order in orders
    ]


def _insert(
    db: sqlite3.Connection, keys: sqlite3.Connection, log: MerkleLog, copies: Sequence[Copy]
) -> int:
    leaves = [leaf for copy in copies for leaf in copy.leaves]
    indices = iter(log.append(leaves))
    for table in TABLES:
        columns = [column.name for column in table.columns]
        _many(db, table.name, columns, [row for copy in copies for row in copy.rows[table.name]])
    entries = [(*row, next(indices)) for copy in copies for row in copy.rows["entry"]]
    _many(db, "entry", _ENTRY, entries)
    for name, columns in (
        ("payload", ("chain", "seq", "field", "nonce", "ciphertext")),
        ("chain", ("chain", "next_seq", "head")),
        ("stream", ("stream", "last_seq")),
    ):
        _many(db, name, columns, [row for copy in copies for row in copy.rows[name]])
    keys.executemany("INSERT INTO key VALUES (?, ?, ?, ?, ?)", [copy.key for copy in copies])
    return len(leaves)


def _many(
    db: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    db.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - our own names


def on_postgresql(data: DataDir, url: str, folder: Path) -> DataDir:
    """A copy of the installation whose database is the empty one at `url`, row for row the same."""
    moved = DataDir(folder / "data")
    shutil.copytree(data.path, moved.path, symlinks=True)
    moved.database.unlink()
    moved.database_address.write_text(f"{url}\n", encoding="utf-8")
    moved.database_address.chmod(0o600)
    migrate.upgrade(url)
    with psycopg.connect(url) as target, closing(sqlite3.connect(data.database)) as db:
        for table in all_tables().sorted_tables:
            _move(db, target, table)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")  # as the server's own housekeeping does after a while
    return moved


def _move(db: sqlite3.Connection, target: psycopg.Connection, table: Table) -> None:
    columns = list(table.columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    booleans = [n for n, column in enumerate(columns) if isinstance(column.type, Boolean)]
    order = ' ORDER BY "position"' if "position" in table.columns else ""
    rows = db.execute(f'SELECT {names} FROM "{table.name}"{order}')  # noqa: S608 - our own names
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), sql.SQL(names))
    with target.cursor() as cursor, cursor.copy(copying) as copy:
        for row in rows:
            values = list(row)
            for n in booleans:
                values[n] = None if values[n] is None else bool(values[n])
            copy.write_row(values)
    if "position" in table.columns and table.name != "outbox_bookmark":
        target.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, 'position'),"
                " coalesce((SELECT max(position) FROM {}), 0) + 1)"
            ).format(sql.Literal(table.name), sql.Identifier(table.name))
        )
