"""共享数据核验结果 as a sheet: what an issuing authority stated, to be read by people.

The statement itself is sealed in the entry of the material; this is its readable form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.canonical import JsonValue
from casework.calendar import instant
from casework.materials.verifier import SourceStatement
from portal.i18n import N_, Language, catalogue
from portal.papers.typesetting import set_paper

TEMPLATE = Path(__file__).with_name("statement.typ")
_WORDS: Mapping[str, str] = {
    "title": N_("Result of a check of shared data"),
    "case": N_("Case number"),
    "item": N_("Item"),
    "material": N_("Material"),
    "issuer": N_("Stated by"),
    "number": N_("Number of the document"),
    "valid_until": N_("Valid until"),
    "unlimited": N_("without end"),
    "retrieved": N_("Asked at"),
    "question": N_("Question"),
    "note": N_("Asked from the issuing authority instead of a paper of the applicant's."),
}


@dataclass(frozen=True, slots=True)
class StatedFor:
    """What the statement was asked for."""

    case_number: str
    item: str
    material: str
    question_id: str


def statement_pdf(asked: StatedFor, statement: SourceStatement) -> bytes:
    """Always in Chinese. Raises PaperError."""
    say = catalogue(Language.ZH_CN).gettext
    valid = statement.valid_until.isoformat() if statement.valid_until else ""
    data: dict[str, JsonValue] = {
        "words": {name: say(text) for name, text in _WORDS.items()},
        "case": asked.case_number,
        "item": asked.item,
        "material": asked.material,
        "question": asked.question_id,
        "issuer": statement.issuer,
        "number": statement.number,
        "valid_until": valid,
        "retrieved": instant(statement.retrieved_at_ms),
        "values": [list(pair) for pair in statement.values],
    }
    return set_paper(TEMPLATE, data, made_s=statement.retrieved_at_ms // 1000)
