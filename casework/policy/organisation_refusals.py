"""Why a change of the organisation is refused. Nothing was changed. The letter O stands for it."""

from casework.errors import DomainError


class NameTaken(DomainError):
    """Another one is called so already; `details["field"]` says by which of its names."""

    code = "O-01"
    slug = "name_taken"


class StillInUse(DomainError):
    """It cannot be closed: `details["reason"]` is `windows`, `staff`, `cases`, `visits`, `calls` or `items`."""

    code = "O-02"
    slug = "still_in_use"


class PostsExclude(DomainError):
    """One person may not hold these posts at a time (岗位互斥)."""

    code = "O-03"
    slug = "posts_exclude"


class OwnAccount(DomainError):
    """Nobody gives posts to himself, takes his own away, or closes his own account."""

    code = "O-04"
    slug = "own_account"


class EmployerMayNot(DomainError):
    """Staff of a bank or another host hold posts at outlets only."""

    code = "O-05"
    slug = "employer_may_not"


class AlreadyClosed(DomainError):
    """The outlet, window, group or account is closed; it is not opened again."""

    code = "O-06"
    slug = "already_closed"


class PlaceNeeded(DomainError):
    """A post at an outlet needs an outlet that is open; one in the hall stands at none."""

    code = "O-07"
    slug = "place_needed"


class AlreadyBegun(DomainError):
    """The installation has its organisation; a first administrator is made once."""

    code = "O-08"
    slug = "already_begun"


class LastAdministrator(DomainError):
    """Nobody would be left who may administer."""

    code = "O-09"
    slug = "last_administrator"
