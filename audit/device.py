"""What a window's device signs when it asks for a call, so that a call left out shows (ADR 13).

The signature says: this is the device's n-th request, `answered` was its last one that became a call,
and it has seen the log as far as `size` entries under `root`. Whatever else a call is about stands
in the call's own entries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from audit import merkle
from audit.canonical import JsonValue
from audit.checkpoint import TreeHead
from audit.errors import MalformedError
from audit.note import encode_base64

LABEL = "yunchuang/request/v1"
REQUESTED_TYPE = "desk.call.requested"
ENROLLED_TYPE = "device.key_enrolled"
REVOKED_TYPE = "device.key_revoked"
FACT = "device"
MAX_COUNTER = 2**53 - 1
_CHAIN = re.compile(r"call:[0-9A-Za-z][0-9A-Za-z_-]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class Said:
    """`counter` counts the device's requests from 1; `answered` is 0 while none became a call; `seen`
    is the newest checkpoint that the device keeps. Raises MalformedError.
    """

    counter: int
    answered: int
    seen: TreeHead

    def __post_init__(self) -> None:
        if not 0 <= self.answered < self.counter <= MAX_COUNTER or self.seen.size > MAX_COUNTER:
            raise MalformedError("a request comes after the one that was answered")

    def facts(self) -> Mapping[str, JsonValue]:
        """As it stands in the entry, member `device` of its facts."""
        return {
            "answered": self.answered,
            "counter": self.counter,
            "root": encode_base64(self.seen.root),
            "size": self.seen.size,
        }


NOTHING_SEEN = TreeHead(0, merkle.EMPTY_ROOT)


def signed_bytes(origin: str, chain: str, said: Said) -> bytes:
    """Of the request that begins `chain` (`call:ID`) in the log `origin`. Lines, each ended by LF.

    Raises MalformedError for what is no call's chain.
    """
    if not _CHAIN.match(chain):
        raise MalformedError("not the chain of a call")
    lines = (
        LABEL,
        origin,
        chain,
        REQUESTED_TYPE,
        str(said.counter),
        str(said.answered),
        str(said.seen.size),
        encode_base64(said.seen.root),
    )
    return "".join(f"{line}\n" for line in lines).encode()
