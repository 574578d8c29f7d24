"""Databases of both kinds for tests: a file, or a new database of one server for the whole run."""

import atexit
import os
from functools import cache
from pathlib import Path

from casework.store.base import all_tables
from casework.store.engine import open_store

KINDS = ("sqlite", "postgresql")
USUAL = os.environ.get("YUNCHUANG_TEST_STORE", "sqlite")
"""What a test gets that does not ask; all of them run on PostgreSQL with `postgresql` here."""


def new_database(kind: str, folder: Path, *, empty: bool = False) -> str:
    """URL of a database with every table in it, or without any."""
    if kind == "postgresql":
        return _server().new_database(*(() if empty else (_template(),)))
    url = f"sqlite:///{folder / 'desk.sqlite3'}"
    if not empty:
        _make_tables(url)
    return url


@cache
def _server():
    from bench.postgres import Postgres

    server = Postgres(durable=False).start()
    atexit.register(server.stop)
    return server


@cache
def _template() -> str:
    """Tables are made once: a copy of a database is quicker than its tables."""
    url: str = _server().new_database()
    _make_tables(url)
    return url


def _make_tables(url: str) -> None:
    all_tables()
    store = open_store(url)
    store.create_all()
    store.close()
