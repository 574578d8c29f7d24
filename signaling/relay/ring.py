"""The last packets of an uplink stream, kept for subscribers that lost them."""

RING_PACKETS = 1024  # libsrtp's replay window as well: an older packet could not be sent again
_MASK = RING_PACKETS - 1

Entry = tuple[int, bytes, bytes, bytes]


class PacketRing:
    """Entries are (extended number, first two bytes, time stamp, all after the fixed header).

    All subscribers share them: what a leg got first and what it gets again are built from the same
    bytes, so a resend is byte-identical under SRTP, and a room's rings cost one copy a publisher.
    """

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[Entry | None] = [None] * RING_PACKETS

    def put(self, extended: int, first_two: bytes, timestamp: bytes, tail: bytes) -> None:
        self._entries[extended & _MASK] = (extended, first_two, timestamp, tail)

    def get(self, extended: int) -> Entry | None:
        entry = self._entries[extended & _MASK]
        return entry if entry is not None and entry[0] == extended else None
