"""Words of a case's state, outcome and road, as msgids: said alike by every room that lists cases."""

from collections.abc import Mapping

from casework.model.case import CaseState, Outcome, Priority, Road
from casework.views.lists.case_filter import Due, Order
from portal.i18n import N_

CASE_STATES: Mapping[CaseState, str] = {
    CaseState.DRAFT: N_("Being filled in"),
    CaseState.ACCEPTED: N_("Accepted, waiting for review"),
    CaseState.IN_FIRST_REVIEW: N_("In first review"),
    CaseState.RETURNED_TO_OUTLET: N_("Returned to the window"),
    CaseState.SUPPLEMENT_REQUIRED: N_("Waiting for the supplement"),
    CaseState.APPROVED: N_("Approved, not yet handed back"),
    CaseState.REFUSED: N_("Refused, not yet handed back"),
    CaseState.HANDED_BACK: N_("Handed back, to be issued"),
    CaseState.ISSUED: N_("Issued"),
    CaseState.COMPLETED: N_("Completed"),
    CaseState.WITHDRAWN: N_("Withdrawn by the applicant"),
    CaseState.LAPSED: N_("Not supplied in time, deemed withdrawn"),
}
CASE_TONES: Mapping[CaseState, tuple[str, str]] = {
    CaseState.DRAFT: ("", "pen"),
    CaseState.ACCEPTED: ("info", "inbox"),
    CaseState.IN_FIRST_REVIEW: ("brand", "reviewer"),
    CaseState.RETURNED_TO_OUTLET: ("warn", "return"),
    CaseState.SUPPLEMENT_REQUIRED: ("warn", "inbox"),
    CaseState.APPROVED: ("ok", "check-circle"),
    CaseState.REFUSED: ("bad", "stop-circle"),
    CaseState.HANDED_BACK: ("info", "send"),
    CaseState.ISSUED: ("ok", "printer"),
    CaseState.COMPLETED: ("ok", "check-circle"),
    CaseState.WITHDRAWN: ("", "close"),
    CaseState.LAPSED: ("", "hourglass"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.APPROVED: N_("Approved"),
    Outcome.REFUSED: N_("Refused"),
}
ROADS: Mapping[Road, str] = {
    Road.DESK: N_("Desk review"),
    Road.CALL: N_("Review by call"),
    Road.WINDOW: N_("At the window"),
}
PRIORITIES: Mapping[Priority, str] = {
    Priority.ELDERLY: N_("Elderly person"),
    Priority.DISABLED: N_("Disabled person"),
    Priority.PREGNANT: N_("Pregnant woman"),
    Priority.SERVICE_MEMBER: N_("Service member"),
    Priority.URGENT: N_("Urgent matter"),
}
DUES: Mapping[Due, str] = {
    Due.OVERDUE: N_("Overdue"),
    Due.SOON: N_("Due by tomorrow"),
}
ORDERS: Mapping[Order, str] = {
    Order.NEWEST: N_("Newest first"),
    Order.OLDEST: N_("Oldest first"),
}
# What a filter's members are called, on the form and in what is said about them.
MEMBERS: Mapping[str, str] = {
    "number": N_("Case number"),
    "applicant": N_("Applicant"),
    "state": N_("State"),
    "outcome": N_("Outcome"),
    "road": N_("Road"),
    "item": N_("Item"),
    "words": N_("Words of the item"),
    "group": N_("Item group"),
    "outlet": N_("Outlet"),
    "window": N_("Window"),
    "clerk": N_("Clerk's number"),
    "reviewer": N_("Reviewer's number"),
    "opened_from": N_("Opened from"),
    "opened_to": N_("Opened to"),
    "accepted_from": N_("Accepted from"),
    "accepted_to": N_("Accepted to"),
    "decided_from": N_("Decided from"),
    "decided_to": N_("Decided to"),
    "due": N_("Time limit"),
    "called": N_("With a call"),
    "order": N_("Order"),
    "size": N_("Lines on a page"),
    "query": N_("Filter"),
    "?": N_("An unknown filter"),
}
