"""Events that tell the newest state of legs and recording; a lost one is made up for by the next."""

from typing import Annotated, Literal

from pydantic import Field

from casework.ports import ContentFinding, TrackKind, TrackSource
from casework.worker_link.messages.answers import Offer
from casework.worker_link.messages.base import Id, Message


class LegEvent(Message):
    """Of one leg. `incarnation` is the page whose transport it tells of: a desk that opened the leg for
    another page since then, while this waited to be read, does not take it for that page's.
    """

    call: Id
    leg: Id
    incarnation: int


class LegState(LegEvent):
    """`gone` = no STUN, RTCP or RTP for 3 s; the leg is kept 60 s for a rejoin."""

    type: Literal["leg_state"] = "leg_state"
    state: Literal["new", "connecting", "connected", "gone", "closed"]
    cause: Id | None = None
    mono_ms: int


class Reoffer(LegEvent):
    """The worker needs a renegotiation of this leg (at most one offer outstanding)."""

    type: Literal["reoffer"] = "reoffer"
    offer: Offer


class Stream(Message):
    mid: Annotated[str, Field(max_length=16)]
    source_leg: Id
    site: Id
    source: TrackSource
    kind: TrackKind


class Streams(LegEvent):
    """What each down m-line of `leg` carries now; a mid that is absent carries nothing."""

    type: Literal["streams"] = "streams"
    streams: list[Stream]


class LegQuality(LegEvent):
    """About every two seconds for each leg. `up_videos` and `down_videos` are the pictures that moved;
    `down_estimate_kbps` is what the page's receiver thinks its line carries, None while it says
    nothing; `up_ceiling_kbps` is what the worker allows the page to send, None for no video.
    """

    type: Literal["leg_quality"] = "leg_quality"
    mono_ms: int
    up_kbps: int
    down_kbps: int
    up_loss_permille: int
    down_loss_permille: int
    rtt_ms: int | None
    jitter_ms: int | None
    up_videos: int = 0
    down_videos: int = 0
    down_estimate_kbps: int | None = None
    up_ceiling_kbps: int | None = None


class TrackHealth(Message):
    """`bytes` of frames that were kept, since the recorder began; the ages are of the last durable
    segment and of the last keyframe that was kept. `content` is what is odd about what it shows.
    """

    leg: Id
    source: TrackSource
    ok: bool
    cause: Id | None = None
    bytes: int = 0
    durable_ago_ms: int | None = None
    keyframe_ago_ms: int | None = None
    content: ContentFinding | None = None


class Health(Message):
    """About every second while a room is recorded (design.md: healthy *now* = every required
    track written and the last durable segment at most 6 s old).
    """

    type: Literal["health"] = "health"
    call: Id
    ok: bool
    cause: Id | None = None
    last_durable_mono_ms: int | None
    tracks: list[TrackHealth]
