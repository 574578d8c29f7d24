"""What all messages of the worker link share: limits, and the forms of their fields."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_FRAME_BYTES = 1 << 20
PROTOCOL_VERSION = 3
MAX_PARTS = 200
"""Parts of one call. `rec.end` names all of them, and an entry has 65,535 bytes."""
MAX_EVENTS = 100_000
"""Durable events of one call, a hundred times those of a long one. A journal that was cut off is filled
up to the number that the desk holds, so a number out of all reason must not be believed.
"""

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Sdp = Annotated[str, Field(max_length=65_536)]
Directory = Annotated[str, Field(min_length=1, max_length=4_096, pattern=r"^[^\x00]+$")]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hex16 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)
