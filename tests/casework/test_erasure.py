"""Who may have the keys of a case destroyed, when, and what goes with them."""

import pytest
from sqlalchemy import insert

from casework.actions.confirm_erasure import ConfirmErasure, confirm_erasure
from casework.actions.request_erasure import RequestErasure, request_erasure
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actions.withdraw_erasure import WithdrawErasure, withdraw_erasure
from casework.actor import Actor, Role
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.applicant import IdentityMethod
from casework.model.erasure import DEFAULT_WAIT_MS, MOST_WAIT_MS, ErasureReason
from casework.policy.erasure_refusals import (
    CallNotOver,
    ErasureOpen,
    ErasureOver,
    ErasureTooEarly,
    SecondPersonNeeded,
)
from casework.policy.refusals import StateForbids
from casework.store import schema_call
from casework.store.erasure_rows import split_calls

FIRST = Actor("admin-1", Role.ADMIN)
SECOND = Actor("admin-2", Role.ADMIN)


@pytest.fixture
def closed(desk):
    return withdrawn(desk)


def withdrawn(desk):
    case_id = desk.accepted()
    desk.run(withdraw_case, WithdrawCase(case_id, IdentityMethod.ORIGINAL_SEEN))
    return case_id


def request(desk, case_id, actor=FIRST, **wait):
    command = RequestErasure(case_id, ErasureReason.RETENTION_OVER, **wait)
    return desk.run(request_erasure, command, actor).erasure_id


def confirm(desk, erasure_id, actor=SECOND):
    return desk.run(confirm_erasure, ConfirmErasure(erasure_id), actor)


def test_two_administrators_after_the_waiting_time(desk, closed, clock):
    erasure_id = request(desk, closed)
    with pytest.raises(ErasureTooEarly):
        confirm(desk, erasure_id)
    clock.advance(DEFAULT_WAIT_MS)
    assert confirm(desk, erasure_id).case_id == closed


def test_never_the_same_person(desk, closed):
    erasure_id = request(desk, closed, wait_ms=0)
    with pytest.raises(SecondPersonNeeded):
        confirm(desk, erasure_id, FIRST)


@pytest.mark.parametrize("login", ["clerk1", "reviewer1", "lead", "auditor"])
def test_nobody_but_administrators(desk, closed, login):
    stranger = desk.city.actors[login]
    with pytest.raises(NotAllowed):
        request(desk, closed, stranger)
    erasure_id = request(desk, closed, wait_ms=0)
    with pytest.raises(NotAllowed):
        confirm(desk, erasure_id, stranger)
    with pytest.raises(NotAllowed):
        desk.run(withdraw_erasure, WithdrawErasure(erasure_id), stranger)


def test_an_open_case_keeps_its_key(desk):
    with pytest.raises(StateForbids):
        request(desk, desk.accepted())


def test_one_request_at_a_time_and_none_after_it_was_done(desk, closed):
    erasure_id = request(desk, closed, wait_ms=0)
    with pytest.raises(ErasureOpen):
        request(desk, closed)
    confirm(desk, erasure_id)
    with pytest.raises(ErasureOpen):
        request(desk, closed)
    for again in (confirm, lambda desk, it: desk.run(withdraw_erasure, WithdrawErasure(it), FIRST)):
        with pytest.raises(ErasureOver):
            again(desk, erasure_id)


def test_second_thoughts(desk, closed):
    erasure_id = request(desk, closed, wait_ms=0)
    desk.run(withdraw_erasure, WithdrawErasure(erasure_id), SECOND)
    with pytest.raises(ErasureOver):
        confirm(desk, erasure_id)
    assert request(desk, closed) != erasure_id


@pytest.mark.parametrize("wait_ms", [-1, MOST_WAIT_MS + 1])
def test_the_waiting_time_has_bounds(desk, closed, wait_ms):
    with pytest.raises(InvalidInput):
        request(desk, closed, wait_ms=wait_ms)


def test_unknown(desk):
    with pytest.raises(NotFound):
        confirm(desk, "01JD00000000000000000000CS")
    with pytest.raises(NotFound):
        request(desk, "01JD00000000000000000000CS")


def a_call(k, call_id, *cases, ended_ms=5):
    """A row is enough here: what matters is which cases a call is linked to."""
    row = {
        "id": call_id, "kind": "review", "direction": "to_hall", "outlet_id": "O", "window_id": "W",
        "profile": "one_pc", "interruption": "resume", "requested_by": "S", "state": "ended",
        "since_ms": 1, "version": 1, "requested_ms": 1, "ended_ms": ended_ms,
    }  # fmt: skip

    def act(tx, _command):
        tx.keys.create_call_key(call_id)
        tx.conn.execute(insert(schema_call.call).values(**row))
        for case_id in cases:
            link = {"call_id": call_id, "case_id": case_id, "from_ms": 1}
            tx.conn.execute(insert(schema_call.call_case).values(**link))

    k.writer.run_sync(act, None, actor=FIRST)


def test_nothing_is_asked_for_while_a_call_goes_on(desk, k, closed):
    a_call(k, "01CALL", closed, ended_ms=None)
    with pytest.raises(CallNotOver):
        request(desk, closed)


def test_a_call_that_another_case_needs_stays_until_the_last(desk, k, closed, monkeypatch):
    other = withdrawn(desk)
    a_call(k, "01ALONE", closed)
    a_call(k, "01SHARED", closed, other)
    with k.store.reading() as conn:
        assert split_calls(conn, closed) == (["01ALONE"], ["01SHARED"])
    monkeypatch.setattr("casework.actions.request_erasure.calls_of_case", _of(k))
    done = confirm(desk, request(desk, closed, wait_ms=0))
    assert (done.calls, done.kept_calls) == (("01ALONE",), ("01SHARED",))
    last = confirm(desk, request(desk, other, wait_ms=0))
    assert (last.calls, last.kept_calls) == (("01SHARED",), ())


def _of(k):
    """Calls by their links alone, without the rest of a session."""

    class Linked:
        def __init__(self, id_):
            self.id = id_

    def calls_of_case(conn, case_id):
        free, kept = split_calls(conn, case_id)
        return [Linked(call_id) for call_id in (*free, *kept)]

    return calls_of_case
