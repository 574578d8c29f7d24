"""A signature for receipt waits a day, for the receiver who was checked before it."""

from casework.clock import ManualClock
from outlet_client.receipt_signatures import KEPT_MS, MAX_WAITING, ReceiptSignatures
from scenes.case_scene import a_stored

CASE = "01JCASE0000000000000000000"


def test_a_signature_of_yesterday_is_given_once_more():
    clock = ManualClock()
    waiting, signature = ReceiptSignatures(clock), a_stored(CASE)
    waiting.put(CASE, signature, 1)
    clock.advance(KEPT_MS - 1)
    clock.set_wall(0)  # only what really went by counts
    assert waiting.get(CASE, 1) == signature
    clock.advance(1)
    assert waiting.get(CASE, 1) is None


def test_it_is_of_the_receiver_who_was_checked_before_it():
    waiting, signature = ReceiptSignatures(ManualClock()), a_stored(CASE)
    waiting.put(CASE, signature, 1)
    assert waiting.get(CASE, 1) == signature
    assert waiting.get(CASE, 2) is None
    assert waiting.get(CASE, None) is None


def test_the_oldest_of_too_many_is_forgotten():
    waiting = ReceiptSignatures(ManualClock())
    for number in range(MAX_WAITING + 1):
        waiting.put(str(number), a_stored(CASE), 1)
    assert waiting.get("0", 1) is None
    assert waiting.get("1", 1) is not None
