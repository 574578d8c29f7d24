"""How a log begins: what it says of the logs before it, judged. A mirror judges by the same functions
before it cosigns, so that it never vouches for what a verifier refuses.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from audit.verifier.digest import to_base64
from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_SUCCESSORS
from audit.verifier.report import Finding
from audit.verifier.successor import SUCCESSOR, Succession, successor_faults

RootBetween = Callable[[int, int], bytes | None]
"""(start, count) -> root of a tree of so many leaves from there on; None if there are fewer."""


@dataclass
class Beginning:
    """Every entry of the log `origin` that says it is a `log.successor`, with its index, in the log's
    order. Of more than MAX_SUCCESSORS one is kept, for which the log is refused.
    """

    origin: str
    found: list[tuple[int, Leaf]] = field(default_factory=list)
    _succession: Succession | None = None

    @classmethod
    def of(cls, origin: str, found: Iterable[tuple[int, Leaf]]) -> "Beginning":
        beginning = cls(origin)
        for index, leaf in found:
            beginning.add(index, leaf)
        return beginning

    def add(self, index: int, leaf: Leaf) -> None:
        if len(self.found) > MAX_SUCCESSORS:
            return
        self.found.append((index, leaf))
        if index == len(self.found) - 1:
            self._succession = Succession.of(self.origin, [one for _, one in self.found])

    @property
    def succession(self) -> Succession:
        """As far as entries were added; all of it stands at the beginning."""
        return self._succession or Succession(self.origin)

    def misplaced(self) -> Iterator[Finding]:
        """Each stands where the ones before it end, on the chain of its own log; none follows a log
        twice, or itself.
        """
        names: list[str] = []
        for at, (index, leaf) in enumerate(self.found):
            if at == MAX_SUCCESSORS:
                yield _finding(leaf, f"at most {MAX_SUCCESSORS} logs before", "more")
                return
            names.append(self.succession.name(min(at, len(self.succession.before))))
            if (index, leaf.chain, leaf.seq) != (at, f"log:{names[at]}", 0):
                found = f"index {index}, {leaf.record}"
                yield _finding(leaf, f"index {at}, log:{names[at]}#0", found)
            if (origin := leaf.facts.get("origin")) in names:
                yield _finding(leaf, "the origin of another log before", origin)

    def misstated(self, size: int) -> Iterator[Finding]:
        """What they say has its form, and is about no more entries than a log of this size holds."""
        for _, leaf in self.found:
            for expected, found in successor_faults(leaf):
                yield _finding(leaf, expected, found)
        nearest, rest = self.succession.before[:1], size - 1
        if nearest and nearest[0].recorded > rest:
            expected = f"{nearest[0].recorded} entries after {SUCCESSOR}"
            yield _finding(self.found[0][1], expected, rest)

    def other_entries(self, root_between: RootBetween) -> Iterator[Finding]:
        """Where nothing was lost, the entries after them are the whole log before: they have its root."""
        for at, before in enumerate(self.succession.before):
            if not self.succession.handed_on(before.origin, before.size):
                continue
            found = root_between(at + 1, before.size)
            if found != before.root:
                expected = f"root {to_base64(before.root)} of {before.origin} at {before.size}"
                yield _finding(self.found[at][1], expected, to_base64(found or b""))


def _finding(leaf: Leaf, expected: object, found: object) -> Finding:
    return Finding(leaf.path, expected, found, leaf.record)
