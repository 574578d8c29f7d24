"""Keys of the persons who act, as a whole log shows them: enrolled, revoked, and used in between."""

from dataclasses import dataclass

from audit.verifier.actor import (
    ENROLLED,
    REVOKED,
    ActorKey,
    enrolled_key,
    enrolment_faults,
    is_signed_by,
    signing_key,
)
from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_PROBLEMS
from audit.verifier.report import Finding

_ABOUT_KEYS = frozenset({ENROLLED, REVOKED})


def concerns_keys(leaf: Leaf) -> bool:
    """Whether the entry is signed, or enrols or revokes a key."""
    return leaf.members.get("akey") is not None or leaf.type in _ABOUT_KEYS


@dataclass(slots=True)
class _Known:
    key: ActorKey
    revoked_at: int | None = None


class ActorKeys:
    """Entries that concern keys are added in log order; nothing else is kept of them.

    `unfit` tells enrolments that are none and signatures by keys that did not hold there, `forged`
    signatures that do not verify; at most MAX_PROBLEMS of each.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self.unfit: list[Finding] = []
        self.forged: list[Finding] = []

    def add(self, index: int, leaf: Leaf, origin: str) -> None:
        if leaf.type == ENROLLED:
            self._enrol(leaf, origin)
        elif leaf.type == REVOKED:
            known = self._known.get(str(leaf.facts.get("key")))
            if known is not None and known.revoked_at is None:
                known.revoked_at = index
        id_ = signing_key(leaf)
        if id_ is not None:
            self._judge(leaf, self._known.get(id_), origin)

    def _enrol(self, leaf: Leaf, origin: str) -> None:
        """The first enrolment of a key counts: a second would give it to somebody else, or bring a
        revoked one back.
        """
        for expected, found in enrolment_faults(leaf, origin):
            self._tell(self.unfit, leaf, expected, found)
        if leaf.members.get("actor") != leaf.facts.get("actor"):
            self._tell(self.unfit, leaf, "a key of who enrols it", leaf.facts.get("actor"))
        key = enrolled_key(leaf)
        if key is None:
            return
        if key.id in self._known:
            self._tell(self.unfit, leaf, f"one enrolment of {key.id}", "a second")
        else:
            self._known[key.id] = _Known(key)

    def _judge(self, leaf: Leaf, known: _Known | None, origin: str) -> None:
        actor = leaf.members.get("actor")
        if known is None:
            self._tell(self.unfit, leaf, "a key that was enrolled before", signing_key(leaf))
            return
        if known.revoked_at is not None:
            found = f"revoked at index {known.revoked_at}"
            self._tell(self.unfit, leaf, f"a key that holds, not {known.key.id}", found)
        elif known.key.actor != actor:
            self._tell(self.unfit, leaf, f"a key of {actor}", f"one of {known.key.actor}")
        if not is_signed_by(leaf, known.key, origin):
            self._tell(self.forged, leaf, f"signed by {known.key.id}", "it does not verify")

    @staticmethod
    def _tell(told: list[Finding], leaf: Leaf, expected: str, found: object) -> None:
        if len(told) < MAX_PROBLEMS:
            told.append(Finding(leaf.path, expected, found, leaf.record))
