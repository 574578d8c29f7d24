"""一次性告知 and 补正: the one complete list of what the citizen can still supply."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from audit import canonical

MAX_DAYS = 60
"""The longest term in working days; how long it is says the item, or else the centre."""
MAX_POINTS = 40
MAX_WORDS = 300

GENERAL = "general"
"""Target of a point that concerns neither a material nor a field."""

_LABEL = b"yunchuang/notice/v1\0"


class NoticeReason(StrEnum):
    """What only the citizen can mend; a fault of the window is a return (`ReturnReason`)."""

    MISSING = "missing"
    NOT_VALID = "not_valid"
    INCOMPLETE = "incomplete"
    CONTRADICTS = "contradicts"
    PROOF_NEEDED = "proof_needed"
    STATEMENT_NEEDED = "statement_needed"
    OTHER = "other"


class NoticeChannel(StrEnum):
    """How the citizen was told: the paper handed over and signed for, or in a recorded call."""

    AT_WINDOW = "at_window"
    IN_CALL = "in_call"


class AnsweredBy(StrEnum):
    """How a point was answered: something was brought or changed, or explained in words."""

    SUPPLIED = "supplied"
    EXPLAINED = "explained"


class SecondNoticeAnswer(StrEnum):
    ALLOWED = "allowed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NoticePoint:
    """One thing to supply. `target` is a material code, `form:FIELD`, `identity` or `general`;
    `words` say in plain language what is the matter, `bring` what to bring (may be empty where a
    word at the window is enough). Both may be personal: kept sealed.
    """

    target: str
    reason: NoticeReason
    words: str
    bring: str = ""


def notice_digest(case_key: bytes, number: str, points: Sequence[NoticePoint]) -> str:
    """Lower hex HMAC-SHA256 under the case key over the case's number and the whole list.

    Keyed, because a plain hash of a short text would confirm a guess after the key's destruction.
    """
    content = canonical.encode(
        {
            "case": number,
            "points": [
                {
                    "target": point.target,
                    "reason": point.reason.value,
                    "words": point.words,
                    "bring": point.bring,
                }
                for point in points
            ],
        }
    )
    return hmac.new(case_key, _LABEL + content, hashlib.sha256).hexdigest()
