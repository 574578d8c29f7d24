"""Sent against recorded: what is missing, and whether the gap ledger says just that."""

import bisect
import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.lines.call import Sent
from bench.lines.numbering import FRAME_S, Numbering
from bench.lines.recorded import PACKET_S, Recorded, Voice
from bench.live.marks import Marks, skew_between
from casework.ports import TrackSource
from outlet_client.agent.beep import SAMPLE_RATE
from recording.timeline import GapSpan

ROUNDING_S = 0.002
"""Block times and lines are whole milliseconds."""
PACKET_RTP = round(PACKET_S * SAMPLE_RATE)

Hole = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`frames` were sent, `seen` of them since the other leg showed the first. `missing` are those
    that were not recorded. A frame, or a stretch of voice, is `unexplained` when it lies in no line;
    a line is `unfounded` when nothing is missing in it. `edge_ms` is the most that a line begins or
    ends away from what is missing; `bend_ms` the most that a recorded frame lies away from where the
    sender's own clock puts it, moved by what the way takes; `skew_ms` how much later a beep is
    recorded than its flash, less what the sender's own is (None when too few are left to tell). Of a
    recording without a picture nothing tells where a frame would lie: then there is neither edge nor bend.
    """

    frames: int
    recorded: int
    seen: int
    shown: int
    missing: tuple[int, ...]
    unexplained: int
    unfounded: int
    lines: int
    edge_ms: float | None
    bend_ms: float | None
    skew_ms: float | None
    voice_missing_ms: float
    unreadable: int


def judge(sent: Sent, found: Recorded) -> Verdict:
    """Frames of the picture and packets of the voice, up to the last frame that counts."""
    if not found.frames:
        return _all_lost(sent, found)
    clock = _RecordedClock(found.frames, sent.numbering)
    end_s = clock.time_of(sent.frames)
    missing = tuple(n for n in range(sent.frames) if n not in found.frames)
    pictures = [(clock.time_of(n), clock.time_of(n + 1)) for n in missing]
    silences = [hole for hole in holes(found.voice) if hole[0] < end_s]
    face = _lines(found.gaps, TrackSource.CAMERA, end_s)
    voice = _lines(found.gaps, TrackSource.MICROPHONE, end_s)
    matched = [
        *((line, _within(line, pictures, FRAME_S / 2)) for line in face),
        *((line, _within(line, silences, PACKET_S / 2)) for line in voice),
    ]
    edges = [
        abs(hole[edge] - line[edge])
        for line, hole in matched
        if hole is not None
        for edge in (0, 1)
    ]
    ways = [at - sent.numbering.time_of(n) for n, at in found.frames.items()]
    way_s = statistics.median(ways)
    return Verdict(
        frames=sent.frames,
        seen=sent.frames - min(sent.shown, default=sent.frames),
        recorded=sent.frames - len(missing),
        shown=len(sent.shown),
        missing=missing,
        unexplained=_outside(pictures, face) + _outside(silences, voice),
        unfounded=sum(hole is None for _, hole in matched),
        lines=len(matched),
        edge_ms=1000 * max(edges, default=0.0),
        bend_ms=1000 * max(abs(way - way_s) for way in ways),
        skew_ms=skew_ms(sent.marks, found.flashes, found.beeps),
        voice_missing_ms=1000 * sum(end - begin for begin, end in silences),
        unreadable=found.unreadable,
    )


def _all_lost(sent: Sent, found: Recorded) -> Verdict:
    """No line can be laid beside what is missing: all of it is unexplained."""
    silent_s = sum(end - begin for begin, end in holes(found.voice))
    return Verdict(
        frames=sent.frames,
        seen=sent.frames - min(sent.shown, default=sent.frames),
        recorded=0,
        shown=len(sent.shown),
        missing=tuple(range(sent.frames)),
        unexplained=sent.frames,
        unfounded=0,
        lines=0,
        edge_ms=None,
        bend_ms=None,
        skew_ms=None,
        voice_missing_ms=1000 * (silent_s if found.voice else sent.frames * FRAME_S),
        unreadable=found.unreadable,
    )


def holes(parts: Iterable[Voice]) -> list[Hole]:
    """Stretches in which voice packets should lie. Between parts RTP time tells, for there the
    recording's own time line may be corrected.
    """
    found: list[Hole] = []
    before: Voice | None = None
    for part in parts:
        if before is not None:
            packets = ((part.first_rtp - before.last_rtp) & 0xFFFFFFFF) / PACKET_RTP
            if packets >= 1.5:
                found.append((before.times[-1] + PACKET_S, part.times[0]))
        for one, other in itertools.pairwise(part.times):
            if other - one > 1.5 * PACKET_S:
                found.append((one + PACKET_S, other))
        before = part
    return found


def skew_ms(own: Marks | None, flashes: Sequence[float], beeps: Sequence[float]) -> float | None:
    """How much later than its flash a beep is recorded, less what it was on the sender's own tracks.
    Tracks that share a clock (`own` is None) have their beeps at their flashes.
    """
    recorded = Marks(flashes, beeps)
    skew_s = skew_between(own or Marks(flashes, flashes), recorded)
    return None if skew_s is None else 1000 * skew_s


class _RecordedClock:
    """Where a frame lies on the recording's time line, or would lie, judged by its neighbours."""

    def __init__(self, frames: dict[int, float], numbering: Numbering) -> None:
        self._numbers = sorted(frames)
        self._frames = frames
        self._sent_at = numbering.time_of

    def time_of(self, number: int) -> float:
        at = bisect.bisect_left(self._numbers, number)
        near = min(
            self._numbers[max(0, at - 1) : at + 1], key=lambda other: abs(other - number), default=0
        )
        return self._frames.get(near, 0.0) + self._sent_at(number) - self._sent_at(near)


def _lines(gaps: Iterable[GapSpan], source: TrackSource, end_s: float) -> list[Hole]:
    spans = [(g.from_mono_ms / 1000, g.to_mono_ms / 1000) for g in gaps if g.source is source]
    return sorted(span for span in spans if span[0] < end_s - ROUNDING_S)


def _within(line: Hole, missing: Sequence[Hole], least_s: float) -> Hole | None:
    """From the first to the last stretch of which at least so much lies in the line."""
    begin, end = line[0] - ROUNDING_S, line[1] + ROUNDING_S
    inside = [hole for hole in missing if min(hole[1], end) - max(hole[0], begin) >= least_s]
    return (inside[0][0], inside[-1][1]) if inside else None


def _outside(missing: Sequence[Hole], lines: Sequence[Hole]) -> int:
    """Stretches of which half or more lies in no line."""
    return sum(
        sum(max(0.0, min(to, end) - max(begin, start)) for begin, end in lines) < (to - start) / 2
        for start, to in missing
    )
