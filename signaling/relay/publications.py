"""What one leg sends: its streams by SSRC, as its answers declared them."""

from collections.abc import Collection, Iterator

from casework.ports import GapCause, MediaTap, TrackKind, TrackSource
from signaling.relay.codecs import CODECS
from signaling.relay.counters import Counters
from signaling.relay.errors import BadAnswer
from signaling.relay.sdp_answer import AnswerSection
from signaling.relay.sdp_offer import OfferSection
from signaling.relay.spec import LegSpec
from signaling.relay.uplink import Publisher, UplinkStream

MOST_SSRCS = 64
"""In a leg's life: libsrtp keeps a context for each that was ever heard. Browsers name four."""


def up_sections(spec: LegSpec) -> list[OfferSection]:
    """Up m-lines; the mid of each is its track source."""
    sections = [OfferSection(TrackSource.MICROPHONE, TrackKind.AUDIO)] if spec.microphone else []
    return sections + [OfferSection(source, TrackKind.VIDEO) for source in spec.videos]


class Publications:
    """An answer usually declares the SSRC of each m-line. One that does not may be latched from a
    first authentic packet, if its payload type fits exactly one such m-line; an SSRC never moves
    to another m-line.
    """

    def __init__(self, publisher: Publisher, tap: MediaTap | None, counters: Counters) -> None:
        self._publisher = publisher
        self._tap = tap
        self._counters = counters
        self._admitted: frozenset[TrackSource] = frozenset()
        self._pictures_paused = False
        self._undeclared: dict[TrackSource, TrackKind] = {}
        self._named: set[int] = set()
        self.by_ssrc: dict[int, UplinkStream] = {}

    def __iter__(self) -> Iterator[UplinkStream]:
        return iter(self.by_ssrc.values())

    def answered(self, sections: Collection[AnswerSection]) -> None:
        """Streams that an answer drops or gives another SSRC end; the rest go on.

        Raises `BadAnswer` when the leg has named too many, and then has changed nothing.
        """
        named = self._named | {s.ssrc for s in sections if s.ssrc is not None}
        if len(named) > MOST_SSRCS:
            raise BadAnswer("the leg has named too many SSRCs")
        self._named = named
        kept: dict[int, UplinkStream] = {}
        fresh: list[tuple[int, TrackSource, TrackKind]] = []
        undeclared: dict[TrackSource, TrackKind] = {}
        latched = {stream.source: stream for stream in self}
        for section in sections:
            if not section.direction.sends:
                continue
            source = TrackSource(section.mid)
            stream = latched.get(source)
            if stream is not None and section.ssrc in {None, stream.ssrc}:
                kept[stream.ssrc] = stream
            elif section.ssrc is None:
                undeclared[source] = section.kind
            else:
                fresh.append((section.ssrc, source, section.kind))
        for ssrc, stream in self.by_ssrc.items():
            if ssrc not in kept:
                stream.close(GapCause.LEG_GONE)
        self.by_ssrc = kept
        self._undeclared = undeclared
        for ssrc, source, kind in fresh:
            if ssrc in kept:
                self._counters["sdp.ssrc_taken"] += 1
            else:
                self._add(ssrc, source, kind)

    def latchable(self, payload_type: int) -> TrackSource | None:
        """The one m-line without an SSRC that a packet of this payload type can belong to."""
        if len(self._named) >= MOST_SSRCS:
            return None
        fitting = [
            source
            for source, kind in self._undeclared.items()
            if CODECS[kind].payload_type == payload_type
        ]
        return fitting[0] if len(fitting) == 1 else None

    def latch(self, ssrc: int, source: TrackSource) -> UplinkStream:
        self._named.add(ssrc)
        return self._add(ssrc, source, self._undeclared.pop(source))

    def admit(self, sources: Collection[TrackSource], cause: GapCause | None) -> None:
        self._admitted = frozenset(sources)
        self._let_in(cause)

    def pause_pictures(self, cause: GapCause | None, *, paused: bool) -> None:
        """What comes of a paused picture is counted for reports and no more; sound goes on. When the
        pause ends, a picture begins anew with its next packet, as a new track.
        """
        if paused is not self._pictures_paused:
            self._pictures_paused = paused
            self._let_in(cause)

    def _let_in(self, cause: GapCause | None) -> None:
        for stream in self:
            stream.admitted = self._lets_in(stream)
            if not stream.admitted:
                stream.withdraw(cause)

    def _lets_in(self, stream: UplinkStream) -> bool:
        paused = stream.is_video and self._pictures_paused
        return stream.source in self._admitted and not paused

    def silent(self) -> None:
        """The leg is gone for now: what comes later is a new track for the recorder."""
        for stream in self:
            stream.withdraw(GapCause.LEG_GONE)

    def close(self, cause: GapCause | None) -> None:
        for stream in self:
            stream.close(cause)
        self.by_ssrc = {}
        self._undeclared = {}

    def _add(self, ssrc: int, source: TrackSource, kind: TrackKind) -> UplinkStream:
        stream = UplinkStream(
            ssrc, source, CODECS[kind], self._publisher, self._tap, self._counters
        )
        stream.admitted = self._lets_in(stream)
        self.by_ssrc[ssrc] = stream
        return stream
