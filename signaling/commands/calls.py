"""The course of a call, from the request to the end of the wrap-up."""

from audit.canonical import JsonValue
from casework.actions.accept_call import AcceptCall, accept_call
from casework.actions.add_person import AddPerson, add_person
from casework.actions.answer_notice import AnswerNotice, answer_notice
from casework.actions.attach_case import AttachCase, attach_case
from casework.actions.cancel_call import CancelCall, cancel_call
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.decline_offer import DeclineOffer, decline_offer
from casework.actions.end_call import EndCall, end_call
from casework.actions.hold import Hold, hold
from casework.actions.recheck import Recheck, recheck
from casework.actions.record_mark import RecordMark, record_mark
from casework.actions.request_call import RequestCall, request_call
from casework.actions.sound_only import SoundOnly, sound_only
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from signaling.commands.device_signed import device_signed
from signaling.desk import Desk
from signaling.page import Page
from signaling.protocol import client as c

Answer = dict[str, JsonValue]


async def ask_for_call(desk: Desk, page: Page, message: c.CallRequest) -> Answer:
    signed = device_signed(desk.devices, page.actor, message.device)
    command = RequestCall(message.kind, message.case, message.group, tuple(message.present), signed)
    asked = await desk.act(page, request_call, command)
    return {
        "call": asked.call_id,
        "place": asked.place,
        "expected_wait_ms": asked.expected_wait_ms,
    }


async def cancel(desk: Desk, page: Page, message: c.CallCancel) -> Answer:
    await desk.act(page, cancel_call, CancelCall(message.call, message.reason))
    return {}


async def end(desk: Desk, page: Page, message: c.CallEnd) -> Answer:
    await desk.act(page, end_call, EndCall(message.call, message.reason))
    return {}


async def put_on_hold(desk: Desk, page: Page, message: c.CallHold) -> Answer:
    await desk.act(page, hold, Hold(message.call, message.on))
    return {}


async def keep_sound_only(desk: Desk, page: Page, message: c.CallSoundOnly) -> Answer:
    await desk.act(page, sound_only, SoundOnly(message.call, message.on))
    return {}


async def check_again(desk: Desk, page: Page, message: c.CallRecheck) -> Answer:
    said = Recheck(
        message.call, message.name_confirmed, message.question, message.question_answered
    )
    await desk.act(page, recheck, said)
    return {}


async def person_came(desk: Desk, page: Page, message: c.CallAddPerson) -> Answer:
    added = await desk.act(page, add_person, AddPerson(message.call, message.kind))
    return {"person": added.person_id}


async def case_came(desk: Desk, page: Page, message: c.CallAttachCase) -> Answer:
    await desk.act(page, attach_case, AttachCase(message.call, message.case))
    return {}


async def close(desk: Desk, page: Page, message: c.CallClose) -> Answer:
    command = CloseWrapUp(message.call, message.topic, message.answer, message.basis)
    await desk.act(page, close_wrap_up, command)
    return {}


async def accept(desk: Desk, page: Page, message: c.OfferAccept) -> Answer:
    command = AcceptCall(message.offer, tuple(message.present))
    return {"call": (await desk.act(page, accept_call, command)).call_id}


async def decline(desk: Desk, page: Page, message: c.OfferDecline) -> Answer:
    await desk.act(page, decline_offer, DeclineOffer(message.offer, message.reason))
    return {}


async def answer(desk: Desk, page: Page, message: c.NoticeAnswered) -> Answer:
    command = AnswerNotice(
        message.call, message.person, message.answer, message.notice, message.sha256
    )
    await desk.act(page, answer_notice, command)
    return {}


async def withdraw(desk: Desk, page: Page, message: c.ConsentWithdraw) -> Answer:
    await desk.act(page, withdraw_consent, WithdrawConsent(message.call, message.person))
    return {}


async def mark(desk: Desk, page: Page, message: c.MarkRecord) -> Answer:
    command = RecordMark(message.call, message.kind, message.case, message.ref)
    return {"mark": (await desk.act(page, record_mark, command)).mark_id}
