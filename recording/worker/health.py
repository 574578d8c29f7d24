"""Healthy *now*: every expected source is heard, kept and written, and shows something."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from casework.ports import ContentFinding, TrackSource
from casework.worker_link.messages import Health, TrackHealth
from recording.worker.ledger import Source
from recording.worker.track import Track

FRESH_MS = 6_000
MISSING_MS = 3_000
"""An open gap this long is red: well before it is longer than any item allows by default."""
BLIND_MS = 30_000
"""A camera that shows nothing, or nothing that lives, for so long is as good as none."""
BLIND = frozenset({ContentFinding.BLACK, ContentFinding.FROZEN, ContentFinding.STILL})
_HALL = "hall"


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What is known of a source that has an open track now, times on CLOCK_MONOTONIC. `kept_ms` is
    the arrival of the last frame that was kept, `bytes` are those of all that were.
    """

    site: str
    heard_ms: int
    kept_ms: int | None
    keyframe_ms: int | None
    waits_for_keyframe: bool
    recordable: bool
    bytes: int = 0
    content: ContentFinding | None = None
    content_since_ms: int = 0


UNRECORDABLE = TrackFacts("", 0, None, None, waits_for_keyframe=False, recordable=False)


def facts_of(track: Track, content: tuple[ContentFinding, int] | None) -> TrackFacts:
    """`content` is what is odd about it, and since when."""
    finding, since_ms = content or (None, 0)
    return TrackFacts(
        site=track.info.site,
        heard_ms=track.heard_ns // 1_000_000,
        kept_ms=track.kept_ns // 1_000_000 or None,
        keyframe_ms=None if track.keyframe_ns is None else track.keyframe_ns // 1_000_000,
        waits_for_keyframe=track.waits_for_keyframe,
        recordable=True,
        bytes=track.kept_bytes,
        content=finding,
        content_since_ms=since_ms,
    )


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

    Causes of a track: `not_started`, `gone`, `codec`, `silent`, `no_keyframe`, `not_written`,
    `content.black`, `content.frozen`, `content.still`. Sources that are not expected are told of too, and never
    turn health red.
    """
    found = [
        _judge_track((leg, source), now_ms, tracks.get((leg, source)), durable_ms)
        for leg, sources in sorted(expected.items())
        for source in sorted(sources)
    ]
    required = {(one.leg, one.source) for one in found}
    others = [
        _judge_track(source, now_ms, facts, durable_ms)
        for source, facts in sorted(tracks.items())
        if source not in required
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
        tracks=[*found, *others],
    )


def _judge_track(
    source: Source, now_ms: int, facts: TrackFacts | None, durable_ms: Mapping[Source, int]
) -> TrackHealth:
    written = durable_ms.get(source)
    cause = _cause(now_ms, facts, written)
    keyframe_ms = None if facts is None else facts.keyframe_ms
    return TrackHealth(
        leg=source[0],
        source=source[1],
        ok=cause is None,
        cause=cause,
        bytes=0 if facts is None else facts.bytes,
        durable_ago_ms=_ago(now_ms, written),
        keyframe_ago_ms=_ago(now_ms, keyframe_ms),
        content=None if facts is None else facts.content,
    )


def _cause(now_ms: int, facts: TrackFacts | None, written_ms: int | None) -> str | None:
    if facts is None:
        return "not_started" if written_ms is None else "gone"
    if not facts.recordable:
        return "codec"
    if now_ms - facts.heard_ms > MISSING_MS:
        return "silent"
    kept = facts.kept_ms is not None and now_ms - facts.kept_ms <= MISSING_MS
    fresh = written_ms is not None and now_ms - written_ms <= FRESH_MS
    if not (kept and fresh):
        return "no_keyframe" if facts.waits_for_keyframe else "not_written"
    # What the hall shows is in the hall's own hands; the cameras at the citizen's side, the
    # counter's or her own, are the evidence.
    blind = facts.site != _HALL and facts.content in BLIND
    if blind and now_ms - facts.content_since_ms >= BLIND_MS:
        return f"content.{facts.content}"
    return None


def _ago(now_ms: int, then_ms: int | None) -> int | None:
    return None if then_ms is None else max(0, now_ms - then_ms)
