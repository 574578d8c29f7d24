"""What all messages share: strict objects, bounded strings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_MESSAGE_BYTES = 96 * 1024
MAX_SDP = 64 * 1024
MAX_STREAMS = 32

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Stream = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[a-z]+(:[A-Za-z0-9_.-]+)?$")]
Seq = Annotated[int, Field(ge=0, le=2**53 - 1)]
RequestId = Annotated[int, Field(ge=0, le=2**53 - 1)]
Sdp = Annotated[str, Field(min_length=1, max_length=MAX_SDP)]
Text = Annotated[str, Field(max_length=2_000)]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Message(BaseModel):
    """Unknown members are refused: a misspelt one must not be ignored silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ClientMessage(Message):
    """A message of a page; with `id` it is answered once by `ok` or `error` with `re` = id."""

    id: RequestId | None = None
