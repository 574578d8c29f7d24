"""What is killed, on which line, and when: all of it drawn from one seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bench.lines.line import Conditions

LOSS = 0.05
CLEAN, LOSSY = Conditions(), Conditions(loss=LOSS)


class Target(StrEnum):
    """`NODE` is everything at once, supervisor included, as when the power fails."""

    WORKER = "worker"
    DESK = "desk"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Kill:
    """`moment` is a share of the life of a call, from the press that asks for it to the recording's
    end. `lossy` loses datagrams of all three legs, both ways.
    """

    number: int
    target: Target
    lossy: bool
    moment: float
    seed: int

    @property
    def line(self) -> str:
        return f"loss_{LOSS:.0%}".rstrip("%") if self.lossy else "clean"

    @property
    def conditions(self) -> Conditions:
        return LOSSY if self.lossy else CLEAN


def plan(kills: int, seed: int) -> Iterator[Kill]:
    """Every second one on a lossy line; each target comes before one comes again."""
    dice = random.Random(seed)
    deck: list[Target] = []
    for number in range(1, kills + 1):
        if not deck:
            deck = dice.sample(list(Target), len(Target))
        yield Kill(number, deck.pop(), number % 2 == 0, dice.random(), dice.getrandbits(32))
