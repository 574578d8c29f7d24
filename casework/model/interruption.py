"""What a dropped call costs an item (domain.md §3.5)."""

from enum import StrEnum


class InterruptionPolicy(StrEnum):
    """Set per item version.

    `resume`: rejoin and go on. `resume_with_recheck`: rejoin, then the reviewer confirms the name
    and one varied question; earlier statements stand. `restart`: for identity- or will-bearing
    acts; identity and declaration are taken again, what was said before the drop is no evidence.
    """

    RESUME = "resume"
    RESUME_WITH_RECHECK = "resume_with_recheck"
    RESTART = "restart"
