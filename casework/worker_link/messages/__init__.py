"""Messages of the worker link. One JSON object a frame; a frame is a 4-byte big-endian length and
that many bytes of UTF-8, at most `MAX_FRAME_BYTES`.

The desk sends *commands* (each with `id`, each answered once by `Done` or `Failed`); the worker
sends *events*. A durable event carries a `n` that grows by one per call and is sent again after a
reconnect until the desk has acknowledged it; other events only tell the newest state.
Times are milliseconds; `mono_ms` is CLOCK_MONOTONIC of the machine, `t_ms` is wall time.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from casework.worker_link.messages.answers import (
    Done,
    Failed,
    HeldLeg,
    Offer,
    RoomState,
    Stock,
)
from casework.worker_link.messages.base import (
    MAX_EVENTS,
    MAX_FRAME_BYTES,
    MAX_PARTS,
    PROTOCOL_VERSION,
    Directory,
    Hex16,
    Hex32,
    Id,
    Message,
    Sdp,
)
from casework.worker_link.messages.commands import (
    Ack,
    AdmitLeg,
    AnswerLeg,
    AskKeyframe,
    CloseLeg,
    CloseRoom,
    Command,
    Drain,
    Hello,
    LimitLeg,
    OpenLeg,
    OpenRoom,
    RestartLeg,
    Route,
    SetRoutes,
    TakeStock,
)
from casework.worker_link.messages.durable import (
    Absent,
    ContentNoted,
    DurableEvent,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)
from casework.worker_link.messages.states import (
    Health,
    LegEvent,
    LegQuality,
    LegState,
    Reoffer,
    Stream,
    Streams,
    TrackHealth,
)

__all__ = [
    "COMMAND",
    "FROM_WORKER",
    "MAX_EVENTS",
    "MAX_FRAME_BYTES",
    "MAX_PARTS",
    "PROTOCOL_VERSION",
    "Absent",
    "Ack",
    "AdmitLeg",
    "AnswerLeg",
    "AskKeyframe",
    "CloseLeg",
    "CloseRoom",
    "Command",
    "ContentNoted",
    "Directory",
    "Done",
    "Drain",
    "DurableEvent",
    "Event",
    "Failed",
    "FromWorker",
    "Gap",
    "Head",
    "Heads",
    "Health",
    "HeldLeg",
    "Hello",
    "Hex16",
    "Hex32",
    "Id",
    "LegEvent",
    "LegQuality",
    "LegState",
    "LimitLeg",
    "Message",
    "Offer",
    "OpenLeg",
    "OpenRoom",
    "PartClosed",
    "PartOpened",
    "RecordingFault",
    "Reoffer",
    "RestartLeg",
    "RoomClosed",
    "RoomState",
    "Route",
    "Sdp",
    "SetRoutes",
    "Stock",
    "Stream",
    "Streams",
    "TakeStock",
    "TrackHealth",
]

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
