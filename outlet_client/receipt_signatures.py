"""Signatures for receipt between the citizen's pen and the clerk's 出件.

The citizen signs on the screen, the clerk issues at the page: two people, two requests. In between
the stored signature waits here, by case, and stays after it: an 出件 whose answer was lost is
repeated with it. A desk that restarts forgets it and the citizen signs once more; the stored
picture is then swept, since no row names it.
"""

from dataclasses import dataclass, field

from casework.model.material import StoredMaterial

MAX_WAITING = 1_000


@dataclass(slots=True)
class ReceiptSignatures:
    _waiting: dict[str, StoredMaterial] = field(default_factory=dict)

    def put(self, case_id: str, signature: StoredMaterial) -> None:
        """The newest signature of a case counts; the oldest case is forgotten past the limit."""
        self._waiting.pop(case_id, None)
        self._waiting[case_id] = signature
        if len(self._waiting) > MAX_WAITING:
            self._waiting.pop(next(iter(self._waiting)))

    def get(self, case_id: str) -> StoredMaterial | None:
        return self._waiting.get(case_id)
