"""What a mark says. Always in Chinese: it goes with the picture, whoever's page it was on."""

from dataclasses import dataclass

from casework.calendar import instant
from casework.model.material import MaterialGrade
from portal.i18n import N_, Language, catalogue

MAX_ITEM = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """`lines` stand one below the other."""

    lines: tuple[str, ...]


def mark_of(item: str, case_number: str, *, viewer: str = "", now_ms: int = 0) -> Mark:
    """For this matter only; `viewer` is the work number of who looks, in the hall, at `now_ms`."""
    say = catalogue(Language.ZH_CN).gettext
    only = say(N_("Only for handling %(item)s (%(number)s)")) % _facts(item, case_number)
    if not viewer:
        return Mark((only,))
    looked = say(N_("Looked at by %(viewer)s, %(when)s")) % {
        "viewer": viewer,
        "when": instant(now_ms).removesuffix(" +08:00"),
    }
    return Mark((only, looked))


def copy_mark_of(item: str, case_number: str, grade: MaterialGrade) -> Mark:
    """For a copy on paper. That it equals the original is said of what was held against one, and of nothing
    else (国办函〔2016〕108号).
    """
    if grade is not MaterialGrade.B:
        return mark_of(item, case_number)
    say = catalogue(Language.ZH_CN).gettext
    compared = say(N_("Compared with the original and found the same,"))
    only = say(N_("only for handling %(item)s (%(number)s)")) % _facts(item, case_number)
    return Mark((compared, only))


def _facts(item: str, case_number: str) -> dict[str, str]:
    short = item if len(item) <= MAX_ITEM else f"{item[: MAX_ITEM - 1]}…"
    return {"item": short, "number": case_number}
