"""What the relay tells the worker; field for field the events of the worker link.

`incarnation` is the page whose transport of the leg is meant (`LegSpec`).
"""

from dataclasses import dataclass
from enum import StrEnum

from casework.ports import TrackKind, TrackSource
from signaling.relay.spec import Offer


class Presence(StrEnum):
    """A leg's life. `gone` = nothing heard for 3 s; it is kept 60 s for a rejoin."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    GONE = "gone"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LegState:
    """`cause` is a slug, set for `closed`: left, replaced, timeout, dtls_failed, room_closed, or
    the cause given by the desk.
    """

    call: str
    leg: str
    incarnation: int
    state: Presence
    cause: str | None
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Reoffer:
    """The leg's slots need new SSRCs: the page must answer this offer. At most one is outstanding
    per leg; needs that arise meanwhile are coalesced into the next. An offer that may have been
    lost on the way to the page is superseded by `Relay.restart_leg`.
    """

    call: str
    leg: str
    incarnation: int
    offer: Offer


@dataclass(frozen=True, slots=True)
class Stream:
    mid: str
    source_leg: str
    site: str
    source: TrackSource
    kind: TrackKind


@dataclass(frozen=True, slots=True)
class Streams:
    """What each down m-line of `leg` carries now; an absent mid carries nothing."""

    call: str
    leg: str
    incarnation: int
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class LegQuality:
    """About every two seconds for each connected leg; loss in thousandths. Videos are those that
    moved; the estimate is the page's own of what it can receive, the ceiling what it may send.
    """

    call: str
    leg: str
    incarnation: int
    mono_ms: int
    up_kbps: int
    down_kbps: int
    up_loss_permille: int
    down_loss_permille: int
    rtt_ms: int | None
    jitter_ms: int | None
    up_videos: int
    down_videos: int
    down_estimate_kbps: int | None
    up_ceiling_kbps: int | None


RelayEvent = LegState | Reoffer | Streams | LegQuality
