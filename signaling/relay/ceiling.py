"""How much a publisher may send, as REMB tells it.

A subscriber's estimate covers all streams it gets and is capped near 1.5 times what it receives,
so the raw value would pin a publisher low for seconds. It counts only when it lies below what the
leg is sent already, or when the leg reports loss.
"""

LOSS_THRESHOLD_256THS = 8  # 3 %
LOWEST_VIDEO_BITS = 100_000
AUDIO_BITS = 64_000
FRESH_NS = 5_000_000_000
LOWERED_VIDEO_BITS = 250_000
"""What each video of a leg may have whose line was found too narrow for more."""


def video_ceiling(
    estimate: int | None, sent_audio: int, sent_video: int, videos: int, loss_256ths: int
) -> int | None:
    """Bits a second that each of `videos` streams to one subscriber may have; None = no ceiling.

    `estimate` is its REMB; `sent_*` is what it is sent now, in bits a second.
    """
    if estimate is None or videos == 0:
        return None
    if estimate >= sent_audio + sent_video and loss_256ths <= LOSS_THRESHOLD_256THS:
        return None
    return max(LOWEST_VIDEO_BITS, (estimate - sent_audio) // videos)


class SteadyCeiling:
    """A ceiling that needs two seconds in a row to be set and rises by a quarter a second when its
    reason has gone: a single low estimate changes nothing, and a line that was full is not
    flooded again at once.
    """

    __slots__ = ("_most", "_warned", "bits")

    def __init__(self, most: int) -> None:
        self._most = most
        self._warned = False
        self.bits: int | None = None

    def second(self, measured: int | None) -> None:
        """Takes this second's `video_ceiling`."""
        if measured is not None:
            if self._warned:
                self.bits = measured if self.bits is None else min(measured, self.bits)
            self._warned = True
            return
        self._warned = False
        if self.bits is not None:
            self.bits = self.bits * 5 // 4
            if self.bits >= self._most:
                self.bits = None
