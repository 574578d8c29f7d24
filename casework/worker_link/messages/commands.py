"""Commands: from the desk to the worker, each answered once."""

from typing import Annotated, Literal

from pydantic import Field

from casework.model.line import Rung
from casework.ports import GapCause, TrackKind, TrackSource
from casework.worker_link.messages.base import (
    MAX_EVENTS,
    PROTOCOL_VERSION,
    Directory,
    Id,
    Message,
    Sdp,
)


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
    logged: Annotated[int, Field(ge=0, le=MAX_EVENTS)] = 0


class CloseRoom(Message):
    type: Literal["close_room"] = "close_room"
    id: int
    call: Id
    reason: Id


class OpenLeg(Message):
    """Makes a leg and returns the server's offer in `Done.offer`. A leg id that exists is
    re-offered: the newest page wins and the old transport is closed. `incarnation` is the page
    whose transport it is, as the desk counts them; the worker says it with all it tells of it.
    """

    type: Literal["open_leg"] = "open_leg"
    id: int
    call: Id
    leg: Id
    incarnation: int
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
