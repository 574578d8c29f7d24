"""Who employs staff, and what a window goes through before it opens for the day."""

from enum import StrEnum


class EmployerKind(StrEnum):
    """双派驻: at one outlet staff of the bank (or another host) and of the bureau work side by side."""

    BANK = "bank"
    BUREAU = "bureau"


class OpeningCheck(StrEnum):
    """The opening checklist of a window, once a day."""

    KIT = "kit"
    CALL = "call"
    PRINT = "print"
