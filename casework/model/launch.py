"""A launch: what the city's intake platform hands over so that nobody types it a second time."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MAX_LAUNCH_BYTES = 64 * 1024
MAX_LAUNCH_FIELDS = 150
MAX_FIELD_NAME = 80
MAX_FIELD_VALUE = 2_000
MAX_REF = 80
MAX_JTI = 100
MAX_LIFE_S = 300
"""Between `iat` and `exp`: a launch is made when the link is pressed."""
SKEW_S = 30
"""How far the platform's clock may be from ours."""
LINK_MS = 15 * 60_000
"""For so long the clerk may open what was handed over; long enough to sign in first."""
MAX_WAITING_LAUNCHES = 1_000
"""Of one platform, handed over and not opened yet."""


@dataclass(frozen=True, slots=True)
class Launch:
    """The claims of a launch whose form was checked. Times are seconds since 1970.

    `outlet` is the id of the outlet that may open it; `window` is a window's number there and `clerk` a
    clerk's work number, both where the platform knows them. `ref` is the platform's own number of the
    matter, `fields` what was filled in there, by the platform's own names.
    """

    issuer: str
    audience: str
    issued_s: int
    expires_s: int
    jti: str
    outlet: str
    item: str
    ref: str
    fields: Mapping[str, str]
    window: str | None = None
    clerk: str | None = None


class LeftOutReason(StrEnum):
    """Why a value of a launch is left to the clerk."""

    NOT_MAPPED = "not_mapped"
    """The mapping does not say where it belongs."""
    NO_SUCH_FIELD = "no_such_field"
    """The item has not got the field any more that the mapping names."""
    NOT_TRANSLATED = "not_translated"
    """The mapping's list of values does not hold it, or it is no date of the form that was agreed."""
    DOES_NOT_FIT = "does_not_fit"
    """The field's own rule refuses it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`name` is the platform's, `target` ours (`applicant.phone`, `form.account`), empty without one."""

    name: str
    target: str
    reason: LeftOutReason
    value: str
