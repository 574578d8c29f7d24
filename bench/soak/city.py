"""A city in which four windows can talk to four reviewers at once, each window with a tablet."""

import contextlib
import sqlite3
from pathlib import Path

from bench.live.node import make_city
from bench.live.people import Party
from casework.data_dir import DataDir
from casework.ids import new_id
from casework.model.outlet import WindowProfile

PARTIES = (
    Party("101", "2号窗口", "01"),
    Party("102", "1号窗口", "02"),
    Party("201", "2号窗口", "03"),
    Party("202", "1号窗口", "04"),
)


def make_large_city(folder: Path) -> Path:
    """The made-up city with one more reviewer."""
    city = make_city(folder)
    with contextlib.closing(sqlite3.connect(DataDir(city).database)) as db, db:
        db.execute("UPDATE window SET profile = ?", (WindowProfile.TABLET.value,))
        (model,) = db.execute("SELECT id FROM staff WHERE number = '02'").fetchone()
        person = new_id()
        _copy(
            db, "staff", {"id": model}, id=person, number="04", name="审核员04", login="reviewer4"
        )
        for table in ("post_grant", "certificate"):
            _copy(db, table, {"staff_id": model}, staff_id=person)
    return city


def _copy(db: sqlite3.Connection, table: str, of: dict[str, str], **changed: str) -> None:
    """Copies the rows in which `of` holds, under new ids and with `changed` columns."""
    (column, value), *_ = of.items()
    found = db.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))  # noqa: S608  (our own words)
    names = [description[0] for description in found.description]
    for row in found.fetchall():
        values = {**dict(zip(names, row, strict=True)), "id": new_id(), **changed}
        marks = ", ".join("?" for _ in values)
        columns = ", ".join(values)
        db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
