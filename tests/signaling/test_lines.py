"""Lines of a call at the desk: one score for pages, store and Prometheus."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from casework.model.call import Seat
from casework.model.line import LineLevel
from casework.store.reading import entries_of
from casework.views.lines import lines_of
from casework.worker_link import messages as m
from scenes.sockets import Refused, Scene, until
from signaling.lines.metrics import LineMetrics
from signaling.lines.watch import LineWatch, PageReport


def report(leg: str, at_ms: int, *, call: str = "C1", loss: int = 0, rtt: int | None = 40, **more):
    figures = {
        "up_kbps": 700,
        "down_kbps": 800,
        "up_loss_permille": loss,
        "down_loss_permille": 0,
        "rtt_ms": rtt,
        "jitter_ms": 3,
    }
    return m.LegQuality(call=call, leg=leg, mono_ms=at_ms, **figures | more)


async def measure(scene: Scene, leg: str, *, count: int, start_ms: int = 0, **members) -> None:
    for at in range(count):
        event = report(leg, start_ms + at * 2_000, call=scene.call, **members)
        await scene.desk.worker.tell(event)


async def test_both_ends_hear_one_level_and_the_store_keeps_it(scene: Scene):
    window, _hall = await scene.talk()
    await measure(scene, window, count=1)
    for party in (scene.clerk, scene.citizen, scene.reviewer):
        assert (await party.hears("leg.quality"))["level"] == "good"
    await measure(scene, window, count=3, start_ms=2_000, loss=120)
    for party in (scene.clerk, scene.reviewer):
        told = await party.hears(
            lambda one: one["type"] == "leg.quality" and one["level"] == "poor", "poor"
        )
        assert told["up_loss_permille"] == 120
    await scene.clerk.hears_event("line.changed")

    def kept() -> bool:
        with scene.desk.k.store.reading() as conn:
            line = lines_of(conn, scene.call).get(window)
        return line is not None and line.level is LineLevel.POOR

    await until(kept)
    assert (await scene.clerk.snapshot(scene.stream))["legs"][window]["line"] == "poor"
    with scene.desk.k.store.reading() as conn:
        changes = [
            one for one in entries_of(conn, f"call:{scene.call}") if one.type == "desk.line.changed"
        ]
    assert len(changes) == 2


async def test_freezes_are_what_the_page_says_of_itself(scene: Scene):
    window, hall = await scene.talk()
    await scene.reviewer.ask("leg.report", leg=hall, freezes=3, up_kbps=900)
    await measure(scene, hall, count=1)
    quality = await scene.clerk.hears("leg.quality")
    assert (quality["seat"], quality["freezes"], quality["level"]) == ("hall", 3, "poor")
    with pytest.raises(Refused) as refused:
        await scene.reviewer.ask("leg.report", leg=window, freezes=50)
    assert refused.value.slug == "leg_not_yours"


def test_a_page_cannot_count_more_freezes_than_a_browser():
    watch = LineWatch(None)
    watch.reported("L1", PageReport(freezes=1_000, up_kbps=None))
    assert watch.measured(report("L1", 0), Seat.HALL).figures.freezes == 100
    assert watch.measured(report("L1", 2_000), Seat.HALL).figures.freezes == 0


def test_reports_are_kept_together_and_none_twice():
    watch = LineWatch(None)
    notes = [watch.measured(report("L1", at * 2_000), Seat.WINDOW).note for at in range(12)]
    kept = [len(note.figures) for note in notes if note is not None]
    assert kept == [1, 5, 5]


def test_prometheus_gets_figures_by_seat_and_no_id():
    registry = CollectorRegistry()
    watch = LineWatch(LineMetrics(registry))
    for number in range(50):
        watch.measured(report(f"01JD{number:04d}", 0, rtt=None), Seat.WINDOW)
    text = generate_latest(registry).decode()
    assert 'yunchuang_line_reports_total{level="good",seat="window"} 50.0' in text
    assert 'yunchuang_line_kbps_sum{direction="up",seat="window"} 35000.0' in text
    assert "01JD" not in text
    assert "yunchuang_line_rtt_seconds_count" not in text
