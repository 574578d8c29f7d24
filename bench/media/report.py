"""From runs to rows: medians, ratios of runs of the same round, and what stands beside them."""

import statistics
from collections.abc import Sequence

from bench.media.result import RunResult
from bench.media.servers.port import Variant
from bench.media.validity import difference_faults, faults
from bench.output import Params, Row

Round = dict[Variant, RunResult]


def complaints(rounds: Sequence[Round]) -> list[str]:
    """Everything that makes a run of these rounds invalid."""
    found = [
        f"{variant}: {fault}"
        for one in rounds
        for variant, run in one.items()
        for fault in faults(run)
    ]
    return found + [fault for one in rounds for fault in difference_faults(list(one.values()))]


def rows(rounds: Sequence[Round], rooms: int) -> list[Row]:
    """Rows of rounds that ran the same variants and are all valid. `rounds` is not empty."""
    made: list[Row] = []
    variants = list(rounds[0])
    for variant in variants:
        made += _figures(rounds, variant, rooms)
    for recording in sorted({v.recording for v in variants if v.server == "yunchuang"}):
        ours = Variant("yunchuang", recording)
        params: Params = {"rooms": rooms, "recording": recording}
        peer = cheaper_janus(rounds, recording=recording)
        if peer is not None:
            beside = {**params, "janus_event_loops": peer.event_loops}
            made.append(_ratio("media/cpu_ratio_vs_janus", beside, rounds, ours, peer))
        floor = Variant("floor", recording=False)
        if floor in variants:
            made.append(_ratio("media/ratio_to_floor", params, rounds, ours, floor))
    return made


def cheaper_janus(rounds: Sequence[Round], *, recording: bool) -> Variant | None:
    """The event-loop setting with the lower median counts."""
    candidates = [v for v in rounds[0] if v.server == "janus" and v.recording is recording]
    return min(candidates, key=lambda v: _median_cpu(rounds, v), default=None)


def _median_cpu(rounds: Sequence[Round], variant: Variant) -> float:
    return statistics.median(one[variant].cpu_percent for one in rounds)


def _ratio(
    metric: str, params: Params, rounds: Sequence[Round], ours: Variant, other: Variant
) -> Row:
    ratios = [one[ours].cpu_percent / one[other].cpu_percent for one in rounds]
    return Row(metric, params, statistics.median(ratios), "ratio", len(ratios))


def _figures(rounds: Sequence[Round], variant: Variant, rooms: int) -> list[Row]:
    params: Params = {"server": variant.server, "rooms": rooms, "recording": variant.recording}
    if variant.server == "janus":
        params["janus_event_loops"] = variant.event_loops
    runs = [one[variant] for one in rounds]

    def row(name: str, values: Sequence[float], unit: str) -> Row:
        return Row(f"media/{name}", params, statistics.median(values), unit, len(runs))

    return [
        row("cpu_percent_per_room", [run.cpu_percent_per_room for run in runs], "% of a core"),
        row("added_delay_ms_p99", [run.p99_ms for run in runs], "ms"),
        row("mean_run_length", [run.tally.mean_run for run in runs], "packets"),
        row("delivery", [run.tally.delivery for run in runs], "share"),
    ]


def line(run: RunResult) -> str:
    """One run in one line, for whoever watches."""
    tally = run.tally
    return (
        f"{run.variant!s:32} {run.rooms} rooms  {run.cpu_percent_per_room:5.1f} % a room  "
        f"delivered {tally.delivery:.4%} of {tally.expected}  "
        f"delay p50 {tally.delay_ms(0.5):.2f} p99 {run.p99_ms:.2f} ms  "
        f"run {tally.mean_run:.2f}  {run.resident_mb:.0f} MB  "
        f"clients {'/'.join(f'{core:.0%}' for core in run.client_cores)}"
    )
