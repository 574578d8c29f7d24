"""Extended sequence numbers (RFC 3550 6.4.1): 16 bits on the wire, unbounded inside."""


class SequenceUnwrapper:
    """`highest` is the highest extended number seen; it starts one cycle up, so that a packet
    from before the first one seen stays positive. -1 = nothing seen.
    """

    __slots__ = ("highest",)

    def __init__(self) -> None:
        self.highest = -1

    def extend(self, sequence: int) -> int:
        if self.highest < 0:
            self.highest = sequence + 0x10000
            return self.highest
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead < 0x8000:
            self.highest += ahead
            return self.highest
        return self.highest + ahead - 0x10000

    def restart(self, sequence: int) -> int:
        """The sender began its numbers anew with this one: it counts as the next ahead."""
        self.highest += ((sequence - self.highest - 1) & 0xFFFF) + 1
        return self.highest


def nearest(sequence: int, reference: int) -> int:
    """The extended number with these 16 bits that lies nearest to `reference`."""
    return reference + ((sequence - reference + 0x8000) & 0xFFFF) - 0x8000
