"""The worker's words as the page protocol has them."""

from casework.model.call import Seat
from casework.worker_link import messages as m
from signaling.protocol.server import (
    IceServer,
    LegOffer,
    LegQuality,
    LegStreams,
    RemoteStream,
    RoomHealth,
    TrackHealth,
)

# Loss grades of the HMCTS video hearings (domain.md §5), in thousandths.
_POOR_PERMILLE = 100
_BAD_PERMILLE = 150


def leg_offer(call: str, leg: str, offer: m.Offer, ice_servers: list[IceServer]) -> LegOffer:
    return LegOffer(call=call, leg=leg, number=offer.number, sdp=offer.sdp, ice_servers=ice_servers)


def leg_streams(call: str, leg: str, streams: tuple[m.Stream, ...]) -> LegStreams:
    return LegStreams(
        call=call,
        leg=leg,
        streams=[
            RemoteStream(
                mid=one.mid,
                source_leg=one.source_leg,
                site=one.site,
                source=one.source,
                kind=one.kind,
            )
            for one in streams
        ],
    )


def leg_quality(event: m.LegQuality, seat: Seat) -> LegQuality:
    worse = max(event.up_loss_permille, event.down_loss_permille)
    return LegQuality(
        call=event.call,
        leg=event.leg,
        seat=seat,
        grade="bad" if worse >= _BAD_PERMILLE else "poor" if worse >= _POOR_PERMILLE else "good",
        up_kbps=event.up_kbps,
        down_kbps=event.down_kbps,
        up_loss_permille=event.up_loss_permille,
        down_loss_permille=event.down_loss_permille,
        rtt_ms=event.rtt_ms,
    )


def room_health(event: m.Health, mono_ms: int) -> RoomHealth:
    last = event.last_durable_mono_ms
    return RoomHealth(
        call=event.call,
        ok=event.ok,
        cause=event.cause,
        durable_ago_ms=None if last is None else max(0, mono_ms - last),
        tracks=[
            TrackHealth(leg=one.leg, source=one.source, ok=one.ok, cause=one.cause)
            for one in event.tracks
        ],
    )
