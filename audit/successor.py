"""`log.successor`: with it begins a log that takes the place of another (docs/adr/0015).

After it stand all entries that were recorded under the old origin, in their order, so that entry i of
the old log is entry i + 1 of the new one as far as nothing was lost.
"""

from dataclasses import dataclass
from enum import StrEnum

from audit import canonical
from audit.canonical import JsonValue
from audit.checkpoint import TreeHead
from audit.entry import Entry, check_chain
from audit.errors import MalformedError

SUCCESSOR_TYPE = "log.successor"
MAX_LOGS_BEFORE = 100
"""A verifier looks no further back."""
_FACTS = frozenset({"cause", "origin", "size", "root", "carried", "recorded"})


class Cause(StrEnum):
    """Why the log before came to its end."""

    LOG_LOST = "log_lost"
    """Log, checkpoint store or database was lost or rolled back."""
    KEY_LOST = "key_lost"
    KEY_STOLEN = "key_stolen"
    KEY_ROTATION = "key_rotation"
    ORIGIN_CHANGED = "origin_changed"


@dataclass(frozen=True, slots=True)
class Successor:
    """What the entry says of the log `origin` that it follows.

    head      the last tree that is known of it.
    carried   so many of its first entries stand here, each one place further on.
    recorded  so many entries were recorded under its origin; they are the next ones here. `carried`
              is less than `head.size` where some were lost, `recorded` more than `carried` where
              some had not come into that log.
    Raises MalformedError for numbers that contradict each other.
    """

    origin: str
    head: TreeHead
    carried: int
    recorded: int
    cause: Cause

    def __post_init__(self) -> None:
        check_chain(f"log:{self.origin}")
        if not 0 <= self.carried <= min(self.head.size, self.recorded):
            raise MalformedError("no log hands on more entries than it had, or than are recorded")

    def facts(self) -> dict[str, JsonValue]:
        """Of the entry, which is the first of the chain `log:NEW_ORIGIN`."""
        return {
            "cause": self.cause.value,
            "origin": self.origin,
            "size": self.head.size,
            "root": self.head.root.hex(),
            "carried": self.carried,
            "recorded": self.recorded,
        }

    @classmethod
    def of(cls, body: bytes) -> "Successor | None":
        """What a leaf says; None if it is no `log.successor`. Raises MalformedError."""
        entry = Entry.decode(body)
        return cls.parse(dict(entry.facts)) if entry.type == SUCCESSOR_TYPE else None

    @classmethod
    def parse(cls, facts: object) -> "Successor":
        """Raises MalformedError unless `facts` is what `facts()` gives."""
        if not isinstance(facts, dict) or facts.keys() != _FACTS:
            raise MalformedError("a successor has exactly the facts of its kind")
        if not isinstance(facts["origin"], str):
            raise MalformedError("an origin is a name")
        try:
            head = TreeHead(facts["size"], bytes.fromhex(facts["root"]))
            cause = Cause(facts["cause"])
            made = cls(facts["origin"], head, facts["carried"], facts["recorded"], cause)
        except (TypeError, ValueError) as error:
            raise MalformedError("a successor's facts have other forms") from error
        if canonical.encode(made.facts()) != canonical.encode(facts):
            raise MalformedError("a successor's facts have one form")
        return made
