"""Calls over bad lines, through a real media worker: what is missing is just what the ledger says."""

import pytest

from bench.lines.__main__ import measure
from bench.lines.call import HALL, OUTLET
from bench.lines.impairments import Impairment
from bench.lines.line import Conditions

pytestmark = pytest.mark.faults
EDGE_MS = 100


def assert_ledger_is_true(verdict):
    assert verdict.unexplained == 0, "every missing frame lies in a line"
    assert verdict.unfounded == 0, "no line without a missing frame"
    assert verdict.edge_ms <= EDGE_MS
    assert verdict.unreadable == 0


def _ends(numbers):
    return (numbers[0], numbers[-1] + 1) if numbers else (0, 0)


async def test_ten_percent_loss_costs_less_than_one_frame_in_a_hundred():
    # Whoever joins over such a line may lose his first keyframe: that is told by `make bench-lines`.
    bad = Conditions(loss=0.1, good_s=2.0)
    verdicts, lost = await measure(Impairment("loss_10", bad, 10.0), seed=3)
    assert 0.06 <= lost <= 0.12
    outlet = verdicts[OUTLET]
    assert outlet.frames >= 140
    assert outlet.recorded >= 0.99 * outlet.frames
    assert abs(outlet.skew_ms) < 100
    for verdict in verdicts.values():
        assert_ledger_is_true(verdict)


async def test_a_blackout_is_missing_and_nothing_else_is():
    dark = Conditions(blackouts=((5.0, 8.0),))
    verdicts, _ = await measure(Impairment("blackout_3_s", dark, 11.0), seed=3)
    outlet = verdicts[OUTLET]
    # What the sender still had is brought back; his memory is shorter than the blackout.
    assert outlet.voice_missing_ms > 100
    assert outlet.missing == tuple(range(*_ends(outlet.missing))), "one stretch"
    assert_ledger_is_true(outlet)
    assert verdicts[HALL].missing == ()
    assert_ledger_is_true(verdicts[HALL])
