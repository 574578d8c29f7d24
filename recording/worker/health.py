"""Healthy *now*: every expected source is written, and its last durable segment is recent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from casework.ports import TrackSource
from casework.worker_link.messages import Health, TrackHealth
from recording.worker.ledger import Source

FRESH_MS = 6_000


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What is known of a source that has an open track now."""

    heard_ms: int
    waits_for_keyframe: bool
    recordable: bool


def judge(
    call: str,
    now_ms: int,
    expected: Mapping[str, Collection[TrackSource]],
    tracks: Mapping[Source, TrackFacts],
    durable_ms: Mapping[Source, int],
    fault: str | None,
) -> Health:
    """`durable_ms` = CLOCK_MONOTONIC at which each source's last segment became durable. Without
    any expected source nothing can be called healthy.

    Causes of a track: `not_started`, `gone`, `codec`, `silent`, `no_keyframe`, `not_written`.
    """
    found = [
        _judge_track((leg, source), now_ms, tracks, durable_ms)
        for leg, sources in sorted(expected.items())
        for source in sorted(sources)
    ]
    cause = fault
    if cause is None:
        cause = (
            "nothing_expected" if not found else next((t.cause for t in found if not t.ok), None)
        )
    return Health(
        call=call,
        ok=cause is None,
        cause=cause,
        last_durable_mono_ms=max(durable_ms.values(), default=None),
        tracks=found,
    )


def _judge_track(
    source: Source,
    now_ms: int,
    tracks: Mapping[Source, TrackFacts],
    durable_ms: Mapping[Source, int],
) -> TrackHealth:
    written = durable_ms.get(source)
    fresh = written is not None and now_ms - written <= FRESH_MS
    facts = tracks.get(source)
    if facts is None:
        cause = "not_started" if written is None else "gone"
    elif not facts.recordable:
        cause = "codec"
    elif fresh:
        cause = None
    elif now_ms - facts.heard_ms > FRESH_MS:
        cause = "silent"
    else:
        cause = "no_keyframe" if facts.waits_for_keyframe else "not_written"
    return TrackHealth(leg=source[0], source=source[1], ok=cause is None, cause=cause)
