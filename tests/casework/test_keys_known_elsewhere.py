"""One key is one person's or one computer's, in one log: whoever else shows it is turned away."""

import pytest

from audit import act, device
from audit.entry import Entry
from casework.actions.steps import key_enrolment
from casework.model.device import DeviceState
from casework.policy.device_refusals import DeviceTaken
from casework.policy.signing_refusals import KeyTaken
from casework.store.reading import entries_of
from casework.views.package_contents import enrolment_of
from scenes.signing import ORIGIN, Browser
from scenes.window_device import WindowDevice

AFTER = "after.example/log"


@pytest.fixture
def computer(k, stage) -> WindowDevice:
    made = WindowDevice(k, stage.hall.clerk, 41)
    made.propose()
    return made


def reviewer_with(k, stage, secret: int) -> Browser:
    return Browser(k, stage.hall.reviewers[0], secret)


@pytest.mark.parametrize("enrolled", [True, False])
def test_a_computer_that_keeps_its_key_over_a_succession(k, stage, computer, enrolled):
    if enrolled:
        computer.enrol(stage.hall.lead)
    with pytest.raises(DeviceTaken):
        WindowDevice(k, stage.hall.clerk, 41, AFTER).propose()
    assert WindowDevice(k, stage.hall.clerk, 42, AFTER).propose() is DeviceState.WAITING


@pytest.mark.parametrize("enrolled", [True, False])
def test_a_reviewer_who_shows_a_computers_key(k, stage, computer, enrolled):
    """Its public key stands in the log; whoever reads it there holds no private one."""
    if enrolled:
        computer.enrol(stage.hall.lead)
    with pytest.raises(KeyTaken):
        reviewer_with(k, stage, 41).enrol()


def test_a_window_that_shows_a_reviewers_key(k, stage):
    reviewer_with(k, stage, 43).enrol()
    with pytest.raises(DeviceTaken):
        WindowDevice(k, stage.hall.clerk, 43).propose()


def test_a_computer_that_waits_with_a_key_that_was_taken_meanwhile(k, stage, computer, monkeypatch):
    monkeypatch.setattr(key_enrolment, "is_taken", lambda *_: False)
    reviewer_with(k, stage, 41).enrol()
    with pytest.raises(DeviceTaken):
        computer.enrol(stage.hall.lead)


def test_a_key_that_only_the_log_still_knows(k, stage, computer):
    """The row is gone; the log's entry would make a second enrolment a theft."""
    computer.enrol(stage.hall.lead)

    def forget(tx, _command) -> None:
        tx.conn.exec_driver_sql("DELETE FROM device_key")

    k.writer.run_sync(forget, None, actor=stage.hall.lead)
    for shows in (computer.propose, reviewer_with(k, stage, 41).enrol):
        with pytest.raises((DeviceTaken, KeyTaken)):
            shows()


def test_a_package_shows_the_enrolment_of_whoever_signed(k, stage, computer, monkeypatch):
    """Where both are in the log, from before the desk refused the second."""
    computer.enrol(stage.hall.lead)
    monkeypatch.setattr(key_enrolment, "is_taken", lambda *_: False)
    reviewer_with(k, stage, 41).enrol()
    with k.store.reading() as conn:
        types = [one.type for one in entries_of(conn, f"log:{ORIGIN}")]
        request, decision = (
            Entry.decode(enrolment_of(conn, computer.id, signed).body)
            for signed in (device.REQUESTED_TYPE, "decision.confirmed")
        )
    assert types == [request.type, decision.type] == [device.ENROLLED_TYPE, act.ENROLLED_TYPE]
