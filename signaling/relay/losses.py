"""Which packets of an uplink stream are missing, and when to ask for them again."""

from dataclasses import dataclass

FIRST_ASK_NS = 10_000_000  # reordered packets settle within this time
SHORTEST_ASK_NS = 20_000_000
GIVE_UP_NS = 1_500_000_000  # senders forget sooner; the recorder holds at most 2 s
MOST_ASKS = 12
PATIENT_ASK_NS = 150_000_000
"""Each ask waits a quarter longer than the one before, up to this (or one and a half round trips, if
that is more): twelve asks in a row would be over before a burst of loss is.
"""
LOOK_BACK = 32
LOOK_BACK_NS = 400_000_000
"""A sender's first packets may be lost before any came: so many numbers are asked for, so long."""
LONGEST_GAP = 512  # a longer hole is a pause or a blackout: not worth asking for
RESTART_AFTER = 150
"""So many old numbers in a row, none new between them: the sender began its numbers anew. More than
any sender resends at one go, for what is asked for may come when it was just given up.
"""


@dataclass(slots=True)
class _Missing:
    since_ns: int
    ask_at_ns: int
    asked: int = 0


class LossTracker:
    """Extended sequence numbers in, NACKs and given-up ranges out; the owner keeps the clock.

    `next` is the number that follows the highest so far, -1 before the first. A packet with that very
    number may be noted by setting it one higher, instead of by `arrived`.
    """

    __slots__ = ("_early", "_given_up", "_missing", "_stale", "_stale_next", "next")

    def __init__(self) -> None:
        self._missing: dict[int, _Missing] = {}
        self._early: dict[int, _Missing] = {}
        self._given_up: list[tuple[int, int]] = []
        self.next = -1
        self._stale = 0
        self._stale_next = -1

    @property
    def open(self) -> bool:
        """Something is missing, or was given up and not yet taken: poll again."""
        return bool(self._missing or self._given_up or self._early)

    @property
    def restarted(self) -> bool:
        """The last packets that came too late were of a sender who began his numbers anew."""
        return self._stale >= RESTART_AFTER

    def restart(self, extended: int) -> None:
        """Goes on behind this number; what lies before it never comes."""
        self.abandon()
        self._give_up(self.next, extended - 1)
        self.next = extended + 1
        self._stale = 0

    def look_back(self, first: int, now_ns: int) -> None:
        """The sender's first packet that came was not its first: asks for those before it. Nobody
        knows whether there are any, so what does not come is not lost.
        """
        begin = max(0, first - LOOK_BACK)
        self._early = {n: _Missing(now_ns, now_ns + FIRST_ASK_NS) for n in range(begin, first)}

    def look_no_further(self, begin: int) -> None:
        """The beginning was found: what lies before it is of no use."""
        if self._early:
            self._early = {n: one for n, one in self._early.items() if n > begin}

    def arrived(self, extended: int, now_ns: int) -> bool:
        """Notes a packet; False for one that was already given up (it comes too late)."""
        expected = self.next
        if extended == expected:
            self.next = extended + 1
            return True
        if expected < 0:
            self.next = extended + 1
            return True
        if extended < expected:
            if self._missing.pop(extended, None) or self._early.pop(extended, None):
                return True
            self._stale = self._stale + 1 if self._stale_next == expected else 1
            self._stale_next = expected
            return False
        self.next = extended + 1
        if extended - expected > LONGEST_GAP:
            self._give_up(expected, extended - 1)
            return True
        for number in range(expected, extended):
            self._missing[number] = _Missing(now_ns, now_ns + FIRST_ASK_NS)
        while len(self._missing) > LONGEST_GAP:
            oldest = next(iter(self._missing))
            del self._missing[oldest]
            self._give_up(oldest, oldest)
        return True

    def due(self, now_ns: int, rtt_ns: int) -> list[int]:
        """Numbers to ask for now; each is due again after one and a half round trips, and later each
        time.
        """
        wait_ns = max(SHORTEST_ASK_NS, rtt_ns + rtt_ns // 2)
        longest_ns = max(wait_ns, PATIENT_ASK_NS)
        asks = self._look_back_again(now_ns, wait_ns)
        for number, missing in list(self._missing.items()):
            if missing.ask_at_ns > now_ns:
                continue
            if missing.asked >= MOST_ASKS or now_ns - missing.since_ns >= GIVE_UP_NS:
                del self._missing[number]
                self._give_up(number, number)
                continue
            missing.ask_at_ns = now_ns + min(
                longest_ns, wait_ns * 5**missing.asked // 4**missing.asked
            )
            missing.asked += 1
            asks.append(number)
        return asks

    def _look_back_again(self, now_ns: int, wait_ns: int) -> list[int]:
        if not self._early:
            return []
        if now_ns - next(iter(self._early.values())).since_ns >= LOOK_BACK_NS:
            self._early.clear()
        asks = [number for number, one in self._early.items() if one.ask_at_ns <= now_ns]
        for number in asks:
            self._early[number].ask_at_ns = now_ns + wait_ns
        return asks

    def abandon(self) -> None:
        """The stream ends: whatever is still missing is given up now."""
        self._early.clear()
        for number in self._missing:
            self._give_up(number, number)
        self._missing.clear()

    def take_given_up(self) -> list[tuple[int, int]]:
        """Inclusive ranges given up since the last call."""
        ranges, self._given_up = self._given_up, []
        return ranges

    def _give_up(self, first: int, last: int) -> None:
        if self._given_up and self._given_up[-1][1] == first - 1:
            self._given_up[-1] = (self._given_up[-1][0], last)
        else:
            self._given_up.append((first, last))
