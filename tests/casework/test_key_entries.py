"""Keys as the log's entries enrolled and revoked them, whatever stands in the tables."""

import pytest
from sqlalchemy import insert, select

from audit import act
from audit.entry import Entry
from casework.store import schema_log as s
from casework.views import key_entries as view
from casework.views.key_entries import (
    is_enrolled_somewhere,
    key_entries,
    key_entries_of,
    key_entry,
)
from casework.views.package_contents import enrolment_of
from scenes.signing import ORIGIN, Browser
from scenes.window_device import WindowDevice


@pytest.fixture
def browser(k, desk) -> Browser:
    return Browser(k, desk.reviewer, 5)


def told(k):
    with k.store.reading() as conn:
        return key_entries(conn, act.ENROLLED_TYPE)


def written(k, by, type_: str, **facts) -> None:
    """An entry of somebody who writes past the desk's acts."""

    def write(tx, _command) -> None:
        tx.entry(type_, f"log:{ORIGIN}", plain=facts)

    k.writer.run_sync(write, None, actor=by)


def test_the_first_enrolment_counts_and_what_revokes_it_afterwards(k, desk, browser, clock):
    other = desk.city.actors["reviewer2"]
    written(k, other, act.REVOKED_TYPE, key=browser.id)
    browser.enrol()
    assert told(k)[browser.id].revoked_at_ms is None
    written(k, other, act.ENROLLED_TYPE, key=browser.id, actor=other.id)
    browser.revoke()
    revoked_at_ms = clock.wall_ms()
    clock.advance(1_000)
    written(k, other, act.REVOKED_TYPE, key=browser.id)
    (entry,) = told(k).values()
    assert (entry.person, entry.revoked_at_ms) == (desk.reviewer.id, revoked_at_ms)


def test_what_is_no_entry_hides_none(k, desk, browser):
    written(k, desk.reviewer, act.ENROLLED_TYPE, key=7, actor=["x"])

    def spoil(tx, _command) -> None:
        row = {"chain": "x", "seq": 0, "type": act.ENROLLED_TYPE, "t_ms": 1}
        tx.conn.execute(insert(s.entry).values(**row, leaf_hash="00", body=b"{"))

    k.writer.run_sync(spoil, None, actor=desk.reviewer)
    browser.enrol()
    assert browser.id in told(k)
    with k.store.reading() as conn:
        assert is_enrolled_somewhere(conn, browser.id)
        assert not is_enrolled_somewhere(conn, "ab" * 32)


def test_they_are_found_without_reading_the_whole_log(k):
    wanted = select(s.entry.c.body).where(s.OF_KEYS).order_by(s.entry.c.position)
    with k.store.reading() as conn:
        query = wanted.compile(conn, compile_kwargs={"literal_binds": True})
        if conn.dialect.name == "postgresql":
            # A table of a few rows is read whole, index or not: can it be found without?
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = conn.exec_driver_sql(f"EXPLAIN {query}").all()
        else:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    assert "ix_entry_of_keys" in str(plan)


class Decoding:
    """In the place of `Entry`: counts what is decoded."""

    def __init__(self) -> None:
        self.count = 0

    def decode(self, body: bytes) -> Entry:
        self.count += 1
        return Entry.decode(body)


@pytest.fixture
def decoding(monkeypatch) -> Decoding:
    made = Decoding()
    monkeypatch.setattr(view, "Entry", made)
    return made


@pytest.fixture
def others(k, desk) -> list[Browser]:
    made = [Browser(k, desk.city.actors["reviewer2"], secret) for secret in range(100, 112)]
    for one in made:
        one.enrol()
    return made


@pytest.mark.usefixtures("others")
def test_an_act_decodes_the_entries_of_its_own_key_alone(k, desk, browser, decoding):
    lead, computer = desk.city.actors["lead"], WindowDevice(k, desk.clerk, 41)
    for act_on_a_key, entries_of_it in (
        (browser.enrol, 0),
        (browser.revoke, 1),
        (computer.propose, 0),
        (lambda: computer.enrol(lead), 0),
        (lambda: computer.revoke(lead), 1),
    ):
        decoding.count = 0
        act_on_a_key()
        assert decoding.count == entries_of_it
    decoding.count = 0
    with k.store.reading() as conn:
        enrolment_of(conn, browser.id, "decision.confirmed")
    assert decoding.count == 2


def test_her_keys_are_found_without_decoding_everybodys(k, desk, browser, others, decoding):
    browser.enrol()
    browser.revoke()
    decoding.count = 0
    with k.store.reading() as conn:
        found = key_entries_of(conn, act.ENROLLED_TYPE, desk.reviewer.id, [others[0].id])
    assert list(found) == [others[0].id, browser.id]
    assert decoding.count <= 5


@pytest.mark.parametrize("most", [1, 100])
def test_what_is_asked_of_one_is_what_is_told_of_all(k, desk, browser, others, monkeypatch, most):
    """Also where somebody wrote past the desk."""
    monkeypatch.setattr(view, "MOST_ASKED", most)
    hers, second = desk.reviewer.id, Browser(k, desk.reviewer, 6)
    browser.enrol()
    second.enrol()
    odd = 'x","actor":"'
    written(k, desk.reviewer, act.ENROLLED_TYPE, actor=hers, key=odd)
    written(k, desk.reviewer, act.ENROLLED_TYPE, actor=hers, key=others[1].id)
    written(k, desk.reviewer, act.REVOKED_TYPE, key=browser.id, note={"key": second.id})
    entries = told(k)
    assert {key for key, one in entries.items() if one.person == hers} == {
        browser.id,
        second.id,
        odd,
    }
    with k.store.reading() as conn:
        for key in (*entries, "ab" * 32, "\ud800"):
            assert key_entry(conn, act.ENROLLED_TYPE, key) == entries.get(key)
        for person in (hers, others[0].actor.id, "nobody", "\ud800"):
            for also in ([], [others[2].id, "ab" * 32]):
                assert key_entries_of(conn, act.ENROLLED_TYPE, person, also) == {
                    key: one for key, one in entries.items() if one.person == person or key in also
                }
