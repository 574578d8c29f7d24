"""The judge of the gap ledger finds each way in which a ledger can be wrong."""

import dataclasses

import pytest

from bench.lines.__main__ import rows, table_line
from bench.lines.call import HALL, OUTLET, Sent
from bench.lines.impairments import IMPAIRMENTS
from bench.lines.recorded import Recorded, Voice
from bench.lines.verdict import FRAME_S, holes, judge
from casework.ports import GapCause, TrackSource
from recording.timeline import GapSpan

FACE, VOICE = TrackSource.CAMERA, TrackSource.MICROPHONE
SENT = Sent("outlet", 1, 150, frozenset(range(140)))
START = 1000.0


def at(number):
    return START + number * FRAME_S


def line(source, begin_s, end_s, frames=1):
    cause = GapCause.LOSS
    return GapSpan("outlet", source, cause, round(begin_s * 1000), round(end_s * 1000), frames)


def said(numbers, shift_s=0.0):
    times = tuple(START + shift_s + n * 0.02 for n in numbers)
    return Voice(times, 7 + 960 * numbers[0], 7 + 960 * numbers[-1])


def recorded(missing=(), gaps=(), voice=None):
    return Recorded(
        frames={n: round(at(n), 3) for n in range(180) if n not in missing},
        voice=(said(range(600)),) if voice is None else voice,
        gaps=tuple(gaps),
        flashes=tuple(at(n) for n in range(0, 180, 15)),
        beeps=tuple(at(n) + 0.008 for n in range(0, 180, 15)),
        unreadable=0,
    )


def test_all_recorded_and_no_line():
    verdict = judge(SENT, recorded())
    assert (verdict.frames, verdict.recorded, verdict.shown) == (150, 150, 140)
    assert (verdict.unexplained, verdict.unfounded, verdict.edge_ms) == (0, 0, 0)
    assert verdict.skew_ms == pytest.approx(8, abs=0.1)


def test_a_line_that_says_just_what_is_missing():
    verdict = judge(SENT, recorded({30, 31, 32}, [line(FACE, at(30), at(33), 3)]))
    assert verdict.missing == (30, 31, 32)
    assert (verdict.unexplained, verdict.unfounded, verdict.lines) == (0, 0, 1)
    assert verdict.edge_ms < 2


def test_a_missing_frame_outside_every_line():
    verdict = judge(SENT, recorded({30, 40}, [line(FACE, at(30), at(31))]))
    assert (verdict.unexplained, verdict.unfounded) == (1, 0)


@pytest.mark.parametrize("source", [FACE, VOICE])
def test_a_line_in_which_nothing_is_missing(source):
    verdict = judge(
        SENT, recorded({30}, [line(FACE, at(30), at(31)), line(source, at(60), at(61))])
    )
    assert (verdict.unexplained, verdict.unfounded) == (0, 1)


def test_an_edge_that_is_off():
    verdict = judge(SENT, recorded({30}, [line(FACE, at(30) - 0.12, at(31) + 0.05)]))
    assert verdict.edge_ms == pytest.approx(120, abs=2)


def test_a_time_line_that_bends_is_told_apart_from_the_ledger():
    found = recorded({30}, [line(FACE, at(30) + 0.15, at(31) + 0.15)])
    bent = {n: t + (0.15 if 25 < n < 40 else 0) for n, t in found.frames.items()}
    verdict = judge(SENT, dataclasses.replace(found, frames=bent))
    assert (verdict.unexplained, verdict.unfounded) == (0, 0)
    assert verdict.edge_ms < 2
    assert verdict.bend_ms == pytest.approx(150, abs=2)


def test_what_comes_after_the_last_frame_that_counts_is_not_judged():
    verdict = judge(SENT, recorded({149, 160}, [line(FACE, at(149), at(150))]))
    assert (verdict.missing, verdict.unexplained) == ((149,), 0)


def test_missing_voice_needs_a_line_too():
    voice = (said([*range(100), *range(103, 600)]),)
    gone = (START + 100 * 0.02, START + 103 * 0.02)
    assert holes(voice) == [pytest.approx(gone)]
    assert judge(SENT, recorded(voice=voice)).unexplained == 1
    told = judge(SENT, recorded(voice=voice, gaps=[line(VOICE, *gone, 3)]))
    assert (told.unexplained, told.unfounded, round(told.edge_ms)) == (0, 0, 0)


def test_a_change_of_parts_is_no_hole_unless_packets_are_missing():
    assert holes((said(range(10)), said(range(10, 20), shift_s=0.1))) == []
    [hole] = holes((said(range(10)), said(range(15, 20))))
    assert hole == pytest.approx((START + 0.2, START + 0.3))


def test_a_recording_without_a_picture_lost_all_and_has_no_figure_of_its_time_line():
    """As of a call that was killed before a part began."""
    silent = Recorded({}, (), (line(FACE, at(0), at(9)),), (), (), 0)
    verdict = judge(SENT, silent)
    assert (verdict.recorded, len(verdict.missing), verdict.unexplained) == (0, 150, 150)
    assert verdict.voice_missing_ms == pytest.approx(1000 * 150 * FRAME_S)
    unseen = judge(dataclasses.replace(SENT, shown=frozenset()), silent)
    told = {one.metric: one.value for one in rows(IMPAIRMENTS[0], {OUTLET: verdict, HALL: unseen})}
    assert told["lines/frames_recorded_share"] == 0
    assert not told.keys() & {"lines/ledger_edge_ms_max", "lines/timeline_bend_ms_max"}
    assert "-" in table_line("x", {OUTLET: verdict, HALL: unseen}, 0.0)
