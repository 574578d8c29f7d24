"""Who is rung next: a pure function of who is free and who waits (the clerk never chooses).

Free = on duty, page reachable, neither in a call nor in wrap-up nor being rung.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RING_MS = 20_000
DECLINE_PAUSE_MS = 60_000
MISSES_UNTIL_AWAY = 2
USUAL_HANDLE_MS = 10 * 60_000


@dataclass(frozen=True, slots=True)
class FreeReviewer:
    """`groups` are the item groups the reviewer is certified for; `free_since_ms` wall time."""

    staff_id: str
    groups: frozenset[str]
    free_since_ms: int


@dataclass(frozen=True, slots=True)
class PastOffer:
    """An offer of this call that was declined or missed."""

    staff_id: str
    declined: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """`group` is None for a consultation without an item: anyone may answer it. `own_reviewer`
    holds the case in review. A call that was offered before stands before all that were not.
    """

    call_id: str
    group: str | None
    queued_ms: int
    priority: bool = False
    requeued: bool = False
    own_reviewer: str | None = None
    clerk_id: str | None = None
    past: tuple[PastOffer, ...] = ()


def in_order(calls: Iterable[WaitingCall]) -> list[WaitingCall]:
    """The queue: requeued at the head, then the priority lane, then by time."""
    return sorted(
        calls, key=lambda call: (not call.requeued, not call.priority, call.queued_ms, call.call_id)
    )


def certified(groups: frozenset[str], group: str | None) -> bool:
    return group is None or group in groups


def choose(call: WaitingCall, free: Iterable[FreeReviewer], now_ms: int) -> FreeReviewer | None:
    """The reviewer to ring for `call`, or None.

    A case in review rings its own reviewer first. Otherwise the longest idle certified one; those
    who missed this call come last, and one who declined it is left in peace for a minute. Nobody
    is offered a call he made himself at a window.
    """
    refused = {
        past.staff_id
        for past in call.past
        # One that lies in the future was before the clock was set back: nobody waits for that long.
        if past.declined and 0 <= now_ms - past.at_ms < DECLINE_PAUSE_MS
    }
    tried = {past.staff_id for past in call.past}
    fitting = [
        reviewer
        for reviewer in free
        if certified(reviewer.groups, call.group)
        and reviewer.staff_id not in refused
        and reviewer.staff_id != call.clerk_id
    ]
    return min(
        fitting,
        key=lambda reviewer: (
            reviewer.staff_id in tried,
            reviewer.staff_id != call.own_reviewer,
            reviewer.free_since_ms,
            reviewer.staff_id,
        ),
        default=None,
    )


def match(
    calls: Iterable[WaitingCall], free: Sequence[FreeReviewer], now_ms: int
) -> list[tuple[WaitingCall, FreeReviewer]]:
    """Offers to make now, in queue order; each reviewer at most once.

    A call that nobody free may take does not hold up the calls behind it.
    """
    left = list(free)
    offers = []
    for call in in_order(calls):
        reviewer = choose(call, left, now_ms)
        if reviewer is not None:
            left.remove(reviewer)
            offers.append((call, reviewer))
    return offers


def next_change_ms(calls: Iterable[WaitingCall], now_ms: int) -> int | None:
    """Wall time at which `match` may answer differently though nothing happened."""
    ends = [
        past.at_ms + DECLINE_PAUSE_MS
        for call in calls
        for past in call.past
        if past.declined and past.at_ms <= now_ms < past.at_ms + DECLINE_PAUSE_MS
    ]
    return min(ends, default=None)


def expected_wait_ms(place: int, free: int, on_duty: int, handle_ms: int) -> int | None:
    """Expected wait of the call at `place` (1 = next).

    `free` of `on_duty` certified reviewers are free, a call takes `handle_ms` on average with its
    wrap-up. Zero when somebody is free for it, None when nobody is on duty.
    """
    if on_duty == 0:
        return None
    ahead = place - free
    if ahead <= 0:
        return 0
    return ahead * handle_ms // on_duty
