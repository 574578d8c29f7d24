"""A filter out of an address: every value is checked, and what is wrong is named."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from casework.ids import is_case_number, is_id
from casework.model.case import CaseState, Outcome, Road
from casework.views.lists.case_filter import CaseFilter, Due, Order, Pair

MAX_PAIRS = 40
MAX_TEXT = 80

_CODE = re.compile(r"^[A-Za-z0-9._-]{1,40}$", re.ASCII)
_BLIND = re.compile(r"^[0-9a-f]{64}$", re.ASCII)
_KINDS: dict[str, type[StrEnum]] = {"outcome": Outcome, "road": Road, "due": Due, "order": Order}
_DAYS = frozenset(
    f"{moment}_{end}" for moment in ("opened", "accepted", "decided") for end in ("from", "to")
)
_CODES = frozenset({"item", "group", "clerk", "reviewer"})
_IDS = frozenset({"outlet", "window"})
NAMES = frozenset(field.name for field in fields(CaseFilter))

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """`wrong` names members that could not be read; `filter` holds the others. A list is shown only
    when nothing is wrong: one that leaves a filter out silently shows more than was asked for.
    """

    filter: CaseFilter
    wrong: tuple[str, ...] = ()


def asked(pairs: Iterable[Pair], *, beside: frozenset[str] = frozenset()) -> Asked:
    """`pairs` of a query string; those named in `beside` are somebody else's. Empty values count as
    absent: a form sends all of its fields.
    """
    values: dict[str, Any] = {}
    states: list[CaseState] = []
    wrong: list[str] = []
    given = [(name, value.strip()) for name, value in pairs if name not in beside]
    for name, value in [pair for pair in given if pair[1]][:MAX_PAIRS]:
        try:
            if name == "state":
                states.append(CaseState(value))
            elif name not in NAMES or name in values:
                wrong.append(name)  # a name that nobody knows, or a second value
            else:
                values[name] = _value(name, value)
        except ValueError:
            wrong.append(name)
    wrong += [
        f"{moment}_to" for moment in ("opened", "accepted", "decided") if _ends(values, moment)
    ]
    kept = CaseFilter(**values, state=tuple(sorted(set(states))))
    # Names from outside are shown again: only those we know, and each once.
    return Asked(kept, tuple(dict.fromkeys(name if name in NAMES else "?" for name in wrong)))


def _value(name: str, value: str) -> object:
    """Raises ValueError."""
    if name in _KINDS:
        return _KINDS[name](value)
    if name in _DAYS:
        day = dt.date.fromisoformat(value)
        if not 2000 <= day.year <= 2999:
            raise ValueError(value)
        return day.isoformat()
    if name == "called":
        if value != "1":
            raise ValueError(value)
        return True
    fits = {
        "number": is_case_number(value),
        "applicant": bool(_BLIND.match(value)),
        "words": len(value) <= MAX_TEXT and value.isprintable(),
    }.get(name)
    if fits is None:
        fits = bool(_CODE.match(value)) if name in _CODES else name in _IDS and is_id(value)
    if not fits:
        raise ValueError(value)
    return value


def _ends(values: dict[str, Any], moment: str) -> bool:
    """Whether a span ends before it begins."""
    first, last = values.get(f"{moment}_from"), values.get(f"{moment}_to")
    return bool(first and last and last < first)
