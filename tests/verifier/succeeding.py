"""A log that took the place of another, and each check of it with the case it must find."""

from collections.abc import Callable
from hashlib import sha256

from scene import ORIGIN, Act, Scene
from tampering import case

from audit import merkle
from audit.package.model import ProvedEntry
from audit.verifier.successor import SUCCESSOR

OLD, OLDER = "dead.example/log", "older.example/log"
LATER = 3
"""Entries that are recorded under the new origin."""


def succeed(scene: Scene, origin: str = ORIGIN, old: str = OLD, **facts) -> Act:
    """The scene's log becomes that of `old`, and the log of `origin` follows it. `facts` replace what
    its first entry says.
    """
    for act in scene.acts:
        act.chain = act.chain.replace(f"log:{origin}", f"log:{old}")
    leaves = [item.leaf for item in sorted(scene.write_log(), key=lambda item: item.index)]
    said = {
        "cause": "key_rotation",
        "origin": old,
        "size": len(leaves),
        "root": merkle.root_of(map(merkle.leaf_hash, leaves)).hex(),
        "carried": len(leaves),
        "recorded": len(leaves),
    }
    first = Act(f"log:{origin}", SUCCESSOR, said | facts)
    scene.acts.insert(0, first)
    scene.acts += [Act(f"log:{origin}", "log.heartbeat", {"size": n}) for n in range(LATER)]
    return first


def begin_with(scene: Scene, *indices: int) -> None:
    """The package shows these entries as the first ones of its log."""

    def chosen(leaves: list[bytes]) -> tuple[ProvedEntry, ...]:
        return tuple(scene.proved(leaves, index) for index in indices)

    scene.beginning = chosen


@case("successor.present")
def _hides_whom_it_follows(scene: Scene) -> None:
    """Entries were lost when the log before came to its end, and nobody is to ask."""
    succeed(scene, cause="log_lost", size=900, carried=3, root="ab" * 32)
    begin_with(scene)


@case("successor.place")
def _begun_anew_in_the_middle(scene: Scene) -> None:
    """The operator ends a log of his own making in the middle of another."""
    first = succeed(scene)
    begin_with(scene, 2, 3)

    def later(order: list[Act]) -> None:
        order.remove(first)
        order.insert(2, first)

    scene.log_order = later


@case("successor.facts")
def _no_known_cause(scene: Scene) -> None:
    succeed(scene, cause="spring_cleaning")


LogCase = Callable[[Scene], None]


def _second(scene: Scene) -> None:
    """A log that ends in the middle of itself, to excuse what is missing after that."""
    said = succeed(scene).facts | {
        "origin": OLDER,
        "carried": 0,
        "recorded": 0,
        "cause": "log_lost",
    }
    scene.acts.append(Act(f"log:{ORIGIN}", SUCCESSOR, said))


def _out_of_all_proportion(scene: Scene) -> None:
    succeed(scene, recorded=1_000)


def _other_entries(scene: Scene) -> None:
    """What is handed on is not what the old log had, though nothing is said to be lost."""
    succeed(scene, root=sha256(b"another history").hexdigest())


LOG_CASES: dict[str, LogCase] = {
    "log.successor": _second,
    "log.successor_facts": _out_of_all_proportion,
    "log.carried": _other_entries,
}
