"""What the window page shows of a case's notices: the one that waits, and how many there were."""

from dataclasses import dataclass

from sqlalchemy import Connection

from casework.keys.key_ring import KeyRing
from casework.model.supplement import SecondNoticeAnswer
from casework.store.case_rows import load_case
from casework.views.notices import Notice, open_notice, rounds_given, second_notices

ASKED = "asked"


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """`notice` is the list that waits for its supplement. `further_notice` tells whether a further
    one was `asked`, `allowed` or `refused`; None when nobody asked.
    """

    notice: Notice | None
    notice_rounds: int
    further_notice: str | None


def notice_shown(conn: Connection, keys: KeyRing, case_id: str, now_ms: int) -> NoticeShown:
    """Raises NotFound or KeyDestroyed."""
    case = load_case(conn, case_id)
    rounds = rounds_given(conn, case_id)
    asked = [one for one in second_notices(conn, keys, case) if one.round == rounds + 1]
    answer: SecondNoticeAnswer | None = asked[-1].answer if asked else None
    return NoticeShown(
        notice=open_notice(conn, keys, case, now_ms),
        notice_rounds=rounds,
        further_notice=None if not asked else answer or ASKED,
    )
