"""Faults of a node's disk, recorder and clock, made from outside while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_INJECTED = Path(__file__).with_name("injected")


class Faults:
    """`settings` are for the node's environment; what they bring in is `injected/sitecustomize.py`,
    which knows the names of faults.

    The wall clock is set inside Python and not by libfaketime, whose clock_nanosleep refuses the
    sleeps of Python.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.settings = {"PYTHONPATH": str(_INJECTED), "YUNCHUANG_TEST_FAULTS": str(folder)}

    def set_clock(self, ahead_s: int) -> None:
        """Sets the wall clock of the node this far ahead of ours."""
        draft = self._folder / "clock.new"
        draft.write_text(str(ahead_s))
        draft.replace(self._folder / "clock")

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        place = self._folder / name
        place.touch()
        try:
            yield
        finally:
            place.unlink(missing_ok=True)
