"""The facts of each paper, read from the case as it stands; whether it may be printed is asked before
(`casework.policy.paper_rules`).
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.catalogue.guide import LegalBasis
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case, Outcome
from casework.model.issue_channel import IssueChannel
from casework.model.paper import PaperKind
from casework.model.paper_facts import (
    AcceptanceFacts,
    DecisionFacts,
    DeliveryFacts,
    MaterialLine,
    NextStepsFacts,
    NoticeFacts,
    NoticeLine,
    PaperCase,
    PaperFacts,
)
from casework.model.short_code import short_code
from casework.store import schema_log as log
from casework.views.case_page import CasePage, ShownDecision, case_page
from casework.views.issue_channel import shown_channel
from casework.views.log_place import decision_place
from casework.views.notices import NoticePaper, notice_paper
from casework.views.organisation import window_place
from casework.views.sealed_values import sealed_fields, sealed_values

_CONCERNS = {"identity": "身份核验"}
"""Targets of a notice that no item names."""
RECEIVER_CHECKED = "desk.receiver.checked"


@dataclass(frozen=True, slots=True)
class PaperSource:
    case: PaperCase
    facts: PaperFacts


def paper_source(
    conn: Connection,
    keys: KeyRing,
    case_id: str,
    kind: PaperKind,
    now_ms: int,
    log_origin: str = "",
) -> PaperSource:
    """`now_ms` begins the term of a notice that was not given yet; `log_origin` is the log's name, empty
    where there is none. Raises NotFound where the case has no such facts, KeyDestroyed for an erased case.
    """
    page = case_page(conn, keys, case_id)
    head = _head(conn, keys, page)
    if kind is PaperKind.DECISION:
        return PaperSource(head, _decision(page, _log_line(conn, page.case, log_origin)))
    return PaperSource(head, _facts(conn, keys, page, kind, now_ms))


def _head(conn: Connection, keys: KeyRing, page: CasePage) -> PaperCase:
    case = page.case
    name = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant").get("name", "")
    shown = {value.label: value.shown for value in page.applicant}
    place = window_place(conn, case.window_id)
    clerk = page.people.get(case.clerk_id or case.first_asked_by)
    return PaperCase(
        number=case.number,
        code=short_code(keys.case_key(case.id), case.id),
        item=page.item.name,
        applicant=name,
        id_number=shown.get("id_number", ""),
        organisation=shown.get("organisation", ""),
        outlet=place.outlet_name,
        window=place.name,
        clerk=clerk.number if clerk else "",
    )


def _facts(
    conn: Connection, keys: KeyRing, page: CasePage, kind: PaperKind, now_ms: int
) -> PaperFacts:
    match kind:
        case PaperKind.ACCEPTANCE_RECEIPT:
            return _acceptance(page)
        case PaperKind.DECISION:
            return _decision(page, "")
        case PaperKind.DELIVERY_RECEIPT:
            return _delivery(conn, keys, page)
        case PaperKind.NEXT_STEPS:
            return _next_steps(page)
        case PaperKind.ONE_TIME_NOTICE | PaperKind.SUPPLEMENT_NOTICE:
            return _notice(notice_paper(conn, keys, page.case.id, now_ms), page.item.lapses)


def _acceptance(page: CasePage) -> AcceptanceFacts:
    case = page.case
    if case.accepted_at_ms is None:
        raise NotFound("not accepted")
    handed_in = (
        MaterialLine(slot.spec.name, len(slot.good_pages))
        for slot in page.materials
        if slot.good_pages
    )
    return AcceptanceFacts(
        materials=tuple(handed_in),
        accepted_ms=case.accepted_at_ms,
        due_ms=case.promised_due_ms or case.accepted_at_ms,
        promised_days=page.item.promised_days,
        bases=_bases(page.item.bases),
    )


def _notice(told: NoticePaper, lapses: LegalBasis | None) -> NoticeFacts:
    notice = told.notice
    points = (
        NoticeLine(point.label or _CONCERNS.get(point.target, ""), point.words, point.bring)
        for point in notice.points
    )
    return NoticeFacts(
        round=notice.round,
        points=tuple(points),
        days=notice.days,
        due_ms=notice.due_ms,
        written_ms=notice.written_at_ms,
        written_by=told.written_by.number if told.written_by else "",
        lapses=_cited(lapses) if lapses else "",
    )


def _decision(page: CasePage, log_line: str) -> DecisionFacts:
    case, said = page.case, page.decision
    decided_ms = case.decided_at_ms or case.closed_at_ms
    if decided_ms is None:
        raise NotFound("not decided")
    reviewer = page.people.get(case.decided_by or "")
    return DecisionFacts(
        outcome=said.outcome if said else None,
        result=page.item.result,
        bases=_bases(page.item.bases),
        changes=_changes(said) if said else (),
        transaction_number=said.transaction_number if said else "",
        reasons=said.reasons if said else (),
        text=said.text if said else "",
        remedy=said.remedy if said else None,
        reviewer=reviewer.number if reviewer else "",
        accepted_ms=case.accepted_at_ms or decided_ms,
        decided_ms=decided_ms,
        log_line=log_line,
    )


def _log_line(conn: Connection, case: Case, log_origin: str) -> str:
    """Under the log's present name: a reprint after a succession has the place in the new log."""
    place = decision_place(conn, case) if log_origin else None
    return f"{log_origin} {place.index} {place.leaf_hash}" if place else ""


def _delivery(conn: Connection, keys: KeyRing, page: CasePage) -> DeliveryFacts:
    case = page.case
    if case.outcome is None:
        raise NotFound("not decided")
    receiver, by_agent = _receiver(conn, keys, case)
    way = shown_channel(conn, keys, case)
    posted, electronic = way.channel is IssueChannel.POST, way.channel is IssueChannel.ELECTRONIC
    # A refusal is handed over on paper, however the result would have gone.
    in_hand = electronic and case.outcome is Outcome.REFUSED
    issuer = page.people.get(case.issued_by or "")
    return DeliveryFacts(
        outcome=case.outcome,
        result=page.item.result,
        receiver=receiver,
        by_agent=by_agent,
        delivered_ms=_delivered_ms(case),
        channel=IssueChannel.SAME_WINDOW if in_hand else way.channel,
        outlet=way.outlet,
        recipient=way.address.get("recipient", "") if posted else "",
        address=way.address.get("address", "") if posted else "",
        tracking_number=way.tracking_number if posted else "",
        issuer=issuer.number if issuer else "",
    )


def _delivered_ms(case: Case) -> int | None:
    """A letter is delivered when the carrier says so, not when it was posted; what is electronic alone when
    the case was closed.
    """
    if case.channel is IssueChannel.POST:
        return case.delivered_at_ms
    if case.channel is IssueChannel.ELECTRONIC:
        return case.issued_at_ms or case.closed_at_ms
    return case.issued_at_ms


def _next_steps(page: CasePage) -> NextStepsFacts:
    case = page.case
    done_ms = case.decided_at_ms or case.closed_at_ms
    if done_ms is None:
        raise NotFound("nothing was done yet")
    return NextStepsFacts(page.item.result, page.item.follow_up, done_ms)


def _receiver(conn: Connection, keys: KeyRing, case: Case) -> tuple[str, bool]:
    """Who was checked last as the receiver; nobody yet is "" and False."""
    seq = conn.scalar(
        select(log.entry.c.seq)
        .where(log.entry.c.chain == case.chain, log.entry.c.type == RECEIVER_CHECKED)
        .order_by(log.entry.c.seq.desc())
        .limit(1)
    )
    if seq is None:
        return "", False
    said = sealed_fields(conn, keys, case.chain, seq)
    if "agent.name" in said:
        return str(said["agent.name"]), True
    applicant = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    return applicant.get("name", ""), False


def _changes(said: ShownDecision) -> tuple[tuple[str, str, str], ...]:
    before = {value.label: value.shown for value in said.before}
    return tuple((one.label, before.get(one.label, ""), one.shown) for one in said.after)


def _bases(bases: tuple[LegalBasis, ...]) -> tuple[str, ...]:
    return tuple(_cited(basis) for basis in bases)


def _cited(basis: LegalBasis) -> str:
    """《社会保险经办条例》（国务院令第765号）第六条: a document number stands outside the title."""
    title, bracket, number = basis.act.partition("（")
    return f"《{title}》{bracket}{number}{basis.article}"
