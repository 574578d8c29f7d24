"""Signatures for receipt between the citizen's pen and the clerk's 出件.

The citizen signs on the screen, the clerk issues at the page: two people, two requests. In between
the stored signature waits here, by case, and stays after it: an 出件 whose answer was lost is
repeated with it. A desk that restarts forgets it, and so does every desk after a day; the citizen
signs once more, and the stored picture, which no row names then, is removed later
(`casework.materials.unnamed`).

A signature is that of the receiver who was checked before it: it belongs to the moment of that check, and
when somebody else is checked after it, she signs for herself.
"""

from dataclasses import dataclass, field

from casework.clock import Clock
from casework.model.material import StoredMaterial

MAX_WAITING = 1_000
KEPT_MS = 24 * 3_600_000
"""Long before a content that no case names is removed."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    signature: StoredMaterial
    checked_ms: int
    since_mono_ms: int


@dataclass(slots=True)
class ReceiptSignatures:
    """`checked_ms` is the case's `receiver_checked_at_ms`."""

    clock: Clock
    _waiting: dict[str, _Waiting] = field(default_factory=dict)

    def put(self, case_id: str, signature: StoredMaterial, checked_ms: int) -> None:
        """The newest signature of a case counts; the oldest case is forgotten past the limit."""
        self._waiting.pop(case_id, None)
        self._waiting[case_id] = _Waiting(signature, checked_ms, self.clock.mono_ms())
        if len(self._waiting) > MAX_WAITING:
            self._waiting.pop(next(iter(self._waiting)))

    def get(self, case_id: str, checked_ms: int | None) -> StoredMaterial | None:
        """None where nobody signed today, or the receiver was checked again since."""
        found = self._waiting.get(case_id)
        if found is None or found.checked_ms != checked_ms:
            return None
        return found.signature if self.clock.mono_ms() - found.since_mono_ms < KEPT_MS else None
