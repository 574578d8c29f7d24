"""The diagram of a case's life is the one that the transition table gives."""

from pathlib import Path

from casework.policy.lifecycle_page import lifecycle_page
from casework.policy.transitions import TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def test_the_page_is_the_one_of_the_table():
    assert PAGE.read_text() == lifecycle_page(), "run `make docs`"


def test_each_step_of_the_table_is_drawn_and_listed():
    page = PAGE.read_text()
    for row in TRANSITIONS:
        if row.source != row.target:
            assert f"  {row.source or '[*]'} --> {row.target}: {row.verb}\n" in page
        assert f"`{row.verb}`" in page
