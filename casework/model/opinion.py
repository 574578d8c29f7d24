"""What a reviewer thinks of a material before acceptance (预审). An opinion binds nobody: the reviewer of
the accepted case may differ.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_OPINION_WORDS = 300


class Opinion(StrEnum):
    """符合 / 需更换 / 缺少: as shown on the document camera."""

    MEETS = "meets"
    REPLACE = "replace"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class NotedOpinion:
    """The newest opinion on the material `code` in one call. `reviewer_id` noted it; `words` are for the
    clerk and never empty where the material must be replaced.
    """

    code: str
    opinion: Opinion
    words: str
    call_id: str
    reviewer_id: str
    noted_at_ms: int
