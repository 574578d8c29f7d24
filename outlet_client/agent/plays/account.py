"""With what a scripted person comes in at a door."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """`window` is the number of a clerk's window."""

    number: str
    password: str
    window: str = ""
