"""Messages the desk sends to a page. `ok` carries further members that each request names."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from casework.model.call import Seat
from casework.model.line import LineLevel
from casework.ports import ContentFinding, TrackKind, TrackSource
from signaling.protocol.base import Id, Message, RequestId, Sdp, Seq, Stream


class Ok(Message):
    """The request `re` was carried out; what was promised is durable."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Literal["ok"] = "ok"
    re: RequestId


class Refused(Message):
    """`re` is None when the message was so broken that its id is not known."""

    type: Literal["error"] = "error"
    re: RequestId | None
    code: Id
    slug: Id
    title: str
    message: str
    details: dict[str, Any]


class StreamEvent(Message):
    """`data` is an RFC 7396 merge patch of the stream's snapshot, unless the stream says other."""

    type: Literal["event"] = "event"
    stream: Stream
    seq: Seq
    kind: Id
    data: dict[str, Any]


class IceServer(Message):
    """RTCIceServer of W3C WebRTC; credentials are valid for a limited time."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class LegOffer(Message):
    """Offer `number` of this leg; the page answers it by `leg.answer`. The newest one counts."""

    type: Literal["leg.offer"] = "leg.offer"
    call: Id
    leg: Id
    number: Seq
    sdp: Sdp
    ice_servers: list[IceServer] = Field(default_factory=list)


class RemoteStream(Message):
    mid: Annotated[str, Field(max_length=16)]
    source_leg: Id
    site: Id
    source: TrackSource
    kind: TrackKind


class LegStreams(Message):
    """What each down m-line carries now; it takes the place of what was told before."""

    type: Literal["leg.streams"] = "leg.streams"
    call: Id
    leg: Id
    streams: list[RemoteStream]


class LegDevices(Message):
    """Devices of a seat that went away while they were used, an empty list = all are there; and
    whether it shares a screen.
    """

    type: Literal["leg.devices"] = "leg.devices"
    call: Id
    leg: Id
    seat: Seat
    missing: list[TrackSource]
    sharing: bool = False


class LegReplaced(Message):
    """Another page sat down on this seat: this one closes its connection and stays off."""

    type: Literal["leg.replaced"] = "leg.replaced"
    call: Id
    leg: Id


class LegQuality(Message):
    """About every two seconds for each leg, to both ends. Loss in thousandths, both directions;
    `freezes` are those its page saw since the last one. `level` is the score, which holds still.
    """

    type: Literal["leg.quality"] = "leg.quality"
    call: Id
    leg: Id
    seat: Seat
    level: LineLevel
    up_kbps: int
    down_kbps: int
    up_loss_permille: int
    down_loss_permille: int
    rtt_ms: int | None
    jitter_ms: int | None = None
    freezes: int = 0


class TrackHealth(Message):
    """`content` is what is odd about what the track shows or says."""

    leg: Id
    seat: Seat | None = None
    source: TrackSource
    ok: bool
    cause: str | None = None
    content: ContentFinding | None = None


class RoomHealth(Message):
    """About every second. `durable_ago_ms` is the age of the newest durable segment."""

    type: Literal["room.health"] = "room.health"
    call: Id
    ok: bool
    cause: str | None = None
    durable_ago_ms: int | None = None
    tracks: list[TrackHealth] = Field(default_factory=list)


class RoomState(Message):
    """`open` = media can flow; `recovering` = the media worker is gone and another takes over."""

    type: Literal["room.state"] = "room.state"
    call: Id
    state: Literal["open", "recovering"]


class PagePresence(Message):
    """Whether the page on a seat is heard: gone at the latest 3 s after it fell silent."""

    type: Literal["page.presence"] = "page.presence"
    call: Id
    seat: Seat
    here: bool


class Bye(Message):
    """The desk closes the socket; the page comes back by itself unless the close code is final."""

    type: Literal["bye"] = "bye"
    reason: Literal["restart", "signed_out", "too_slow", "too_many_messages"]


AnyServerMessage = Annotated[
    Ok
    | Refused
    | StreamEvent
    | LegOffer
    | LegStreams
    | LegDevices
    | LegReplaced
    | LegQuality
    | RoomHealth
    | RoomState
    | PagePresence
    | Bye,
    Field(discriminator="type"),
]

SERVER_MESSAGE: TypeAdapter[AnyServerMessage] = TypeAdapter(AnyServerMessage)
