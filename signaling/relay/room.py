"""One call's legs: who may be heard, who gets whom, and who is there."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

from casework.model.line import Rung
from casework.ports import GapCause, MediaTap, TrackInfo, TrackKind, TrackSource
from signaling.relay.codecs import AUDIO_LEVEL_ID
from signaling.relay.dtls import DtlsState
from signaling.relay.errors import UnknownLeg
from signaling.relay.events import LegQuality, LegState, Presence, RelayEvent, Reoffer, Streams
from signaling.relay.leg import Leg, Shared
from signaling.relay.matrix import ForwardingMatrix
from signaling.relay.presence import next_presence
from signaling.relay.reports import LegReports
from signaling.relay.spec import HeldLeg, LegSpec, Offer, Route
from signaling.relay.uplink import UplinkStream

RECORDED_KEYFRAME_NS = 10_000_000_000


class Room:
    """Admission, limits and the count of offers belong to a leg *id* and outlive its transport, so
    that a reloaded page goes on where it was; `close_leg` forgets them.
    """

    def __init__(
        self,
        call: str,
        tap: MediaTap | None,
        shared: Shared,
        emit: Callable[[RelayEvent], None],
        video_ceiling_bits: int,
    ) -> None:
        self.call = call
        self.legs: dict[str, Leg] = {}
        self._tap = tap
        self._shared = shared
        self._emit = emit
        self._video_ceiling_bits = video_ceiling_bits
        self._matrix = ForwardingMatrix()
        self._admitted: dict[str, frozenset[TrackSource]] = {}
        self._limits: dict[str, Rung] = {}
        self._offers: dict[str, int] = {}
        self._reports: dict[Leg, LegReports] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_track = 1

    def streams(self) -> list[Streams]:
        """What each leg gets now."""
        return [self._streams(leg) for leg in self.legs.values()]

    def held(self) -> list[HeldLeg]:
        return [
            HeldLeg(leg.spec.leg, leg.spec.incarnation, leg.unanswered)
            for leg in self.legs.values()
        ]

    # --- commands ------------------------------------------------------------------------------

    def find(self, leg: str) -> Leg:
        try:
            return self.legs[leg]
        except KeyError:
            raise UnknownLeg(leg=leg) from None

    def open_leg(self, spec: LegSpec, now_ns: int) -> Offer:
        old = self.legs.get(spec.leg)
        if old is not None:
            self._detach(old, GapCause.LEG_GONE)
            self._spawn(old.transport.close())
        leg = Leg(spec, self, self._shared, self._tap, self._offers.get(spec.leg, 0))
        leg.publications.admit(self._admitted.get(spec.leg, frozenset()), None)
        self.legs[spec.leg] = leg
        self._reports[leg] = LegReports(leg, self._video_ceiling_bits)
        self._apply_limit(leg, None)
        self._set_presence(leg, Presence.NEW, now_ns)
        return self._offer(leg)

    def answer_leg(self, leg_id: str, offer: int, sdp: str, now_ns: int) -> None:
        leg = self.find(leg_id)
        leg.answered(offer, sdp)
        if leg.presence is Presence.NEW:
            leg.transport.heard(now_ns)
            self._set_presence(leg, Presence.CONNECTING, now_ns)
        self.rewire()

    def restart_leg(self, leg_id: str) -> Offer:
        leg = self.find(leg_id)
        leg.transport.ice.restart()
        return self._offer(leg)

    def close_leg(self, leg_id: str, cause: GapCause | None, now_ns: int) -> None:
        self._admitted.pop(leg_id, None)
        self._limits.pop(leg_id, None)
        self._offers.pop(leg_id, None)
        leg = self.legs.get(leg_id)
        if leg is not None:
            self._end(leg, cause, cause or "left", now_ns)

    def admit_leg(
        self, leg_id: str, sources: Collection[TrackSource], cause: GapCause | None
    ) -> None:
        self._admitted[leg_id] = frozenset(sources)
        if leg_id in self.legs:
            self.legs[leg_id].publications.admit(sources, cause)
            self.rewire()

    def limit_leg(self, leg_id: str, rung: Rung, cause: GapCause | None) -> None:
        self._limits[leg_id] = rung
        if leg_id in self.legs:
            self._apply_limit(self.legs[leg_id], cause)
            self.rewire()

    def _apply_limit(self, leg: Leg, cause: GapCause | None) -> None:
        rung = self._limits.get(leg.spec.leg, Rung.FULL)
        paused = rung in {Rung.AUDIO_FIRST, Rung.TELEPHONE}
        leg.publications.pause_pictures(cause, paused=paused)
        self._reports[leg].lowered = rung is not Rung.FULL

    def set_routes(self, routes: Sequence[Route]) -> None:
        self._matrix.replace(routes)
        self.rewire()

    def request_keyframe(self, track: int) -> None:
        for leg in self.legs.values():
            for stream in leg.publications:
                if stream.is_video and stream.track is not None and stream.track.track == track:
                    stream.keyframes.request()

    async def close(self, now_ns: int) -> None:
        for leg in list(self.legs.values()):
            self._end(leg, None, "room_closed", now_ns)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what legs tell (leg.LegRoom) -----------------------------------------------------------

    def new_track(self, leg: Leg, stream: UplinkStream) -> TrackInfo:
        number, self._next_track = self._next_track, self._next_track + 1
        return TrackInfo(
            track=number,
            leg=leg.spec.leg,
            site=leg.spec.site,
            source=stream.source,
            kind=stream.kind,
            codec=stream.codec.name.lower(),
            clock_rate=stream.codec.clock_rate,
            ssrc=stream.ssrc,
            channels=stream.codec.channels,
            level_id=None if stream.is_video else AUDIO_LEVEL_ID,
        )

    def connection_changed(self, leg: Leg, state: DtlsState, now_ns: int) -> None:
        if self.legs.get(leg.spec.leg) is not leg:
            return
        if state is DtlsState.CONNECTED:
            leg.transport.heard(now_ns)
            self._set_presence(leg, Presence.CONNECTED, now_ns)
            self._reports[leg].report(now_ns, self._ceiling)
            self.rewire()
        else:
            slug = "left" if state is DtlsState.CLOSED else "dtls_failed"
            self._end(leg, GapCause.LEG_GONE, slug, now_ns)

    def reoffer(self, leg: Leg) -> None:
        spec = leg.spec
        self._emit(Reoffer(self.call, spec.leg, spec.incarnation, self._offer(leg)))

    def rewire(self) -> None:
        """Gives every leg the streams that have a track and that the matrix allows it.

        A leg that is gone gets none: when it is back, a new run begins with a keyframe, instead
        of a storm of requests for what it missed.
        """
        for leg in self.legs.values():
            if leg.transport.connected and leg.subscriptions.update(self._wanted(leg)):
                self._emit(self._streams(leg))
        for leg in self.legs.values():
            for stream in leg.publications:
                stream.downlinks = tuple(
                    other.subscriptions.active[stream]
                    for other in self.legs.values()
                    if stream in other.subscriptions.active
                )

    # --- time ----------------------------------------------------------------------------------

    def tick(self, leg: Leg, now_ns: int) -> None:
        """A quarter of a second has passed for one leg."""
        leg.tick()
        state = next_presence(leg.presence, now_ns - leg.transport.heard_ns)
        if state is not leg.presence:
            self._presence_changed(leg, state, now_ns)
        if leg.presence is not Presence.CONNECTED:
            return
        self._reports[leg].report(now_ns, self._ceiling)
        self._tell_quality(leg, now_ns)
        if self._tap is not None:
            for stream in leg.publications:
                self._keep_keyframes_coming(stream, now_ns)

    def _presence_changed(self, leg: Leg, state: Presence, now_ns: int) -> None:
        if state is Presence.CLOSED:
            self._end(leg, GapCause.LEG_GONE, "timeout", now_ns)
            return
        self._set_presence(leg, state, now_ns)
        if state is Presence.GONE:
            leg.publications.silent()
        self.rewire()

    def _tell_quality(self, leg: Leg, now_ns: int) -> None:
        reports = self._reports[leg]
        figures = reports.quality(now_ns)
        if figures is None:
            return
        rtt = leg.measured_rtt_ns
        self._emit(
            LegQuality(
                call=self.call,
                leg=leg.spec.leg,
                incarnation=leg.spec.incarnation,
                mono_ms=now_ns // 1_000_000,
                up_kbps=figures.up_kbps,
                down_kbps=figures.down_kbps,
                up_loss_permille=figures.up_loss_permille,
                down_loss_permille=figures.down_loss_permille,
                rtt_ms=None if rtt is None else rtt // 1_000_000,
                jitter_ms=figures.jitter_ms,
                up_videos=figures.up_videos,
                down_videos=figures.down_videos,
                down_estimate_kbps=_kbps(reports.estimate),
                up_ceiling_kbps=_kbps(reports.allowed_bits),
            )
        )

    @staticmethod
    def _keep_keyframes_coming(stream: UplinkStream, now_ns: int) -> None:
        last_ns = stream.keyframes.last_keyframe_ns
        due = last_ns is None or now_ns - last_ns >= RECORDED_KEYFRAME_NS
        if due and stream.is_video and stream.track is not None:
            stream.keyframes.request()

    # --- inner ---------------------------------------------------------------------------------

    def _wanted(self, to: Leg) -> list[UplinkStream]:
        if to.presence is Presence.GONE:
            return []
        return [
            stream
            for source in self.legs.values()
            for stream in source.publications
            if stream.track is not None
            # A leg without a speaker has no m-line for sound, whatever is renegotiated.
            and (to.spec.speaker or stream.kind is not TrackKind.AUDIO)
            and self._matrix.allows(
                source.spec.leg, source.spec.site, to.spec.leg, to.spec.site, stream.kind
            )
        ]

    def _ceiling(self, stream: UplinkStream) -> int:
        """The least that any subscriber of the stream leaves it, and the configured most."""
        ceilings = (
            report.ceiling.bits
            for leg, report in self._reports.items()
            if stream in leg.subscriptions.active and report.ceiling.bits is not None
        )
        return min((*ceilings, self._video_ceiling_bits))

    def _offer(self, leg: Leg) -> Offer:
        offer = leg.offer()
        self._offers[leg.spec.leg] = offer.number
        return offer

    def _end(self, leg: Leg, cause: GapCause | None, slug: str, now_ns: int) -> None:
        self._detach(leg, cause)
        self._spawn(leg.transport.close())
        self._set_presence(leg, Presence.CLOSED, now_ns, slug)

    def _detach(self, leg: Leg, cause: GapCause | None) -> None:
        del self.legs[leg.spec.leg]
        del self._reports[leg]
        leg.detach(cause)
        self.rewire()

    def _set_presence(
        self, leg: Leg, state: Presence, now_ns: int, cause: str | None = None
    ) -> None:
        leg.presence = state
        spec = leg.spec
        at_ms = now_ns // 1_000_000
        self._emit(LegState(self.call, spec.leg, spec.incarnation, state, cause, at_ms))

    def _streams(self, leg: Leg) -> Streams:
        spec = leg.spec
        return Streams(self.call, spec.leg, spec.incarnation, leg.subscriptions.described)

    def _spawn(self, closing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(closing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _kbps(bits: int | None) -> int | None:
    return None if bits is None else bits // 1000
