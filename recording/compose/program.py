"""What a derived view of a call shows: lanes, their names, captions, and the words for gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.ports import GapCause, TrackSource
from recording.timeline import PartSpan, Timeline

FRAME_MS = 67
"""The last picture and the last packet of sound last about as long as one frame."""

Lane = tuple[str, TrackSource]
"""A leg and one of its sources."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Times are ms from the beginning of the recording; `to_ms` is exclusive."""

    from_ms: int
    to_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the picture. `derived` says that this is no evidence, `missing` takes
    `%(cause)s`, `gap` takes `%(name)s`, `%(cause)s` and `%(seconds)s`.
    """

    derived: str
    not_recorded: str
    missing: str
    gap: str
    causes: Mapping[GapCause, str]


@dataclass(frozen=True, slots=True)
class Program:
    """One call's recording, ready to be shown. `names` has every lane of the timeline, and no
    personal name; `captions` lie in order of their beginning.
    """

    call: str
    timeline: Timeline
    names: Mapping[Lane, str]
    captions: tuple[Caption, ...]
    words: Words
    time_zone: str

    @property
    def duration_ms(self) -> int:
        return self.timeline.end_mono_ms - self.timeline.start_mono_ms + FRAME_MS

    @property
    def tiles(self) -> tuple[Lane, ...]:
        """Lanes with a picture, in the order of `names`; a leg without any shows that it speaks."""
        seen = {leg for leg, source in self.names if source is not TrackSource.MICROPHONE}
        return tuple(
            (leg, source)
            for leg, source in self.names
            if source is not TrackSource.MICROPHONE or leg not in seen
        )

    def parts(self, lane: Lane) -> list[PartSpan]:
        """Parts that hold something of the lane, by their beginning."""
        leg, source = lane
        return [
            part
            for part in self.timeline.parts
            if part.leg == leg and source in part.sources and part.segments
        ]

    def cause_at(self, lane: Lane, mono_ms: int) -> GapCause | None:
        """Why the lane is missing at that moment; None unless the gap ledger has a line for it."""
        for gap in self.timeline.gaps:
            if (gap.leg, gap.source) == lane and gap.from_mono_ms <= mono_ms < gap.to_mono_ms:
                return gap.cause
        return None

    def metadata(self) -> dict[str, str]:
        """What a container says of itself."""
        return {
            "title": f"{self.words.derived} · {self.call}",
            "comment": f"{self.words.derived} · yunchuang/rec/v1 · call {self.call}",
        }


def lanes_of(timeline: Timeline) -> list[Lane]:
    """Every leg and source that was recorded or is known to be missing, as they first came."""
    recorded = [(part.leg, source) for part in timeline.parts for source in part.sources]
    missing = [(gap.leg, gap.source) for gap in timeline.gaps]
    return list(dict.fromkeys([*recorded, *missing]))


def captions_of(
    timeline: Timeline,
    names: Mapping[Lane, str],
    marks: Sequence[tuple[int, str]],
    words: Words,
) -> tuple[Caption, ...]:
    """`marks` are (ms from the beginning, text). A gap stays in the caption while it lasts; one
    shorter than a second is seen in its tile alone.
    """
    captions = [Caption(at_ms, at_ms + _SHOWN_MS, text) for at_ms, text in marks]
    for gap in timeline.gaps:
        length = gap.to_mono_ms - gap.from_mono_ms
        if length < _SHORT_GAP_MS:
            continue
        said = {
            "name": names[gap.leg, gap.source],
            "cause": words.causes[gap.cause],
            "seconds": f"{length / 1000:.1f}",
        }
        begins = gap.from_mono_ms - timeline.start_mono_ms
        captions.append(Caption(begins, begins + max(length, _SHOWN_MS), words.gap % said))
    return tuple(sorted(captions, key=lambda one: (one.from_ms, one.text)))


_SHOWN_MS = 5_000
_SHORT_GAP_MS = 1_000
