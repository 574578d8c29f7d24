"""What stands on the receipt of a result, from the case and the moment a copy was taken out."""

from casework.views.case_page import CasePage
from casework.views.organisation import WindowPlace
from outlet_client.papers.receipt import ReceiptFacts
from outlet_client.papers.short_code import short_code
from outlet_client.shapes.case_shown import changes_shown


def receipt_facts(
    page: CasePage,
    place: WindowPlace,
    case_key: bytes,
    *,
    copy: int,
    printed_ms: int,
    name: str,
    log_line: str,
) -> ReceiptFacts:
    """`name` is the applicant's in full: the paper is hers. Numbers are masked as on a screen."""
    case, said = page.case, page.decision
    shown = {value.label: value.shown for value in page.applicant}
    clerk = page.people.get(case.clerk_id or "")
    reviewer = page.people.get(case.decided_by or "")
    return ReceiptFacts(
        number=case.number,
        code=short_code(case_key, case.id),
        item=page.item.name,
        result=page.item.result,
        outcome=case.outcome,
        applicant=name,
        id_number=shown.get("id_number", ""),
        organisation=shown.get("organisation", ""),
        outlet=place.outlet_name,
        window=place.name,
        clerk=clerk.number if clerk else "",
        reviewer=reviewer.number if reviewer else "",
        transaction_number=said.transaction_number if said else "",
        changes=tuple((one.label, one.before, one.after) for one in changes_shown(said))
        if said
        else (),
        reasons=said.reasons if said else (),
        text=said.text if said else "",
        remedy=said.remedy if said else None,
        follow_up=page.item.follow_up,
        accepted_ms=case.accepted_at_ms,
        decided_ms=case.decided_at_ms,
        copy=copy,
        printed_ms=printed_ms,
        log_line=log_line,
    )
