"""Logs that took the place of others: what `log.successor` says, and whose entries are whose
(docs/evidence-package.md, "Successor logs").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit.verifier.entry import CHAIN, Leaf
from audit.verifier.limits import MAX_INTEGER
from audit.verifier.report import quote

SUCCESSOR = "log.successor"
FACTS = frozenset({"cause", "origin", "size", "root", "carried", "recorded"})
CAUSES = frozenset({"log_lost", "key_lost", "key_stolen", "key_rotation", "origin_changed"})
WHOLE = frozenset({"key_rotation", "origin_changed"})
"""Causes for which nothing of the log before is lost."""
_ROOT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A log that another followed: its last tree, how many of its first entries were handed on, how
    many entries were recorded under its origin, and why it ended.
    """

    origin: str
    size: int
    root: bytes
    carried: int
    recorded: int
    cause: str

    @property
    def lost(self) -> int:
        return self.size - self.carried

    def said(self) -> dict[str, object]:
        """For a report."""
        return {
            "origin": quote(self.origin),
            "size": self.size,
            "root": self.root.hex(),
            "carried": self.carried,
            "lost": self.lost,
            "cause": quote(self.cause),
        }


def predecessor(leaf: Leaf) -> Predecessor | None:
    """What the entry says, whatever else is wrong with it; None if it says nothing of the kind."""
    facts = leaf.facts
    numbers = [facts.get(name) for name in ("size", "carried", "recorded")]
    words = [facts.get(name) for name in ("origin", "root", "cause")]
    if not all(type(number) is int and 0 <= number < MAX_INTEGER for number in numbers):
        return None
    if not all(isinstance(word, str) for word in words) or not _ROOT.fullmatch(str(words[1])):
        return None
    size, carried, recorded = (int(str(number)) for number in numbers)
    origin, root, cause = map(str, words)
    return Predecessor(origin, size, bytes.fromhex(root), carried, recorded, cause)


def successor_faults(leaf: Leaf) -> list[tuple[str, object]]:
    """(what is demanded, what was found) of what a `log.successor` says."""
    faults: list[tuple[str, object]] = []
    if leaf.facts.keys() != FACTS:
        faults.append((f"the facts {' '.join(sorted(FACTS))}", " ".join(sorted(leaf.facts))))
    said = predecessor(leaf)
    if said is None:
        return [*faults, ("origin, size, root, carried, recorded in their forms", leaf.facts)]
    if said.cause not in CAUSES:
        faults.append((f"a cause of {' '.join(sorted(CAUSES))}", said.cause))
    if not CHAIN.fullmatch(f"log:{said.origin}"):
        faults.append(("an origin that names a log", said.origin))
    if said.carried > min(said.size, said.recorded):
        most = min(said.size, said.recorded)
        faults.append((f"at most {most} entries handed on", said.carried))
    if said.cause in WHOLE and said.lost > 0:
        faults.append(
            (f"all {said.size} entries handed on, the cause being {said.cause}", said.carried)
        )
    return faults


@dataclass(frozen=True, slots=True)
class Succession:
    """The logs before one, the nearest first: entry n of the log is the `log.successor` that names
    the one at n.
    """

    origin: str
    before: tuple[Predecessor, ...] = ()

    @classmethod
    def of(cls, origin: str, leaves: Sequence[Leaf | None]) -> "Succession":
        """Of a log's first entries, as far as they are successors that say something."""
        found = []
        for leaf in leaves:
            said = predecessor(leaf) if leaf is not None and leaf.type == SUCCESSOR else None
            if said is None:
                break
            found.append(said)
        return cls(origin, tuple(found))

    def name(self, steps: int) -> str:
        """Origin of the log so many steps back."""
        return self.before[steps - 1].origin if steps else self.origin

    def steps_to(self, origin: str) -> int | None:
        """How many steps back the log of this origin lies, 0 for the log itself: by so many places
        its entries stand further on here. None if it is none of them.
        """
        names = [self.name(steps) for steps in range(len(self.before) + 1)]
        return names.index(origin) if origin in names else None

    def origin_at(self, index: int) -> str:
        """Under which origin the entry at this index of the log was recorded."""
        steps = 0
        while steps < len(self.before) and index > steps:
            if index > steps + self.before[steps].recorded:
                break
            steps += 1
        return self.name(steps)

    def handed_on(self, origin: str, size: int) -> bool:
        """Whether the first `size` entries of a log before this one were all handed on up to here."""
        steps = self.steps_to(origin)
        if steps is None:
            return False
        # What a log further back handed on stands in the next one after that one's own successor.
        return all(size + (steps - 1 - at) <= self.before[at].carried for at in range(steps))
