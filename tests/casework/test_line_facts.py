"""Quality facts are kept with the call: levels as intervals and entries, figures as sums."""

import json

import pytest
from sqlalchemy import select

from casework.actions.end_call import EndCall, end_call
from casework.actions.note_line import NoteLine, note_line
from casework.actor import SYSTEM
from casework.errors import NotAllowed
from casework.model.line import LineFigures, LineLevel
from casework.store import schema_call as s
from casework.store.reading import entries_of
from casework.store.schema_line import leg_line
from casework.views.lines import lines_of
from casework.views.snapshots import snapshot


def figures(rtt=40, loss=10, freezes=0, jitter=4):
    return LineFigures(600, 800, loss, 0, rtt, jitter, freezes)


def note(stage, leg, level, *reports):
    command = NoteLine(leg.leg_id, level, reports or (figures(),))
    stage.kernel.writer.run_sync(note_line, command, actor=SYSTEM)


def facts(stage, call_id, type_):
    with stage.kernel.store.reading() as conn:
        return [one for one in entries_of(conn, f"call:{call_id}") if one.type == type_]


def test_only_a_change_of_level_is_an_event(stage, clock):
    call_id, window, hall = stage.active()
    for level in (LineLevel.GOOD, LineLevel.GOOD, LineLevel.POOR):
        note(stage, window, level)
        clock.advance(10_000)
    assert len(facts(stage, call_id, "desk.line.changed")) == 2
    with stage.kernel.store.reading() as conn:
        assert lines_of(conn, call_id)[window.leg_id].level is LineLevel.POOR
        assert hall.leg_id not in lines_of(conn, call_id)
        legs = snapshot(conn, f"call:{call_id}")["legs"]
        lasted = conn.execute(
            select(s.interval.c.state, s.interval.c.from_ms, s.interval.c.to_ms).where(
                s.interval.c.subject == f"line:{window.leg_id}"
            )
        ).all()
    assert legs[window.leg_id]["line"] == "poor"
    assert "line" not in legs[hall.leg_id]
    assert [(one.state, one.to_ms is None) for one in lasted] == [("good", False), ("poor", True)]
    assert lasted[0].to_ms - lasted[0].from_ms == 20_000


def test_figures_are_summed_up_and_told_at_the_end(stage, clock):
    call_id, window, _hall = stage.active()
    note(stage, window, LineLevel.GOOD, figures(), figures(rtt=None, loss=30, freezes=2))
    clock.advance(6_000)
    note(stage, window, LineLevel.FAIR, figures(rtt=400, loss=50, jitter=None))
    clock.advance(4_000)
    end = EndCall(call_id)
    stage.kernel.writer.run_sync(end_call, end, actor=stage.hall.reviewers[0])
    (summary,) = facts(stage, call_id, "desk.line.summed_up")
    said = json.loads(summary.body)["facts"]
    assert said["leg"] == window.leg_id
    assert (said["reports"], said["freezes"]) == (3, 2)
    assert said["mean"]["rtt_ms"] == 220  # of the two reports that had one
    assert said["mean"]["up_loss_permille"] == 30
    assert said["most"] == {
        "up_loss_permille": 50,
        "down_loss_permille": 0,
        "rtt_ms": 400,
        "jitter_ms": 4,
    }
    assert said["ms"]["level"] == {"good": 6_000, "fair": 4_000}


def test_nothing_is_measured_of_a_call_that_is_over(stage):
    call_id, window, _hall = stage.active()
    note(stage, window, LineLevel.GOOD)
    stage.kernel.writer.run_sync(end_call, EndCall(call_id), actor=stage.hall.reviewers[0])
    note(stage, window, LineLevel.BAD)
    with stage.kernel.store.reading() as conn:
        row = conn.execute(select(leg_line)).one()
        running = conn.scalars(
            select(s.interval.c.state).where(
                s.interval.c.subject == f"line:{window.leg_id}", s.interval.c.to_ms.is_(None)
            )
        ).all()
    assert (row.level, row.reports) == ("good", 1)
    assert running == []


def test_only_the_desk_notes_lines(stage):
    _call_id, window, _hall = stage.active()
    command = NoteLine(window.leg_id, LineLevel.GOOD, (figures(),))
    with pytest.raises(NotAllowed):
        stage.kernel.writer.run_sync(note_line, command, actor=stage.hall.clerk)
