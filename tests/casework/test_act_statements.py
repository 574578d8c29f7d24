"""How often an act asks its database: every question is a wait during which nobody else can write.

A limit that is passed is no fault by itself, but somebody should have meant it.
"""

import pytest

from casework.actions.open_case import OpenCase, open_case
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.take_next import TakeNext, take_next
from casework.actions.view_case import ViewCase, view_case
from casework.ids import new_id
from casework.store import postgresql_line
from scenes.case_scene import DESK_ITEM

MOST = {
    "sqlite": {"open": 26, "take": 29, "release": 28, "view": 16},
    "postgresql": {"open": 7, "take": 8, "release": 7, "view": 5},
}
"""From BEGIN to COMMIT: statements of SQLite, ways to PostgreSQL and back."""
WAYS = ("rows", "changed", "ask", "end_act", "commit")


@pytest.fixture
def asked(store, monkeypatch):
    """What the writer asks, from now on."""
    said = []
    if store.url.get_backend_name() == "sqlite":
        connection = store.write_engine.raw_connection()
        connection.driver_connection.set_trace_callback(said.append)
        yield said
        connection.driver_connection.set_trace_callback(None)
        return

    def count(kind, name):
        real = getattr(kind, name)

        def counted(self, *args, **kwargs):
            if self is line or getattr(self, "connection", None) is line:
                said.append((name, *args))
            return real(self, *args, **kwargs)

        monkeypatch.setattr(kind, name, counted)

    line = store.write_engine.raw_connection().driver_connection
    for name in WAYS:
        count(postgresql_line.Line, name)
    count(postgresql_line.LineCursor, "execute")
    count(postgresql_line.LineCursor, "executemany")
    yield said


def test_an_act_asks_its_database_no_more_often_than_it_was_meant_to(desk, store, asked):
    case_id = desk.accepted()
    found = {}

    def count(name, action, command, actor):
        asked.clear()
        result = desk.kernel.writer.run_sync(action, command, actor=actor, idempotency_key=new_id())
        found[name] = list(asked)
        return result

    count("open", open_case, OpenCase(DESK_ITEM), desk.clerk)
    assert count("take", take_next, TakeNext(), desk.reviewer).case_id == case_id
    count("release", release_case, ReleaseCase(case_id), desk.reviewer)
    count("view", view_case, ViewCase(case_id, "例行抽查"), desk.city.actors["lead"])
    most = MOST[store.url.get_backend_name()]
    more = {name: said for name, said in found.items() if not 3 < len(said) <= most[name]}
    assert not more, {name: len(said) for name, said in found.items()}
