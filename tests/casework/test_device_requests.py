"""Windows' devices: proposed, enrolled, revoked, and what the desk makes of the requests they sign."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from audit import act, device
from audit.device import NOTHING_SEEN, Said
from audit.entry import Entry
from audit.errors import SignatureError
from audit.note import decode_base64, encode_base64
from casework.actions.cancel_call import CancelCall, cancel_call
from casework.actions.enrol_device import EnrolDevice, enrol_device
from casework.actions.propose_device import (
    MAX_DEVICES,
    MAX_WAITING,
    ProposeDevice,
    propose_device,
)
from casework.actions.request_call import RequestCall, request_call
from casework.actions.revoke_device import RevokeDevice, revoke_device
from casework.actor import Actor, Role
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.actor_key import RevokeReason
from casework.model.device import DeviceState
from casework.policy.call_refusals import WindowBusy
from casework.policy.device_refusals import (
    CounterUsed,
    DeviceRevoked,
    DeviceTaken,
    DeviceUnknown,
    RequestNotSigned,
    TooManyDevices,
)
from casework.store import schema_device
from casework.store.reading import entries_of
from casework.views.devices import devices_of
from scenes.call_scene import Stage
from scenes.signing import ORIGIN
from scenes.window_device import WindowDevice

LOST = RevokeReason.LOST


@pytest.fixture
def computer(k, stage) -> Iterator[WindowDevice]:
    made = WindowDevice(k, stage.hall.clerk, 41)
    made.propose()
    made.enrol(stage.hall.lead)
    return made


def ask(stage: Stage, signed=None, actor: Actor | None = None):
    command = RequestCall(case_id=stage.hall.case_id, signed=signed)
    return stage.kernel.writer.run_sync(request_call, command, actor=actor or stage.hall.clerk)


def cancel(stage: Stage, call_id: str) -> None:
    stage.kernel.writer.run_sync(cancel_call, CancelCall(call_id), actor=stage.hall.clerk)


def entry_of(k, chain: str, type_: str) -> Entry:
    with k.store.reading() as conn:
        entries = [Entry.decode(one.body) for one in entries_of(conn, chain)]
    return [entry for entry in entries if entry.type == type_][-1]


def test_a_request_stands_signed_in_the_log(k, stage, computer):
    signed = computer.sign(7, 0)
    asked = ask(stage, signed)
    assert asked.call_id == signed.call_id
    entry = entry_of(k, f"call:{asked.call_id}", device.REQUESTED_TYPE)
    assert (entry.akey, entry.asig) == (computer.id, signed.asig)
    assert entry.facts["device"] == signed.said.facts()
    message = device.signed_bytes(ORIGIN, entry.chain, signed.said)
    act.check_signature(computer.public_key, decode_base64(entry.asig or ""), message)
    with pytest.raises(SignatureError):
        act.check_signature(computer.public_key, decode_base64(entry.asig or ""), message + b"x")


def test_the_enrolment_stands_in_the_log_and_names_no_window(k, stage, computer):
    entry = entry_of(k, f"log:{ORIGIN}", device.ENROLLED_TYPE)
    assert entry.facts == {
        "key": computer.id,
        "kind": "webcrypto-p256",
        "public_key": encode_base64(computer.public_key),
    }
    assert (entry.actor, entry.role) == (stage.hall.lead.id, "duty_lead")
    assert stage.hall.window.encode() not in entry.encode()


def test_a_request_sent_again_is_the_same_call(k, stage, computer):
    signed = computer.sign(1, 0)
    first = ask(stage, signed)
    assert ask(stage, signed) == first
    with k.store.reading() as conn:
        requests = [one.type for one in entries_of(conn, f"call:{first.call_id}")]
    assert requests == [device.REQUESTED_TYPE]
    # Also when the call has ended meanwhile.
    cancel(stage, first.call_id)
    assert ask(stage, signed).call_id == first.call_id


@pytest.mark.parametrize("counter", [1, 4, 5])
def test_a_number_that_was_used_is_refused(stage, computer, counter):
    cancel(stage, ask(stage, computer.sign(5, 0)).call_id)
    with pytest.raises(CounterUsed) as refused:
        ask(stage, computer.sign(counter, 0))
    assert refused.value.details["last"] == 5


def test_a_refused_request_uses_no_number_up_at_the_desk(k, stage, computer):
    call_id = ask(stage, computer.sign(1, 0)).call_id
    with pytest.raises(WindowBusy):
        ask(stage, computer.sign(2, 1))
    cancel(stage, call_id)
    # The device goes on with the next number and says that it knows of call 1 alone.
    gap = ask(stage, computer.sign(3, 1))
    assert entry_of(k, f"call:{gap.call_id}", device.REQUESTED_TYPE).facts["device"]["counter"] == 3


def test_signatures_for_something_else_are_refused(stage, computer):
    hall = stage.hall
    for changed in (
        computer.sign(1, 0, origin="other.example/log"),
        computer.sign(1, 0, told=Said(2, 0, NOTHING_SEEN)),
        computer.sign(1, 0, asig="AAAA"),
    ):
        with pytest.raises((RequestNotSigned, DeviceUnknown)):
            ask(stage, changed)
    with pytest.raises(DeviceUnknown):
        ask(stage, computer.sign(1, 0), actor=hall.tablet_clerk)


def test_a_call_that_is_there_cannot_be_asked_for(stage, computer):
    call_id = ask(stage).call_id
    cancel(stage, call_id)
    with pytest.raises(RequestNotSigned):
        ask(stage, computer.sign(1, 0, call=call_id))


def test_what_waits_or_was_revoked_signs_nothing(k, stage):
    computer = WindowDevice(k, stage.hall.clerk, 42)
    with pytest.raises(DeviceUnknown):
        ask(stage, computer.sign(1, 0))
    assert computer.propose() is DeviceState.WAITING
    with pytest.raises(DeviceUnknown):
        ask(stage, computer.sign(1, 0))
    computer.enrol(stage.hall.lead)
    computer.revoke(stage.hall.lead)
    assert entry_of(k, f"log:{ORIGIN}", device.REVOKED_TYPE).facts == {"key": computer.id}
    with pytest.raises(DeviceRevoked):
        ask(stage, computer.sign(1, 0))
    with pytest.raises(DeviceRevoked):
        computer.propose()
    with pytest.raises(DeviceRevoked):
        computer.enrol(stage.hall.lead)


def test_proposing_and_enrolling_again_changes_nothing(k, stage, computer):
    assert computer.propose() is DeviceState.ENROLLED
    computer.enrol(stage.hall.lead)
    with k.store.reading() as conn:
        types = [one.type for one in entries_of(conn, f"log:{ORIGIN}")]
    assert types == [device.ENROLLED_TYPE]


def test_only_duty_lead_and_administrator_enrol(k, stage):
    computer = WindowDevice(k, stage.hall.clerk, 43)
    computer.propose()
    for actor in (stage.hall.clerk, stage.hall.reviewers[0], stage.hall.screen):
        with pytest.raises(NotAllowed):
            computer.enrol(actor)
        with pytest.raises(NotAllowed):
            computer.revoke(actor)
    with pytest.raises(NotFound):
        k.writer.run_sync(enrol_device, EnrolDevice(ORIGIN, "00"), actor=stage.hall.lead)
    with pytest.raises(NotFound):
        k.writer.run_sync(revoke_device, RevokeDevice(ORIGIN, "00", LOST), actor=stage.hall.lead)
    computer.enrol(Actor("admin", Role.ADMIN))


def test_who_proposes_sits_at_a_window_and_has_a_key(k, stage):
    command = ProposeDevice(ORIGIN, "AAAA")
    with pytest.raises(InvalidInput):
        k.writer.run_sync(propose_device, command, actor=stage.hall.clerk)
    for actor in (stage.hall.lead, stage.hall.screen):
        with pytest.raises(NotAllowed):
            WindowDevice(k, actor, 44).propose()


def test_one_key_is_one_window(k, stage, computer):
    with pytest.raises(DeviceTaken):
        WindowDevice(k, stage.hall.tablet_clerk, 41).propose()


def test_one_turned_down_is_forgotten(k, stage):
    computer = WindowDevice(k, stage.hall.clerk, 45)
    computer.propose()
    computer.revoke(stage.hall.lead)
    with k.store.reading() as conn:
        assert devices_of(conn, ORIGIN, stage.hall.window) == ()
        assert entries_of(conn, f"log:{ORIGIN}") == []
    assert computer.propose() is DeviceState.WAITING


def test_a_window_fills_neither_log_nor_list(k, stage):
    for secret in range(100, 100 + MAX_DEVICES):
        computer = WindowDevice(k, stage.hall.clerk, secret)
        computer.propose()
        if secret < 100 + MAX_DEVICES - 1:
            computer.enrol(stage.hall.lead)
    waiting = [WindowDevice(k, stage.hall.clerk, secret) for secret in range(200, 206)]
    for computer in waiting:
        computer.propose()
    with k.store.reading() as conn:
        held = conn.scalars(
            select(schema_device.device_key.c.id).where(
                schema_device.device_key.c.entry_seq.is_(None)
            )
        ).all()
    assert len(held) == MAX_WAITING
    waiting[-1].enrol(stage.hall.lead)
    with pytest.raises(TooManyDevices):
        WindowDevice(k, stage.hall.clerk, 300).propose()
