"""Which posts one person may hold at a time 岗位互斥, and which an employer's staff may hold at all.

受审分离: who accepts does not review, who audits or administers does neither (经办条例 37; 甘肃岗位权限).
"""

from collections.abc import Iterable

from casework.actor import Role
from casework.model.organisation import EmployerKind

POSTS = (
    Role.CLERK,
    Role.OUTLET_LEAD,
    Role.USHER,
    Role.REVIEWER,
    Role.DUTY_LEAD,
    Role.AUDITOR,
    Role.ADMIN,
)
"""Roles for which a post can be granted; citizens and the program hold none."""

AT_OUTLETS = frozenset({Role.CLERK, Role.OUTLET_LEAD, Role.USHER})

# An usher prepares and never accepts, so she is no clerk at the same time.
_TOGETHER = (
    frozenset({Role.CLERK, Role.OUTLET_LEAD}),
    frozenset({Role.USHER, Role.OUTLET_LEAD}),
    frozenset({Role.REVIEWER, Role.DUTY_LEAD}),
)


def exclude_each_other(roles: Iterable[Role]) -> bool:
    held = frozenset(roles)
    return len(held) > 1 and not any(held <= pair for pair in _TOGETHER)


def employer_allows(employer: EmployerKind, role: Role) -> bool:
    """Staff of a bank or another host accept and issue; decisions stay with the bureau's."""
    return employer is EmployerKind.BUREAU or role in AT_OUTLETS
