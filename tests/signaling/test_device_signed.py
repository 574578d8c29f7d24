"""Whether a page's request must be signed, and what of it the act is told."""

import pytest
from pydantic import ValidationError

from audit.device import NOTHING_SEEN, Said
from casework.actor import Actor, Role
from casework.errors import InvalidInput
from casework.model.actor_key import SigningRule
from casework.policy.device_refusals import DeviceMissing
from signaling.commands.device_signed import device_signed
from signaling.desk import DeviceRule
from signaling.protocol.client import DeviceSigned

ORIGIN = "window.example/log"
CLERK = Actor("clerk", Role.CLERK, None, "outlet", "window")
TOLD = {
    "call": "01JD00000000000000000000CA",
    "key": "ab" * 32,
    "counter": 7,
    "answered": 6,
    "size": 0,
    "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "signature": "A" * 86 + "==",
}


def told(**changes) -> DeviceSigned:
    return DeviceSigned.model_validate(TOLD | changes)


def rule(rule: SigningRule) -> DeviceRule:
    return DeviceRule(ORIGIN, rule)


@pytest.mark.parametrize("asked", [SigningRule.OPTIONAL, SigningRule.REQUIRED])
def test_what_is_signed_is_told_to_the_act(asked):
    signed = device_signed(rule(asked), CLERK, told())
    assert signed is not None
    assert signed.said == Said(7, 6, NOTHING_SEEN)
    assert (signed.origin, signed.akey, signed.call_id) == (ORIGIN, TOLD["key"], TOLD["call"])


def test_where_nothing_is_signed_nothing_is_told():
    assert device_signed(rule(SigningRule.OFF), CLERK, told()) is None
    assert device_signed(rule(SigningRule.OPTIONAL), CLERK, None) is None


def test_a_request_must_be_signed_where_the_rule_says_so():
    with pytest.raises(DeviceMissing):
        device_signed(rule(SigningRule.REQUIRED), CLERK, None)
    reviewer = Actor("reviewer", Role.REVIEWER)
    assert device_signed(rule(SigningRule.REQUIRED), reviewer, None) is None


@pytest.mark.parametrize(
    "changes",
    [{"answered": 7}, {"root": "AAAA"}, {"root": "AA=="}, {"size": 0, "root": "A" * 43 + "="}],
)
def test_what_says_nothing_is_refused(changes):
    with pytest.raises(InvalidInput):
        device_signed(rule(SigningRule.OPTIONAL), CLERK, told(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"call": "x"}, {"call": "01jd00000000000000000000ca"}, {"key": "AB" * 32}, {"counter": 0},
     {"counter": 2**53}, {"root": "A" * 200}, {"signature": ""}, {"more": 1}],
)  # fmt: skip
def test_other_forms_do_not_get_as_far(changes):
    with pytest.raises(ValidationError):
        told(**changes)
