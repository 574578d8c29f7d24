"""`docs/lifecycle.md`, made from the transition table: `python -m casework.policy.lifecycle_page`.

Nobody draws the diagram by hand, so it cannot say anything that the kernel does not do.
"""

import sys
from collections.abc import Iterable

from casework.actor import Role
from casework.model.case import TERMINAL_STATES, CaseState
from casework.policy.case_verb import CaseVerb
from casework.policy.transitions import TRANSITIONS, Transition

_HEAD = """\
# Life of a case

Made by `make docs` from the transition table of the kernel (`casework/policy/transitions.py`); a test
fails when the two differ. What stands in no row is refused with `C-01`. Beside state and role, an act
meets the rules of `casework/policy/case_rules.py`: place, separation of acceptance and review, posts,
the review lock, a prepared decision that waits.
"""


def lifecycle_page() -> str:
    """The whole page, Markdown."""
    return "\n".join(
        (
            _HEAD,
            "```mermaid",
            *_diagram(),
            "```",
            "",
            "## From state to state",
            "",
            *_rows(row for row in TRANSITIONS if row.source != row.target),
            "",
            "## Within a state",
            "",
            *_acts(),
            "",
        )
    )


def _diagram() -> Iterable[str]:
    yield "stateDiagram-v2"
    for row in TRANSITIONS:
        if row.source != row.target:
            yield f"  {row.source or '[*]'} --> {row.target}: {row.verb}"
    for state in CaseState:
        if state in TERMINAL_STATES:
            yield f"  {state} --> [*]"


def _rows(rows: Iterable[Transition]) -> Iterable[str]:
    yield "| from | act | to | who |"
    yield "|---|---|---|---|"
    for row in rows:
        source = f"`{row.source}`" if row.source else ""
        yield f"| {source} | `{row.verb}` | `{row.target}` | {_names(row.roles)} |"


def _acts() -> Iterable[str]:
    """One row for each act and those who may do it, with all states in which it leaves the state."""
    states: dict[tuple[CaseVerb, frozenset[Role]], list[str]] = {}
    for row in TRANSITIONS:
        if row.source is not None and row.source == row.target:
            states.setdefault((row.verb, row.roles), []).append(row.source)
    yield "| act | who | in |"
    yield "|---|---|---|"
    for (verb, roles), where in states.items():
        told = "any state" if set(where) == set(CaseState) else ", ".join(f"`{s}`" for s in where)
        yield f"| `{verb}` | {_names(roles)} | {told} |"


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(sorted(roles))


if __name__ == "__main__":
    sys.stdout.write(lifecycle_page())
