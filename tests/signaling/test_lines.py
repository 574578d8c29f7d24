"""Lines of a call at the desk: one score for pages, store and Prometheus."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from casework.actions.limit_leg import LimitLeg
from casework.model.call import Seat
from casework.model.line import LineLevel, Rung
from casework.ports import GapCause, TrackKind
from casework.store.reading import entries_of
from casework.views.lines import UNMEASURED, LegLine, lines_of
from casework.worker_link import messages as m
from scenes.sockets import Refused, Scene, until
from signaling.lines.loads import PageReport, down_load, up_load
from signaling.lines.metrics import LineMetrics
from signaling.lines.watch import LineWatch


def report(
    leg: str, at_ms: int, *, call: str = "C1", loss: int = 0, rtt: int | None = 40, **more: object
):
    figures = {
        "up_kbps": 700,
        "down_kbps": 800,
        "up_loss_permille": loss,
        "down_loss_permille": 0,
        "rtt_ms": rtt,
        "jitter_ms": 3,
    }
    return m.LegQuality(call=call, leg=leg, incarnation=1, mono_ms=at_ms, **figures | more)


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
    assert (
        watch.measured(report("L1", 0), Seat.HALL, UNMEASURED, has_sound=True).figures.freezes
        == 100
    )
    assert (
        watch.measured(report("L1", 2_000), Seat.HALL, UNMEASURED, has_sound=True).figures.freezes
        == 0
    )


async def test_a_page_that_connects_by_a_longer_way_has_no_queue(scene: Scene):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    await measure(scene, window, count=10, rtt=30)
    await worker.leg_is(scene.call, window, "gone")
    await worker.leg_is(scene.call, window, "connected")
    await measure(scene, window, count=10, start_ms=20_000, rtt=1_100)
    await measure(scene, window, count=4, start_ms=40_000, rtt=1_100, loss=120, up_videos=2)
    limits = worker.rooms[scene.call].limits
    await until(lambda: limits.get(window))
    assert limits[window] == (Rung.LOWER_VIDEO, None)  # for the loss alone


def test_reports_are_kept_together_and_none_twice():
    watch = LineWatch(None)
    notes = [
        watch.measured(report("L1", at * 2_000), Seat.WINDOW, UNMEASURED, has_sound=True).note
        for at in range(12)
    ]
    kept = [len(note.figures) for note in notes if note is not None]
    assert kept == [1, 5, 5]


def test_prometheus_gets_figures_by_seat_and_no_id():
    registry = CollectorRegistry()
    watch = LineWatch(LineMetrics(registry))
    for number in range(50):
        watch.measured(
            report(f"01JD{number:04d}", 0, rtt=None), Seat.WINDOW, UNMEASURED, has_sound=True
        )
    text = generate_latest(registry).decode()
    assert 'yunchuang_line_reports_total{level="good",seat="window"} 50.0' in text
    assert 'yunchuang_line_kbps_sum{direction="up",seat="window"} 35000.0' in text
    assert "01JD" not in text
    assert "yunchuang_line_rtt_seconds_count" not in text


async def test_a_line_that_loses_a_quarter_keeps_its_sound_and_pauses_its_pictures(scene: Scene):
    window, hall = await scene.talk()
    room = scene.desk.worker.rooms[scene.call]
    await measure(scene, window, count=4, loss=280, up_videos=2)
    await until(lambda: room.limits.get(window) == (Rung.AUDIO_FIRST, GapCause.BAD_LINE))
    leg = (await scene.reviewer.snapshot(scene.stream))["legs"][window]
    assert (leg["up"], leg["down"]) == ("audio_first", "full")
    await scene.reviewer.hears_event("line.limited")
    assert room.routes == ()  # what the hall sends still goes down to the window
    with scene.desk.k.store.reading() as conn:
        types = [one.type for one in entries_of(conn, f"call:{scene.call}")]
    assert "desk.line.limited" in types
    del hall


async def test_a_narrow_way_down_stops_pictures_and_not_their_recording(scene: Scene):
    window, hall = await scene.talk()
    room = scene.desk.worker.rooms[scene.call]
    await measure(scene, hall, count=4, down_loss_permille=300, down_videos=2)
    await until(lambda: room.routes)
    assert {(one.source_leg, one.to_leg, one.kind) for one in room.routes} == {
        (window, hall, TrackKind.VIDEO)
    }
    assert hall not in room.limits


async def test_a_new_page_and_a_new_worker_are_told_the_limit_again(scene: Scene):
    window, _hall = await scene.talk()
    await measure(scene, window, count=4, loss=280, up_videos=2)
    worker = scene.desk.worker
    await until(lambda: worker.rooms[scene.call].limits.get(window))
    await worker.die()
    await worker.connect(scene.desk.made.rooms)
    await until(
        lambda: (
            scene.call in worker.rooms
            and worker.rooms[scene.call].limits.get(window) == (Rung.AUDIO_FIRST, GapCause.BAD_LINE)
        )
    )


async def test_a_desk_that_restarts_begins_with_what_the_store_has(scene: Scene):
    watch = LineWatch(None)
    stored = LegLine(line_up=Rung.AUDIO_FIRST)
    calm = [
        watch.measured(
            report("L1", at * 2_000, up_videos=0), Seat.WINDOW, stored, has_sound=True
        ).limit
        for at in range(7)
    ]
    rises = [one for one in calm if one is not None]
    assert rises == [LimitLeg("L1", Rung.LOWER_VIDEO, Rung.FULL)]
    del scene


@pytest.mark.parametrize(
    ("page", "ceiling", "capacity"),
    [
        (None, 2_064, None),
        (PageReport(0, None), 2_064, None),
        (PageReport(0, 800), 2_064, 800),
        (PageReport(0, 1_900), 2_064, None),  # held by our own ceiling, not by the line
        (PageReport(0, 800), None, 800),
    ],
)
def test_a_page_that_is_held_by_us_says_nothing_of_its_line(page, ceiling, capacity):
    event = report("L1", 0, up_ceiling_kbps=ceiling)
    assert up_load(event, page, has_sound=True).capacity_kbps == capacity


def test_the_receivers_estimate_alone_never_pauses_pictures():
    low = {"down_estimate_kbps": 60, "down_videos": 2}
    assert down_load(report("L1", 0, **low), has_sound=True).capacity_kbps == 364
    lossy = report("L1", 0, down_loss_permille=60, **low)
    assert down_load(lossy, has_sound=True).capacity_kbps == 60
    assert not down_load(lossy, has_sound=False).has_sound


async def test_sound_alone_by_choice_is_a_pause_that_a_person_wanted(scene: Scene):
    window, hall = await scene.talk()
    room = scene.desk.worker.rooms[scene.call]
    await scene.clerk.ask("call.sound_only", call=scene.call, on=True)
    wanted = (Rung.AUDIO_FIRST, GapCause.PAUSE)
    await until(lambda: room.limits == {window: wanted, hall: wanted})
    await scene.reviewer.hears_event("call.sound_only")
    await scene.reviewer.ask("call.sound_only", call=scene.call, on=False)
    await until(lambda: room.limits == {window: (Rung.FULL, None), hall: (Rung.FULL, None)})
    with pytest.raises(Refused):
        await scene.citizen.ask("call.sound_only", call=scene.call, on=True)
