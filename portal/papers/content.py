"""What a template is given: the facts of a paper as plain JSON, times and codes as Chinese words.

Names of fields here are the contract with every city's own templates (docs/papers.md): one may be
added, none is renamed or dropped.
"""

from dataclasses import asdict, dataclass

from audit.canonical import JsonValue
from casework.calendar import day_of
from casework.model.case import Outcome
from casework.model.paper import PaperKind, PaperSize
from casework.model.paper_facts import (
    AcceptanceFacts,
    DecisionFacts,
    DeliveryFacts,
    NextStepsFacts,
    NoticeFacts,
    PaperCase,
    PaperFacts,
)
from portal.display import DisplayTime
from portal.i18n import Language, catalogue
from portal.papers.seal import Seal
from portal.papers.words import REFUSAL_REASONS, REMEDIES

_CLOCK = DisplayTime("Asia/Shanghai", Language.ZH_CN)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who prints: `organisation` is the authority, `help_line` a telephone number, may be empty.
    `public_base_url` is empty where no telephone reaches the site: then no QR to it stands on a paper.
    `public_log_url` is where telephones hold a decision's line against the log, may be empty.
    """

    organisation: str
    help_line: str = ""
    public_base_url: str = ""
    public_log_url: str = ""


def paper_content(
    case: PaperCase,
    facts: PaperFacts,
    *,
    kind: PaperKind,
    size: PaperSize,
    copy: int,
    printed_ms: int,
    issuer: Issuer,
    seal: Seal,
) -> dict[str, JsonValue]:
    """All that a copy says; `printed_ms` is the date inside the PDF too."""
    return {
        "paper": kind.value,
        "size": size.value,
        "copy": copy,
        "printed": _CLOCK.datetime(printed_ms),
        "printed_ms": printed_ms,
        "issuer": {"organisation": issuer.organisation, "help_line": issuer.help_line},
        "case": _plain(asdict(case)),
        "year": str(day_of(printed_ms).year),
        "link": _link(issuer.public_base_url, case),
        "seal": _plain(asdict(seal.mark(kind, issuer.organisation))),
        **_facts(facts, issuer),
    }


def _facts(facts: PaperFacts, issuer: Issuer) -> dict[str, JsonValue]:
    match facts:
        case AcceptanceFacts():
            return {
                "materials": [{"name": one.name, "pages": one.pages} for one in facts.materials],
                "accepted": _CLOCK.datetime(facts.accepted_ms),
                "accepted_day": _CLOCK.date(facts.accepted_ms),
                "due_day": _CLOCK.date(facts.due_ms),
                "promised_days": facts.promised_days,
                "bases": list(facts.bases),
            }
        case NoticeFacts():
            return {
                "round": facts.round,
                "points": [_plain(asdict(one)) for one in facts.points],
                "days": facts.days,
                "due_day": _CLOCK.date(facts.due_ms),
                "written_by": facts.written_by,
                "written_day": _CLOCK.date(facts.written_ms),
                "lapses": facts.lapses,
            }
        case DecisionFacts():
            return _decision(facts, issuer)
        case DeliveryFacts():
            return {
                "approved": facts.outcome is Outcome.APPROVED,
                "result": facts.result,
                "receiver": facts.receiver,
                "by_agent": facts.by_agent,
                "delivered": _CLOCK.datetime(facts.delivered_ms),
                "channel": facts.channel.value,
                "issuing_outlet": facts.outlet,
                "recipient": facts.recipient,
                "address": facts.address,
                "tracking_number": facts.tracking_number,
                "delivered_by": facts.issuer,
            }
        case NextStepsFacts():
            return {
                "result": facts.result,
                "lines": list(facts.lines),
                "done_day": _CLOCK.date(facts.done_ms),
            }


def _decision(facts: DecisionFacts, issuer: Issuer) -> dict[str, JsonValue]:
    say = catalogue(Language.ZH_CN).gettext
    return {
        # Also for what nobody had to review: a template that knows no third case must not say 不予.
        "approved": facts.outcome is not Outcome.REFUSED,
        "reviewed": facts.outcome is not None,
        "log_line": facts.log_line,
        "log_code": log_code(issuer.public_log_url, facts.log_line),
        "log_page": bool(issuer.public_log_url),
        "result": facts.result,
        "bases": list(facts.bases),
        "changes": [list(change) for change in facts.changes],
        "transaction_number": facts.transaction_number,
        "reasons": [say(REFUSAL_REASONS[reason]) for reason in facts.reasons],
        "text": facts.text,
        "remedy": say(REMEDIES[facts.remedy]) if facts.remedy else "",
        "reviewer": facts.reviewer,
        "accepted_day": _CLOCK.date(facts.accepted_ms),
        "decided_day": _CLOCK.date(facts.decided_ms),
    }


def _link(public_base_url: str, case: PaperCase) -> str:
    """Nothing where no telephone could follow it. The code stands in the fragment, so that it reaches
    no server's log.
    """
    if not public_base_url:
        return ""
    return f"{public_base_url.rstrip('/')}/q/{case.number}#{case.code}"


def log_code(public_log_url: str, log_line: str) -> str:
    """What the code beside the line says: `URL/receipt#ORIGIN+INDEX+LEAFHASH` of the page that holds it
    against the log, where no server sees the fragment, or the line itself where there is no such page. An
    origin has no `+` (C2SP signed-note), so that it can part the three.
    """
    if not public_log_url or not log_line:
        return log_line
    return f"{public_log_url.rstrip('/')}/receipt#{log_line.replace(' ', '+')}"


def _plain(value: dict[str, object]) -> JsonValue:
    return {name: one if isinstance(one, int) else str(one) for name, one in value.items()}
