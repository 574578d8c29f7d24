"""How often a list asks its database: as often for many lines as for one."""

import psycopg
import pytest

from casework.model.masking import mask_name
from casework.store.schema_case import cases
from casework.views.case_lines import case_lines
from casework.views.lists.case_filter import CaseFilter
from casework.views.lists.case_list import list_page
from casework.views.pool import pool_list
from scenes.case_scene import DESK_ITEM


@pytest.fixture
def count(store, monkeypatch):
    """Runs a view and says what it found and how many statements that took."""
    said = []

    def spied(cls, name):
        was = getattr(cls, name)

        def told(self, text, *arguments, **named):
            said.append(text)
            return was(self, text, *arguments, **named)

        monkeypatch.setattr(cls, name, told)

    spied(psycopg.Cursor, "execute")

    def do(view, *arguments):
        with store.reading() as conn:
            driver = conn.connection.dbapi_connection
            if conn.dialect.name == "sqlite":
                driver.set_trace_callback(said.append)
            said.clear()
            try:
                return view(conn, *arguments), len(said)
            finally:
                if conn.dialect.name == "sqlite":
                    driver.set_trace_callback(None)

    return do


def test_many_lines_ask_no_more_than_one(desk, count, clock):
    keys, now_ms = desk.kernel.keys, clock.wall_ms()
    here = desk.case(desk.accepted(DESK_ITEM)).outlet_id
    lists = {
        "lines": (case_lines, keys, cases.c.outlet_id == here),
        "pool": (pool_list, keys, desk.reviewer.id, now_ms),
        "page": (list_page, keys, desk.clerk, CaseFilter(), now_ms),
    }
    few = {name: count(*asked) for name, asked in lists.items()}
    for _ in range(4):
        desk.accepted(DESK_ITEM)
    many = {name: count(*asked) for name, asked in lists.items()}
    for name, (found, statements) in many.items():
        lines = found.lines if name == "page" else found
        assert (len(lines), statements) == (5, few[name][1]), name
        assert 0 < statements < 10, name
        assert {line.applicant for line in lines} == {mask_name("群众甲")}
