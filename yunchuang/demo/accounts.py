"""Who of the made-up city plays what: a person at a browser, or a script."""

from dataclasses import dataclass
from enum import StrEnum

from outlet_client.agent.plays.account import Account
from portal.doors import Door
from yunchuang.demo_data import DEMO_PASSWORD


class Play(StrEnum):
    """What scripted people do on request."""

    OUTLET_CALLS = "outlet_calls"
    REVIEWER_ANSWERS = "reviewer_answers"


SCRIPTED = {
    Play.OUTLET_CALLS: Account("201", DEMO_PASSWORD, "1"),
    # Certified for every group, so that whatever a person at the counter opens can be decided.
    Play.REVIEWER_ANSWERS: Account("02", DEMO_PASSWORD),
}


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a person comes in at a door; `number` is empty where a pairing code opens it."""

    door: Door
    number: str


ENTRANCES = (
    Entrance(Door.CLERK, "101"),
    Entrance(Door.CITIZEN, ""),
    Entrance(Door.REVIEWER, "01"),
    Entrance(Door.AUDITOR, "20"),
)
