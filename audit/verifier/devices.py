"""The windows' devices, as a whole log shows them: their keys, and the calls that they count."""

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from audit.verifier.device import (
    ENROLLED,
    REVOKED,
    DeviceKey,
    Said,
    enrolled_device,
    enrolment_faults,
    is_signed_by,
    said,
)
from audit.verifier.digest import to_base64
from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_PROBLEMS
from audit.verifier.report import Finding


class ThisLog(Protocol):
    """The log that is read, as far as it was read."""

    def began_with(self, origin: str, size: int, root: bytes) -> bool:
        """Whether the log was this one when it had so many entries; true where this cannot be told,
        which is so of the logs before it.
        """


@dataclass(slots=True)
class _Known:
    """`seen` are the numbers of requests from the last one on that a later request can name."""

    key: DeviceKey
    revoked_at: int | None = None
    last: int = 0
    seen: set[int] = field(default_factory=lambda: {0})
    in_order: deque[int] = field(default_factory=lambda: deque([0]))


class Devices:
    """Entries are added in log order. At most MAX_PROBLEMS findings of each kind are kept.

    unfit     enrolments that are none, and requests by keys that did not hold there
    forged    requests whose signature does not verify
    recounted a number that was used, or a lower one
    omitted   numbers whose call the device knows of, and the log does not
    foreign   checkpoints that the device was shown, and that are none of this log
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self.requests = 0
        self.unfit: list[Finding] = []
        self.forged: list[Finding] = []
        self.recounted: list[Finding] = []
        self.omitted: list[Finding] = []
        self.foreign: list[Finding] = []

    def __len__(self) -> int:
        return len(self._known)

    def add(self, index: int, leaf: Leaf, origin: str, log: ThisLog) -> None:
        """`origin` is of the log for which the entry was recorded."""
        if leaf.type == ENROLLED:
            self._enrol(leaf, origin)
        elif leaf.type == REVOKED:
            known = self._known.get(str(leaf.facts.get("key")))
            if known is not None and known.revoked_at is None:
                known.revoked_at = index
        else:
            self._request(index, leaf, origin, log)

    def _enrol(self, leaf: Leaf, origin: str) -> None:
        """A device that counts anew is another device, with another key."""
        for expected, found in enrolment_faults(leaf, origin):
            _tell(self.unfit, leaf, expected, found)
        key = enrolled_device(leaf)
        if key is None:
            return
        if key.id in self._known:
            _tell(self.unfit, leaf, f"one enrolment of {key.id}", "a second")
        else:
            self._known[key.id] = _Known(key)

    def _request(self, index: int, leaf: Leaf, origin: str, log: ThisLog) -> None:
        says, id_ = said(leaf), leaf.members.get("akey")
        known = self._known.get(id_) if isinstance(id_, str) else None
        if known is None or says is None:
            _tell(self.unfit, leaf, "a request by a device that was enrolled before", id_)
            return
        if known.revoked_at is not None:
            found = f"revoked at index {known.revoked_at}"
            _tell(self.unfit, leaf, f"a device that holds, not {known.key.id}", found)
        if not is_signed_by(leaf, says, known.key, origin):
            # Nobody said it, so nothing follows from it.
            _tell(self.forged, leaf, f"signed by {known.key.id}", "it does not verify")
            return
        self.requests += 1
        if says.size > index or not log.began_with(origin, says.size, says.root):
            expected = f"a root of this log, of at most {index} entries"
            _tell(self.foreign, leaf, expected, f"{to_base64(says.root)} at {says.size}")
        self._count(leaf, known, says)

    def _count(self, leaf: Leaf, known: _Known, says: Said) -> None:
        if says.counter <= known.last:
            expected = f"a request after {known.last} of device {known.key.id}"
            _tell(self.recounted, leaf, expected, says.counter)
            return
        if says.answered not in known.seen:
            # Requests without a number here were refused or never answered: the device names none of
            # them. This one it names; of those between, what is left out with it may have told.
            first = max((number for number in known.seen if number < says.answered), default=0) + 1
            numbers = f"{first}-{says.answered}" if first < says.answered else str(first)
            expected = f"call {says.answered} of device {known.key.id}"
            _tell(self.omitted, leaf, expected, f"no call numbered {numbers}")
        known.last = says.counter
        while known.in_order and known.in_order[0] < says.answered:
            known.seen.discard(known.in_order.popleft())
        if says.answered not in known.seen:  # told once, and not again
            known.in_order.appendleft(says.answered)
        known.in_order.append(says.counter)
        known.seen |= {says.counter, says.answered}


def _tell(told: list[Finding], leaf: Leaf, expected: str, found: object) -> None:
    if len(told) < MAX_PROBLEMS:
        told.append(Finding(leaf.path, expected, found, leaf.record))
