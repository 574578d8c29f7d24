"""Keys of the persons who act, as a whole log shows them: enrolled, revoked, and used in between."""

from dataclasses import dataclass

from audit.verifier.actor import (
    ENROLLED,
    REVOKED,
    ActorKey,
    assertion_by,
    assertion_faults,
    enrolled_key,
    enrolment_faults,
    is_signed_by,
    signing_key,
)
from audit.verifier.assertion import has_gone_on
from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_PERSONS, MAX_PROBLEMS, MAX_TIMES
from audit.verifier.report import Finding, quote

_ABOUT_KEYS = frozenset({ENROLLED, REVOKED})


def concerns_keys(leaf: Leaf) -> bool:
    """Whether the entry is signed, or enrols or revokes a key."""
    return leaf.members.get("akey") is not None or leaf.type in _ABOUT_KEYS


@dataclass(slots=True)
class _Known:
    key: ActorKey
    enrolled_ms: int | None
    """Wall time, as the entry says; None where it says no number."""
    revoked_at: int | None = None
    counter: int | None = None
    """Of the authenticator, as it told last."""


class ActorKeys:
    """Entries that concern keys are added in log order; nothing else is kept of them.

    `unfit` tells enrolments that are none and signatures by keys that did not hold there, `forged`
    signatures that do not verify or are for something else, `copied` authenticators that count anew;
    at most MAX_PROBLEMS of each.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self.unfit: list[Finding] = []
        self.forged: list[Finding] = []
        self.copied: list[Finding] = []

    def persons(self) -> dict[str, object]:
        """Who enrolled keys, how many and when, so that an auditor can ask each whether they are hers: whoever
        can write the database can enrol one in anybody's name.
        """
        of: dict[str, list[_Known]] = {}
        for known in self._known.values():
            of.setdefault(known.key.actor, []).append(known)
        listed = [
            {
                "actor": quote(actor),
                "enrolled": len(keys),
                "revoked": sum(known.revoked_at is not None for known in keys),
                "enrolled_ms": [known.enrolled_ms for known in keys[:MAX_TIMES]],
            }
            for actor, keys in sorted(of.items())[:MAX_PERSONS]
        ]
        return {"count": len(of), "list": listed}

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
            time = leaf.members.get("t")
            self._known[key.id] = _Known(key, time if type(time) is int else None)

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
        for demand, made in assertion_faults(leaf, known.key, origin):
            self._tell(self.forged, leaf, demand, made)
        self._count(leaf, known)

    def _count(self, leaf: Leaf, known: _Known) -> None:
        made = assertion_by(leaf, known.key)
        if made is None:
            return
        if known.counter is not None and not has_gone_on(made.counter, known.counter):
            self._tell(self.copied, leaf, f"a counter above {known.counter}", made.counter)
        known.counter = made.counter

    @staticmethod
    def _tell(told: list[Finding], leaf: Leaf, expected: str, found: object) -> None:
        if len(told) < MAX_PROBLEMS:
            told.append(Finding(leaf.path, expected, found, leaf.record))
