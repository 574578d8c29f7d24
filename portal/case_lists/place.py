"""Where a list of cases stands: its address, its door, and what its lines lead to."""

from collections.abc import Callable
from dataclasses import dataclass

from casework.keys.key_ring import KeyRing
from portal.doors import Door


@dataclass(frozen=True, slots=True)
class ListPlace:
    """`template` extends the room's layout and calls the macro `case_list`. `case_path` is what stands
    before a case's id in the address of its page, empty where this door has none; `story` what stands
    behind it for the page of its story. `origin` names the log that exports are written into.
    """

    path: str
    door: Door
    template: str
    keys: KeyRing
    origin: Callable[[], str]
    case_path: str = ""
    story: str = ""
