"""What the worker tells the relay: configuration, a leg's description, cells of the matrix."""

from dataclasses import dataclass

from casework.ports import TrackKind, TrackSource


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """`addresses` are local IP addresses, one UDP socket each, all on `port` (0 = the system's
    choice). `public_addresses` are announced instead of the local ones when an address translator
    with the same port stands before the machine; empty = announce `addresses`.
    """

    addresses: tuple[str, ...]
    port: int = 0
    public_addresses: tuple[str, ...] = ()
    receive_buffer_bytes: int = 4 << 20
    max_rooms: int = 64
    max_legs_per_room: int = 8
    video_ceiling_kbps: int = 2_000


@dataclass(frozen=True, slots=True)
class LegSpec:
    """One page's media. `videos` (at most four) are the pictures the page may ever send; each has
    its m-line in the first offer, so turning one on later needs no negotiation. `incarnation` counts
    the pages that sat on the leg; every event of this page's transport has it.
    """

    leg: str
    site: str
    microphone: bool
    speaker: bool
    videos: tuple[TrackSource, ...] = ()
    incarnation: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One cell of the forwarding matrix: media of `kind` from `source_leg` to `to_leg`."""

    source_leg: str
    to_leg: str
    kind: TrackKind
    forward: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An SDP offer (RFC 8829) for one leg; `number` grows by one per offer of that leg id."""

    number: int
    sdp: str


@dataclass(frozen=True, slots=True)
class HeldLeg:
    """A leg that is open: whose it is, and the number of the offer that is outstanding, 0 if none."""

    leg: str
    incarnation: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """`addresses` passed a connectivity check, `fragments` are user names that would."""

    rooms: int
    legs: int
    addresses: int
    fragments: int
