"""The worker's words as the page protocol has them."""

from collections.abc import Mapping

from casework.model.call import Seat
from casework.model.line import LineFigures, LineLevel
from casework.worker_link import messages as m
from signaling.protocol.server import (
    IceServer,
    LegDevices,
    LegOffer,
    LegQuality,
    LegStreams,
    RemoteStream,
    RoomHealth,
    TrackHealth,
)
from signaling.rooms.sitting import Sitting


def leg_offer(call: str, leg: str, offer: m.Offer, ice_servers: list[IceServer]) -> LegOffer:
    return LegOffer(call=call, leg=leg, number=offer.number, sdp=offer.sdp, ice_servers=ice_servers)


def leg_devices(call: str, sitting: Sitting) -> LegDevices:
    return LegDevices(
        call=call,
        leg=sitting.leg,
        seat=sitting.seat,
        missing=list(sitting.missing),
        sharing=sitting.sharing,
    )


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


def leg_quality(
    call: str, leg: str, seat: Seat, figures: LineFigures, level: LineLevel
) -> LegQuality:
    return LegQuality(
        call=call,
        leg=leg,
        seat=seat,
        level=level,
        up_kbps=figures.up_kbps,
        down_kbps=figures.down_kbps,
        up_loss_permille=figures.up_loss_permille,
        down_loss_permille=figures.down_loss_permille,
        rtt_ms=figures.rtt_ms,
        jitter_ms=figures.jitter_ms,
        freezes=figures.freezes,
    )


def room_health(event: m.Health, mono_ms: int, seats: Mapping[str, Seat]) -> RoomHealth:
    """`seats` are those of the room's legs."""
    last = event.last_durable_mono_ms
    return RoomHealth(
        call=event.call,
        ok=event.ok,
        cause=event.cause,
        durable_ago_ms=None if last is None else max(0, mono_ms - last),
        tracks=[
            TrackHealth(
                leg=one.leg,
                seat=seats.get(one.leg),
                source=one.source,
                ok=one.ok,
                cause=one.cause,
                content=one.content,
            )
            for one in event.tracks
        ],
    )
