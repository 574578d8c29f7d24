"""The doors of the house: who enters where, and under which cookie.

Each door keeps its own sign-in, so that four tabs of one browser can play four people.
"""

from dataclasses import dataclass
from enum import StrEnum

from casework.actor import Role
from portal.i18n import N_


class Door(StrEnum):
    CLERK = "clerk"
    CITIZEN = "citizen"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    LEAD = "lead"
    OUTLET = "outlet"
    USHER = "usher"
    ADMIN = "admin"

    @property
    def cookie(self) -> str:
        return f"yc_{self.value}"

    @property
    def spec(self) -> "DoorSpec":
        return _SPECS[self]


@dataclass(frozen=True, slots=True)
class DoorSpec:
    """`home` is where a sign-in leads; `role` is what a session of this door acts as."""

    door: Door
    role: Role
    home: str
    icon: str
    title: str
    hint: str
    entered_by: str = "password"
    in_front: bool = True

    @property
    def staff(self) -> bool:
        """Whether members of staff enter here."""
        return self.entered_by == "password"


_SPECS = {
    spec.door: spec
    for spec in (
        DoorSpec(
            Door.CLERK,
            Role.CLERK,
            "/window",
            "window",
            N_("Clerk window"),
            N_("Open cases, call the hall, issue results"),
        ),
        DoorSpec(
            Door.CITIZEN,
            Role.CITIZEN,
            "/screen",
            "citizen",
            N_("Citizen screen"),
            N_("Second screen at the window: check, sign, rate"),
            entered_by="pairing",
        ),
        DoorSpec(
            Door.REVIEWER,
            Role.REVIEWER,
            "/hall",
            "reviewer",
            N_("Reviewer desk"),
            N_("Answer calls, review cases, decide"),
        ),
        DoorSpec(
            Door.AUDITOR,
            Role.AUDITOR,
            "/audit",
            "auditor",
            N_("Audit desk"),
            N_("Look up, play back, verify, export"),
        ),
        DoorSpec(
            Door.LEAD,
            Role.DUTY_LEAD,
            "/lead",
            "lead",
            N_("Duty desk"),
            N_("Queues, posts and time limits at a glance"),
            in_front=False,
        ),
        DoorSpec(
            Door.OUTLET,
            Role.OUTLET_LEAD,
            "/outlet",
            "users",
            N_("Outlet desk"),
            N_("Today's roster, windows and their opening checklist"),
            in_front=False,
        ),
        DoorSpec(
            Door.USHER,
            Role.USHER,
            "/usher",
            "user",
            N_("Pre-fill desk"),
            N_("Receive visitors, check materials, fill forms in"),
            in_front=False,
        ),
        DoorSpec(
            Door.ADMIN,
            Role.ADMIN,
            "/admin",
            "admin",
            N_("Administration"),
            N_("Outlets, windows, staff and items"),
            in_front=False,
        ),
    )
}


def all_doors() -> tuple[DoorSpec, ...]:
    return tuple(_SPECS.values())
