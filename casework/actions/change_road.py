"""The clerk sends an accepted case down another road: nobody free, no camera, or a wish to wait."""

from dataclasses import dataclass

from casework.actions.accept_case import require_road
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.model.case import Road
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ChangeRoad:
    case_id: str
    road: Road
    expected_version: int | None = None


def change_road(tx: Tx, command: ChangeRoad) -> CaseChanged:
    """Raises WrongRoad when the item does not allow it."""
    act = begin(tx, CaseVerb.CHANGE_ROAD, command.case_id, command.expected_version)
    require_road(act.item, command.road)
    return finish(
        act,
        "desk.case.road_changed",
        changes={"road": command.road},
        plain={"road": command.road},
    ).changed
