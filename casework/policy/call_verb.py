"""Names of the acts on a call, each a file of `casework.actions`; `hold.py` has two."""

from enum import StrEnum


class CallVerb(StrEnum):
    REQUEST_CALL = "request_call"
    OFFER_CALL = "offer_call"
    ACCEPT_CALL = "accept_call"
    DECLINE_OFFER = "decline_offer"
    MISS_OFFER = "miss_offer"
    CANCEL_CALL = "cancel_call"
    ADD_PERSON = "add_person"
    ANSWER_NOTICE = "answer_notice"
    WITHDRAW_CONSENT = "withdraw_consent"
    JOIN_LEG = "join_leg"
    LEAVE_LEG = "leave_leg"
    ADMIT_LEG = "admit_leg"
    REPORT_LEG = "report_leg"
    NOTE_LINE = "note_line"
    INTERRUPT_CALL = "interrupt_call"
    RECHECK = "recheck"
    HOLD = "hold"
    TAKE_OFF_HOLD = "take_off_hold"
    RECORD_MARK = "record_mark"
    ATTACH_CASE = "attach_case"
    END_CALL = "end_call"
    CLOSE_WRAP_UP = "close_wrap_up"
    LEASE_ROOM = "lease_room"
