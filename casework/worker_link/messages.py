"""Messages of the worker link. One JSON object a frame; a frame is a 4-byte big-endian length and
that many bytes of UTF-8, at most `MAX_FRAME_BYTES`.

The desk sends *commands* (each with `id`, each answered once by `Done` or `Failed`); the worker
sends *events*. A durable event carries a `n` that grows by one per call and is sent again after a
reconnect until the desk has acknowledged it; other events only tell the newest state.
Times are milliseconds; `mono_ms` is CLOCK_MONOTONIC of the machine, `t_ms` is wall time.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from casework.model.line import Rung
from casework.ports import ContentFinding, GapCause, TrackKind, TrackSource

MAX_FRAME_BYTES = 1 << 20
PROTOCOL_VERSION = 1
MAX_PARTS = 200
"""Parts of one call. `rec.head` and `rec.end` name all of them, and an entry has 65,535 bytes."""

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Sdp = Annotated[str, Field(max_length=65_536)]
Directory = Annotated[str, Field(min_length=1, max_length=4_096, pattern=r"^[^\x00]+$")]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hex16 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


# --- commands: desk -> worker -------------------------------------------------------------------


class Hello(Message):
    """First command on a connection; `acks` = last durable `n` the desk holds for each call."""

    type: Literal["hello"] = "hello"
    id: int
    version: int = PROTOCOL_VERSION
    desk: Id
    acks: dict[Id, int] = Field(default_factory=dict)


class OpenRoom(Message):
    """Opens a room and arms its recorder, before any leg exists. Idempotent by (call, epoch);
    an older epoch is refused with `stale_epoch`. `logged` is the last durable `n` that the desk
    holds of the call: the recorder gives out greater ones, whatever became of its journal.
    """

    type: Literal["open_room"] = "open_room"
    id: int
    call: Id
    epoch: int
    record: bool
    call_key: Annotated[str, Field(max_length=64)] | None = None  # base64, 32 bytes
    directory: Directory | None = None
    logged: int = 0


class CloseRoom(Message):
    type: Literal["close_room"] = "close_room"
    id: int
    call: Id
    reason: Id


class OpenLeg(Message):
    """Makes a leg and returns the server's offer in `Done.offer`. A leg id that exists is
    re-offered: the newest page wins and the old transport is closed.
    """

    type: Literal["open_leg"] = "open_leg"
    id: int
    call: Id
    leg: Id
    site: Id
    microphone: bool
    speaker: bool
    videos: list[TrackSource] = Field(max_length=4)
    expected: list[TrackSource] = Field(default_factory=list, max_length=5)


class AnswerLeg(Message):
    """The page's answer to offer number `offer`; an answer to an older offer is refused."""

    type: Literal["answer_leg"] = "answer_leg"
    id: int
    call: Id
    leg: Id
    offer: int
    sdp: Sdp


class RestartLeg(Message):
    """ICE restart (RFC 8445 9): a new offer with new credentials on the same DTLS."""

    type: Literal["restart_leg"] = "restart_leg"
    id: int
    call: Id
    leg: Id


class CloseLeg(Message):
    type: Literal["close_leg"] = "close_leg"
    id: int
    call: Id
    leg: Id
    cause: GapCause | None = None


class AdmitLeg(Message):
    """Until admitted, a leg's media is neither forwarded nor recorded (notice not yet answered).
    `sources` limits admission to some tracks: on a shared counter PC the clerk's camera is
    admitted at once and microphone and citizen camera after the answer.
    """

    type: Literal["admit_leg"] = "admit_leg"
    id: int
    call: Id
    leg: Id
    sources: list[TrackSource] = Field(max_length=5)
    cause: GapCause | None = None


class LimitLeg(Message):
    """How much of what the leg sends may go on: at `lower_video` its pictures get a low ceiling, at
    `audio_first` and `telephone` they are neither forwarded nor recorded, a gap with `cause`. Lasts
    until it is told otherwise or the leg is closed.
    """

    type: Literal["limit_leg"] = "limit_leg"
    id: int
    call: Id
    leg: Id
    rung: Rung
    cause: GapCause | None = None


class Route(Message):
    """One cell of the forwarding matrix; the default is forward, except audio within a site,
    which no cell can allow.
    """

    source_leg: Id
    to_leg: Id
    kind: TrackKind
    forward: bool


class SetRoutes(Message):
    type: Literal["set_routes"] = "set_routes"
    id: int
    call: Id
    routes: list[Route] = Field(max_length=256)


class AskKeyframe(Message):
    type: Literal["ask_keyframe"] = "ask_keyframe"
    id: int
    call: Id
    leg: Id


class Ack(Message):
    """Durable events of `call` up to `n` are committed at the desk."""

    type: Literal["ack"] = "ack"
    id: int
    call: Id
    n: int


class TakeStock(Message):
    """Asks what the worker holds (`Done.stock`)."""

    type: Literal["take_stock"] = "take_stock"
    id: int


class Drain(Message):
    """Take no new rooms; exit when the last one closes."""

    type: Literal["drain"] = "drain"
    id: int


Command = Annotated[
    Hello
    | OpenRoom
    | CloseRoom
    | OpenLeg
    | AnswerLeg
    | RestartLeg
    | CloseLeg
    | AdmitLeg
    | LimitLeg
    | SetRoutes
    | AskKeyframe
    | Ack
    | TakeStock
    | Drain,
    Field(discriminator="type"),
]

# --- answers: worker -> desk --------------------------------------------------------------------


class RoomState(Message):
    """A room the worker already holds, told to a desk that (re)connects."""

    call: Id
    epoch: int
    legs: list[Id]
    last_n: int


class Offer(Message):
    """`slots` maps the mid of each down m-line to nothing yet; `streams` events fill it."""

    number: int
    sdp: Sdp


class Stock(Message):
    """What a worker holds now: `addresses` that passed a check and user name `fragments` that would
    (both 0 without legs), `unsettled` calls that ended here and whose end no desk has acknowledged.
    """

    rooms: int
    legs: int
    addresses: int
    fragments: int
    unsettled: int
    tasks: int
    threads: int


class Done(Message):
    type: Literal["done"] = "done"
    id: int
    offer: Offer | None = None
    rooms: list[RoomState] | None = None
    stock: Stock | None = None


class Failed(Message):
    type: Literal["failed"] = "failed"
    id: int
    code: Id
    message: Annotated[str, Field(max_length=1000)]


# --- events: worker -> desk ---------------------------------------------------------------------


class LegState(Message):
    """`gone` = no STUN, RTCP or RTP for 3 s; the leg is kept 60 s for a rejoin."""

    type: Literal["leg_state"] = "leg_state"
    call: Id
    leg: Id
    state: Literal["new", "connecting", "connected", "gone", "closed"]
    cause: Id | None = None
    mono_ms: int


class Reoffer(Message):
    """The worker needs a renegotiation of this leg (at most one offer outstanding)."""

    type: Literal["reoffer"] = "reoffer"
    call: Id
    leg: Id
    offer: Offer


class Stream(Message):
    mid: Annotated[str, Field(max_length=16)]
    source_leg: Id
    site: Id
    source: TrackSource
    kind: TrackKind


class Streams(Message):
    """What each down m-line of `leg` carries now; a mid that is absent carries nothing."""

    type: Literal["streams"] = "streams"
    call: Id
    leg: Id
    streams: list[Stream]


class LegQuality(Message):
    """About every two seconds for each leg. `up_videos` and `down_videos` are the pictures that moved;
    `down_estimate_kbps` is what the page's receiver thinks its line carries, None while it says
    nothing; `up_ceiling_kbps` is what the worker allows the page to send, None for no video.
    """

    type: Literal["leg_quality"] = "leg_quality"
    call: Id
    leg: Id
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


class PartOpened(Message):
    """Durable. A writer was opened: new random part id, header hash and key commitment.
    `t_ms` and `mono_ms` are those of the part's time 0.
    """

    type: Literal["part_opened"] = "part_opened"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    part: Hex16
    leg: Id
    site: Id
    sources: list[TrackSource] = Field(max_length=2)
    commitment: Hex32
    header_sha256: Hex32
    previous: Hex16 | None = None
    cause: GapCause | None = None


class Head(Message):
    part: Hex16
    segments: int
    record_sha256: Hex32  # head of the part's chain of segment records


class Absent(Message):
    """A source that is away since then; its line of the ledger is written when it is back."""

    leg: Id
    source: TrackSource
    cause: GapCause
    from_mono_ms: int


class Heads(Message):
    """Durable. Every 10 s, at a gap longer than one segment, and when a source goes: heads of all
    parts of the call. `absent` is for whoever takes over the recording, and not for the log.
    """

    type: Literal["heads"] = "heads"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    heads: list[Head]
    absent: list[Absent] = Field(default_factory=list)


class Gap(Message):
    """Durable. One line of the gap ledger; an open gap is written when it closes."""

    type: Literal["gap"] = "gap"
    call: Id
    n: int
    t_ms: int
    leg: Id
    source: TrackSource
    cause: GapCause
    from_mono_ms: int
    to_mono_ms: int
    frames: int | None = None


class PartClosed(Message):
    """Durable. Totals of a part; expected against recorded frames of each track.
    `mono_ms` is where its recorded time ends.
    """

    type: Literal["part_closed"] = "part_closed"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    part: Hex16
    segments: int
    bytes: int
    record_sha256: Hex32
    audio_frames: int
    video_frames: int
    missing_frames: int


class RecordingFault(Message):
    """Durable. Disk full, failing fsync, tap overflow: what turned health red."""

    type: Literal["recording_fault"] = "recording_fault"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    cause: GapCause
    detail: Annotated[str, Field(max_length=300)]


class ContentNoted(Message):
    """Durable. Something about what a track shows or says is odd from here on; None: no more."""

    type: Literal["content_noted"] = "content_noted"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    leg: Id
    source: TrackSource
    finding: ContentFinding | None


class RoomClosed(Message):
    """Durable, the last of a call."""

    type: Literal["room_closed"] = "room_closed"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    reason: Id
    parts: int


DurableEvent = PartOpened | Heads | Gap | PartClosed | RecordingFault | ContentNoted | RoomClosed
Event = Annotated[
    LegState
    | Reoffer
    | Streams
    | LegQuality
    | Health
    | PartOpened
    | Heads
    | Gap
    | PartClosed
    | RecordingFault
    | ContentNoted
    | RoomClosed,
    Field(discriminator="type"),
]

FromWorker = Annotated[Done | Failed | Event, Field(discriminator="type")]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
FROM_WORKER: TypeAdapter[FromWorker] = TypeAdapter(FromWorker)
