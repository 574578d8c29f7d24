"""What a succession has to do: written down before anything is done, removed when all is."""

from dataclasses import dataclass

from audit import canonical, durable
from audit.durable import DISK, Disk
from audit.errors import LogStateError, MalformedError
from audit.note import VerifyingKey
from audit.successor import Successor
from casework.data_dir import DataDir


class SuccessionUnfinished(LogStateError):
    """A succession was begun: until it is done there is no log to write."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`old` is the key of the log that ends, `origin` the name of the one that follows, `successor`
    what its first entry says.
    """

    old: VerifyingKey
    origin: str
    successor: Successor

    def encode(self) -> bytes:
        facts = self.successor.facts()
        return canonical.encode({"origin": self.origin, "old_key": self.old.vkey, "facts": facts})

    @classmethod
    def decode(cls, data: bytes) -> "Plan":
        """Raises MalformedError."""
        value = canonical.decode(data)
        if not isinstance(value, dict) or value.keys() != {"origin", "old_key", "facts"}:
            raise MalformedError("no plan of a succession")
        key, facts = VerifyingKey.parse(str(value["old_key"])), value["facts"]
        return cls(key, str(value["origin"]), Successor.parse(facts))


def unfinished(data: DataDir) -> Plan | None:
    """The succession that was begun and is not done. Raises MalformedError."""
    try:
        return Plan.decode(data.succession.read_bytes())
    except FileNotFoundError:
        return None


def refuse_unfinished(data: DataDir) -> None:
    """Raises SuccessionUnfinished: whoever wants to write the log now has to finish it first."""
    if data.succession.exists():
        raise SuccessionUnfinished(
            "a succession of the log was begun and is not done: run `yunchuang log succeed`"
        )


def write_plan(data: DataDir, plan: Plan, *, disk: Disk = DISK) -> None:
    """From here on no desk starts, and the succession can only be carried to its end. Durable when
    this returns.
    """
    durable.create_file(data.succession, plan.encode(), mode=0o600, disk=disk)
