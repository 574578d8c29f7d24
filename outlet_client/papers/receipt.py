"""办理结果回执: the receipt of a result, A4, always in Chinese whatever the clerk's page speaks."""

import io
from dataclasses import dataclass

import segno

from audit.canonical import JsonValue
from casework.model.case import Outcome
from casework.model.decision import RefusalReason, Remedy
from outlet_client.papers.typesetting import set_paper
from outlet_client.words import REFUSAL_REASONS, REMEDIES
from portal.display import DisplayTime
from portal.i18n import N_, Language, catalogue


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """All that stands on the paper; numbers are masked. `outcome` is None for an item that is
    closed at the window without a decision. `log_line` is `ORIGIN INDEX LEAFHASH` of the decision's
    entry (evidence.md §7), empty where it was not in the log yet.
    """

    number: str
    code: str
    item: str
    result: str
    outcome: Outcome | None
    applicant: str
    id_number: str
    organisation: str
    outlet: str
    window: str
    clerk: str
    reviewer: str
    transaction_number: str
    changes: tuple[tuple[str, str, str], ...]
    reasons: tuple[RefusalReason, ...]
    text: str
    remedy: Remedy | None
    follow_up: tuple[str, ...]
    accepted_ms: int | None
    decided_ms: int | None
    copy: int
    printed_ms: int
    log_line: str = ""


_WORDS = {
    "title": N_("Receipt of the result"),
    "decision_title": N_("Decision not to approve"),
    "number": N_("Case number"),
    "code": N_("Enquiry code"),
    "item": N_("Item"),
    "result": N_("Result"),
    "applicant": N_("Applicant"),
    "id_number": N_("ID number"),
    "organisation": N_("Organisation"),
    "outcome": N_("Outcome of the review"),
    "accepted": N_("Time of acceptance"),
    "decided": N_("Time of the decision"),
    "reviewer": N_("Reviewed by"),
    "transaction": N_("Business system number"),
    "changes": N_("What was changed"),
    "before": N_("Before"),
    "after": N_("After"),
    "reasons": N_("Reasons"),
    "remedy": N_("Your remedies"),
    "follow_up": N_("What to do next"),
    "counter": N_("Handled at"),
    "received_by": N_("Received by (signature)"),
    "date": N_("Date"),
    "stamp": N_("Stamp here"),
    "enquire": N_("With the case number and the enquiry code any window can look this case up."),
    "scan": N_("Scan to enquire"),
    "printed": N_("Printed at"),
    "reviewer_number": N_("Reviewer No. %s"),
    "clerk_number": N_("Clerk No. %s"),
    "reprint": N_("Reprint, copy %d"),
    "log_line": N_("Entry in the log"),
    "log_scan": N_("Scan to check"),
    "log_use": N_(
        "Keep this line: it proves, against the evidence package or the log, that the decision is still the one you were given."
    ),
}
_OUTCOMES = {
    Outcome.APPROVED: N_("Approved by the hall"),
    Outcome.REFUSED: N_("Refused"),
    None: N_("Done at the window"),
}


def receipt_pdf(
    facts: ReceiptFacts, *, organisation: str, public_base_url: str, public_log_url: str = ""
) -> bytes:
    """Deterministic: the same facts give the same bytes. Raises PaperError."""
    clock = DisplayTime("Asia/Shanghai", Language.ZH_CN)
    say = catalogue(Language.ZH_CN).gettext
    words = {name: say(text) for name, text in _WORDS.items()}
    refused = facts.outcome is Outcome.REFUSED
    rows: list[tuple[str, str]] = [
        (words["item"], facts.item),
        (words["applicant"], facts.applicant),
        (words["id_number"], facts.id_number),
        (words["organisation"], facts.organisation),
        (words["outcome"], say(_OUTCOMES[facts.outcome])),
        (words["result"], "" if refused else facts.result),
        (words["transaction"], facts.transaction_number),
        (words["accepted"], clock.datetime(facts.accepted_ms)),
        (words["decided"], clock.datetime(facts.decided_ms)),
        (words["reviewer"], words["reviewer_number"] % facts.reviewer if facts.reviewer else ""),
        (words["counter"], f"{facts.outlet} {facts.window}"),
    ]
    data: dict[str, JsonValue] = {
        "words": {**words, "title": words["decision_title"] if refused else words["title"]},
        "organisation": organisation,
        "number": facts.number,
        "code": facts.code,
        "rows": [[name, value] for name, value in rows if value],
        "changes": [list(change) for change in facts.changes],
        "reasons": [say(REFUSAL_REASONS[reason]) for reason in facts.reasons],
        "text": facts.text,
        "remedy": say(REMEDIES[facts.remedy]) if facts.remedy else "",
        "follow_up": [] if refused else list(facts.follow_up),
        "reprint": words["reprint"] % facts.copy if facts.copy > 1 else "",
        "printed": clock.datetime(facts.printed_ms),
        "clerk": words["clerk_number"] % facts.clerk if facts.clerk else "",
        "qr": _enquiry_qr(public_base_url, facts),
        "log_line": facts.log_line,
        "log_qr": _log_qr(public_log_url, facts.log_line),
        "log_qr_leads": bool(public_log_url),
    }
    return set_paper("receipt.typ", data, made_s=facts.printed_ms // 1000)


def _enquiry_qr(public_base_url: str, facts: ReceiptFacts) -> str:
    """Nothing where no telephone could follow it. The code stands in the fragment, so that it
    reaches no server's log.
    """
    if not public_base_url:
        return ""
    return _qr(f"{public_base_url.rstrip('/')}/q/{facts.number}#{facts.code}")


def _log_qr(public_log_url: str, log_line: str) -> str:
    """The line itself, or the page that holds it against the log with the line in its fragment: no
    server sees it. An origin has no `+` (C2SP signed-note), so that it can part the three.
    """
    if not log_line:
        return ""
    return _qr(log_link(public_log_url, log_line) if public_log_url else log_line)


def log_link(public_log_url: str, log_line: str) -> str:
    """`URL/receipt#ORIGIN+INDEX+LEAFHASH`."""
    return f"{public_log_url.rstrip('/')}/receipt#{log_line.replace(' ', '+')}"


def _qr(text: str) -> str:
    """An SVG."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=0, scale=4)
    return picture.getvalue().decode()
