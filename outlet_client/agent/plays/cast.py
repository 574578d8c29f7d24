"""What the people of a play bring to the call: the two stations, told apart by their numbers."""

from casework.ports import TrackSource
from outlet_client.agent.people.equipment import WHOLE_LINE_S, Equipment
from outlet_client.agent.people.scene import Scene

COUNTER_STATION = 1
HALL_STATION = 2


def counter_equipment(scene: Scene, line_s: float = WHOLE_LINE_S) -> Equipment:
    """One PC: one microphone for clerk and citizen, a camera for each of them."""
    pictures = {
        TrackSource.CAMERA: scene.people["clerk"],
        TrackSource.CITIZEN_CAMERA: scene.people["citizen"],
    }
    return Equipment(COUNTER_STATION, pictures, line_s)


def hall_equipment(scene: Scene, line_s: float = WHOLE_LINE_S) -> Equipment:
    return Equipment(HALL_STATION, {TrackSource.CAMERA: scene.people["reviewer"]}, line_s)
