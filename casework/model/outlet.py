"""Kinds of places and of windows."""

from enum import StrEnum


class OutletKind(StrEnum):
    BANK = "bank"
    COMMUNITY = "community"
    STREET = "street"
    POST = "post"
    MOBILE = "mobile"


class WindowProfile(StrEnum):
    """How a counter is equipped (design.md §4)."""

    ONE_PC = "one_pc"
    TABLET = "tablet"
    REMOTE_CITIZEN = "remote_citizen"
