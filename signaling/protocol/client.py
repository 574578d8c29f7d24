"""Messages a page sends."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from casework.model.call import (
    AwayReason,
    CallKind,
    DeclineReason,
    EndReason,
    MarkKind,
    NoticeAnswer,
    PersonKind,
    Presence,
)
from casework.ports import TrackSource
from signaling.protocol.base import (
    MAX_STREAMS,
    ClientMessage,
    Hex32,
    Id,
    Message,
    Sdp,
    Seq,
    Stream,
    Text,
)

Present = Annotated[list[PersonKind], Field(max_length=9)]
Base64 = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9+/]+=*$")]
Sources = Annotated[list[TrackSource], Field(max_length=5)]


class Ping(ClientMessage):
    type: Literal["ping"] = "ping"


class Subscribe(ClientMessage):
    """Follows streams, each from the number the page has seen (0 = its beginning)."""

    type: Literal["subscribe"] = "subscribe"
    streams: Annotated[dict[Stream, Seq], Field(min_length=1, max_length=MAX_STREAMS)]


class Unsubscribe(ClientMessage):
    type: Literal["unsubscribe"] = "unsubscribe"
    streams: Annotated[list[Stream], Field(min_length=1, max_length=MAX_STREAMS)]


class ReadSnapshot(ClientMessage):
    """Asks for the present state of a stream and the number it belongs to."""

    type: Literal["snapshot"] = "snapshot"
    stream: Stream


class PresenceSet(ClientMessage):
    type: Literal["presence.set"] = "presence.set"
    state: Presence
    reason: AwayReason | None = None


class DeviceSigned(Message):
    """A request that the window's device numbered and signed (docs/evidence-package.md)."""

    call: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
    key: Hex32
    counter: Annotated[int, Field(ge=1, le=2**53 - 1)]
    answered: Seq
    size: Seq
    root: Base64
    signature: Base64


class CallRequest(ClientMessage):
    """The clerk calls the hall, or the reviewer the window of the case he holds."""

    type: Literal["call.request"] = "call.request"
    kind: CallKind = CallKind.REVIEW
    case: Id | None = None
    group: Id | None = None
    present: Present = Field(default_factory=lambda: [PersonKind.CITIZEN])
    device: DeviceSigned | None = None


class CallCancel(ClientMessage):
    type: Literal["call.cancel"] = "call.cancel"
    call: Id
    reason: Literal[EndReason.CANCELLED, EndReason.TO_DESK_REVIEW] = EndReason.CANCELLED


class CallEnd(ClientMessage):
    type: Literal["call.end"] = "call.end"
    call: Id
    reason: Literal[EndReason.FINISHED, EndReason.WITHDRAWN, EndReason.TO_DESK_REVIEW] = (
        EndReason.FINISHED
    )


class CallHold(ClientMessage):
    type: Literal["call.hold"] = "call.hold"
    call: Id
    on: bool


class CallSoundOnly(ClientMessage):
    """Both sides go on with sound alone, or see each other again."""

    type: Literal["call.sound_only"] = "call.sound_only"
    call: Id
    on: bool


class CallRecheck(ClientMessage):
    """The question is kept with the call; both must be right, or nothing is confirmed."""

    type: Literal["call.recheck"] = "call.recheck"
    call: Id
    name_confirmed: bool
    question: Annotated[str, Field(min_length=1, max_length=100)]
    question_answered: bool


class CallAddPerson(ClientMessage):
    type: Literal["call.add_person"] = "call.add_person"
    call: Id
    kind: PersonKind


class CallAttachCase(ClientMessage):
    type: Literal["call.attach_case"] = "call.attach_case"
    call: Id
    case: Id


class CallClose(ClientMessage):
    """Ends the reviewer's wrap-up; a consultation needs `topic` and `answer`."""

    type: Literal["call.close"] = "call.close"
    call: Id
    topic: Text = ""
    answer: Text = ""
    basis: Text = ""


class OfferAccept(ClientMessage):
    """`present` is said by a clerk whom the hall calls."""

    type: Literal["offer.accept"] = "offer.accept"
    offer: Id
    present: Present = Field(default_factory=lambda: [PersonKind.CITIZEN])


class OfferDecline(ClientMessage):
    type: Literal["offer.decline"] = "offer.decline"
    offer: Id
    reason: DeclineReason


class NoticeAnswered(ClientMessage):
    """`sha256` is the hash of the notice text that stood on the screen."""

    type: Literal["notice.answer"] = "notice.answer"
    call: Id
    person: Id
    answer: Literal[NoticeAnswer.AGREED, NoticeAnswer.REFUSED]
    notice: Id
    sha256: Hex32


class ConsentWithdraw(ClientMessage):
    type: Literal["consent.withdraw"] = "consent.withdraw"
    call: Id
    person: Id


class MarkRecord(ClientMessage):
    type: Literal["mark.record"] = "mark.record"
    call: Id
    kind: MarkKind
    case: Id | None = None
    ref: Id | None = None


class LegJoin(ClientMessage):
    """The page wants media: it is given its seat's leg and, as `leg.offer`, an offer."""

    type: Literal["leg.join"] = "leg.join"
    call: Id
    sources: Sources


class LegAttach(ClientMessage):
    """The page has its connection still and only its socket was gone. `incarnation` is that of its
    last `leg.join`; a page of before an upgrade does not say it, and has to join again.
    """

    type: Literal["leg.attach"] = "leg.attach"
    call: Id
    leg: Id
    incarnation: Seq | None = None


class LegAnswer(ClientMessage):
    type: Literal["leg.answer"] = "leg.answer"
    leg: Id
    number: Seq
    sdp: Sdp


class LegRestart(ClientMessage):
    """The network changed: the page asks for an ICE restart."""

    type: Literal["leg.restart"] = "leg.restart"
    leg: Id


class LegLeave(ClientMessage):
    type: Literal["leg.leave"] = "leg.leave"
    leg: Id


class LegReport(ClientMessage):
    """What only the page knows of its line, about every two seconds: freezes since the last report,
    and what its browser thinks it could send.
    """

    type: Literal["leg.report"] = "leg.report"
    leg: Id
    freezes: Annotated[int, Field(ge=0, le=1_000)] = 0
    up_kbps: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


class LegDevices(ClientMessage):
    """Devices that went away while they were used, an empty list = all are there; and whether a
    screen is shared.
    """

    type: Literal["leg.devices"] = "leg.devices"
    leg: Id
    missing: Sources
    sharing: bool = False


class ScreenCode(ClientMessage):
    """A code by which a citizen screen joins the clerk's window."""

    type: Literal["screen.code"] = "screen.code"


class ScreenRevoke(ClientMessage):
    type: Literal["screen.revoke"] = "screen.revoke"


AnyClientMessage = Annotated[
    Ping
    | Subscribe
    | Unsubscribe
    | ReadSnapshot
    | PresenceSet
    | CallRequest
    | CallCancel
    | CallEnd
    | CallHold
    | CallSoundOnly
    | CallRecheck
    | CallAddPerson
    | CallAttachCase
    | CallClose
    | OfferAccept
    | OfferDecline
    | NoticeAnswered
    | ConsentWithdraw
    | MarkRecord
    | LegJoin
    | LegAttach
    | LegAnswer
    | LegRestart
    | LegLeave
    | LegReport
    | LegDevices
    | ScreenCode
    | ScreenRevoke,
    Field(discriminator="type"),
]

CLIENT_MESSAGE: TypeAdapter[AnyClientMessage] = TypeAdapter(AnyClientMessage)
