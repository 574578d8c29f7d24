"""Who plays: the accounts of the made-up city, and what each person brings to the call."""

from dataclasses import dataclass

from casework.ports import TrackSource
from outlet_client.agent.people.equipment import WHOLE_LINE_S, Equipment
from outlet_client.agent.people.scene import Scene

COUNTER_STATION = 1
HALL_STATION = 2


@dataclass(frozen=True, slots=True)
class Account:
    """`window` is the number of a clerk's window."""

    number: str
    password: str
    window: str = ""


def counter_equipment(scene: Scene, line_s: float = WHOLE_LINE_S) -> Equipment:
    """One PC: one microphone for clerk and citizen, a camera for each of them."""
    pictures = {
        TrackSource.CAMERA: scene.people["clerk"],
        TrackSource.CITIZEN_CAMERA: scene.people["citizen"],
    }
    return Equipment(COUNTER_STATION, pictures, line_s)


def hall_equipment(scene: Scene, line_s: float = WHOLE_LINE_S) -> Equipment:
    return Equipment(HALL_STATION, {TrackSource.CAMERA: scene.people["reviewer"]}, line_s)
