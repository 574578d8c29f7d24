"""Who acts. Entries name an actor by id and role, never by a person's name."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    CLERK = "clerk"
    REVIEWER = "reviewer"
    DUTY_LEAD = "duty_lead"
    OUTLET_LEAD = "outlet_lead"
    USHER = "usher"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CITIZEN = "citizen"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person in one role, a paired citizen screen, or the program itself.

    `post` is the 岗位 a role was granted for, `outlet` and `window` the counter where the actor
    stands; all are ids and empty where they do not apply.
    """

    id: str
    role: Role
    post: str | None = None
    outlet: str | None = None
    window: str | None = None


SYSTEM = Actor(id="system", role=Role.SYSTEM)
