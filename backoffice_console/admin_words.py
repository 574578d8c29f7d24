"""Words of the administrator's pages for what the kernel names by codes."""

from casework.actor import Role
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.policy.posts import POSTS
from portal.i18n import N_, _

KINDS: dict[OutletKind, str] = {
    OutletKind.BANK: N_("Bank branch"),
    OutletKind.COMMUNITY: N_("Community office"),
    OutletKind.STREET: N_("Street office"),
    OutletKind.POST: N_("Post office"),
    OutletKind.MOBILE: N_("Mobile service"),
}
PROFILES: dict[WindowProfile, str] = {
    WindowProfile.ONE_PC: N_("One computer, two monitors"),
    WindowProfile.TABLET: N_("Computer and a tablet for the citizen"),
    WindowProfile.REMOTE_CITIZEN: N_("Citizen on a device of her own"),
}
EMPLOYERS: dict[EmployerKind, str] = {
    EmployerKind.BANK: N_("Bank or another host"),
    EmployerKind.BUREAU: N_("The bureau"),
}
ROLES: dict[Role, str] = {
    Role.CLERK: N_("Clerk"),
    Role.OUTLET_LEAD: N_("Outlet lead"),
    Role.USHER: N_("Usher"),
    Role.REVIEWER: N_("Reviewer"),
    Role.DUTY_LEAD: N_("Duty lead"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
}


def kinds() -> list[tuple[str, str]]:
    return [(code.value, _(said)) for code, said in KINDS.items()]


def profiles() -> list[tuple[str, str]]:
    return [(code.value, _(said)) for code, said in PROFILES.items()]


def employers() -> list[tuple[str, str]]:
    return [(code.value, _(said)) for code, said in EMPLOYERS.items()]


def roles() -> list[tuple[str, str]]:
    return [(role.value, _(ROLES[role])) for role in POSTS]
