"""Decisions signed by a security key: how it becomes known, and what its assertion must fit."""

import dataclasses

import pytest

from audit import note
from audit.assertion import Assertion
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.revoke_key import RevokeKey, revoke_key
from casework.errors import InvalidInput, NotAllowed
from casework.model.actor_key import RevokeReason, SigningRule
from casework.model.case import CaseState
from casework.policy.signing_refusals import (
    AuthenticatorMissing,
    CounterWentBack,
    KeyRevoked,
    KeyTaken,
    SignatureInvalid,
)
from casework.views.actor_keys import actor_key, authenticators_of
from scenes.authenticator import AT, RP_ID, UP, UV, WEB_ORIGIN, Authenticator, base64url
from scenes.signing import ORIGIN, Browser, Holder, entries

ONLY_HELD = SigningRule.REQUIRED_WEBAUTHN


@pytest.fixture
def holder(k, desk) -> Holder:
    made = Holder(k, desk.reviewer, 1)
    made.enrol()
    return made


def test_the_decision_carries_the_whole_assertion(k, desk, holder, pending):
    signature = holder.confirm(*pending)
    decided = entries(k, f"case:{pending[0]}")[-1]
    assert (decided.akey, decided.asig) == (holder.id, signature.asig)
    assert Assertion.decode(decided.asig).encode() == decided.asig
    assert desk.case(pending[0]).state is CaseState.APPROVED
    with k.store.reading() as conn:
        assert (
            actor_key(conn, ORIGIN, holder.id).authenticator.counter == holder.device.counter == 1
        )


def test_the_enrolment_names_the_site(k, desk, holder):
    (entry,) = entries(k, f"log:{ORIGIN}")
    assert entry.facts == {
        "actor": desk.reviewer.id,
        "key": holder.id,
        "kind": "webauthn",
        "public_key": note.encode_base64(holder.public_key),
        "rp_id": RP_ID,
        "web_origin": WEB_ORIGIN,
    }
    with k.store.reading() as conn:
        (key,) = authenticators_of(conn, ORIGIN, desk.reviewer.id)
    assert key.authenticator.credential_id == holder.device.credential


def test_enrolling_again_changes_nothing_and_nobody_elses_is_taken(k, desk, holder):
    assert holder.enrol() == holder.id
    assert len(entries(k, f"log:{ORIGIN}")) == 1
    with pytest.raises(KeyTaken):
        holder.enrol(desk.city.actors["reviewer2"])
    with pytest.raises(NotAllowed):
        Holder(k, desk.clerk, 2).enrol()


REFUSED = {
    "another act": {"challenge": base64url(bytes(32))},
    "a registration": {"type": "webauthn.create"},
    "another site": {"origin": "https://window.example"},
    "a frame": {"crossOrigin": True},
    "another relying party": {"rp_id": "example"},
    "nobody there": {"flags": UV},
    "nobody verified": {"flags": UP},
    "a member twice": {"text": '{"type":"webauthn.get","type":"webauthn.get"}'},
    "no JSON": {"text": "?"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_an_assertion_that_does_not_fit_decides_nothing(k, desk, holder, pending, changes):
    before = entries(k, f"case:{pending[0]}")
    holder.changes = changes
    with pytest.raises(SignatureInvalid):
        holder.confirm(*pending)
    assert desk.case(pending[0]).state is CaseState.IN_FIRST_REVIEW
    assert entries(k, f"case:{pending[0]}") == before
    holder.changes = {}
    holder.confirm(*pending)


def test_one_over_other_words_decides_nothing(desk, holder, pending):
    signature = holder.signed(holder.asked(*pending), outcome="refused")
    with pytest.raises(SignatureInvalid):
        desk.run(confirm_decision, ConfirmDecision(*pending, signature), desk.reviewer)


def test_the_kinds_are_not_exchanged(k, desk, holder, pending):
    browser = Browser(k, desk.reviewer, 2)
    browser.enrol()
    asked = holder.asked(*pending)
    for by, other in ((holder, browser), (browser, holder)):
        signature = dataclasses.replace(by.signed(asked), akey=other.id)
        with pytest.raises(SignatureInvalid):
            desk.run(confirm_decision, ConfirmDecision(*pending, signature), desk.reviewer)


def decide(desk, holder, counter: int) -> None:
    case_id = desk.in_review()
    holder.changes = {"counter": counter}
    holder.confirm(case_id, desk.prepared(case_id).decision_id)


@pytest.mark.parametrize("again", [5, 4, 0])
def test_a_counter_that_goes_back_decides_nothing(desk, holder, again):
    decide(desk, holder, 5)
    with pytest.raises(CounterWentBack):
        decide(desk, holder, again)
    decide(desk, holder, 6)


def test_a_counter_that_begins_where_it_was_enrolled(k, desk):
    late = Holder(k, desk.reviewer, 9)
    late.device.counter = 70
    late.enrol()
    with pytest.raises(CounterWentBack):
        decide(desk, late, 70)
    decide(desk, late, 71)


def test_an_authenticator_that_does_not_count_signs_on(desk, holder):
    decide(desk, holder, 0)
    decide(desk, holder, 0)


def test_where_only_security_keys_count_nothing_else_does(k, desk, holder, pending):
    browser = Browser(k, desk.reviewer, 2)
    browser.enrol()
    asked = holder.asked(*pending)
    for signature in (None, browser.signed(asked)):
        with pytest.raises(AuthenticatorMissing):
            command = ConfirmDecision(*pending, signature, ONLY_HELD)
            desk.run(confirm_decision, command, desk.reviewer)
    command = ConfirmDecision(*pending, holder.signed(asked), ONLY_HELD)
    assert desk.run(confirm_decision, command, desk.reviewer).state is CaseState.APPROVED


def test_a_revoked_one_signs_no_more(k, desk, holder, pending):
    desk.run(revoke_key, RevokeKey(ORIGIN, holder.id, RevokeReason.LOST), desk.reviewer)
    with k.store.reading() as conn:
        assert authenticators_of(conn, ORIGIN, desk.reviewer.id) == ()
    for act in (lambda: holder.confirm(*pending), holder.enrol):
        with pytest.raises(KeyRevoked):
            act()


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge": base64url(bytes(32))},
        {"type": "webauthn.get"},
        {"origin": "https://window.example"},
        {"flags": UP | AT},
        {"flags": UV | AT},
        {"flags": UP | UV},
    ],
)
def test_an_enrolment_that_does_not_fit_is_refused(k, desk, changes):
    with pytest.raises(InvalidInput):
        Holder(k, desk.reviewer, 3).enrol(**changes)
    assert entries(k, f"log:{ORIGIN}") == []


def test_one_for_another_site_is_refused(k, desk):
    stranger = Holder(k, desk.reviewer, 3)
    made = Authenticator(3, "evil.example")
    stranger.device.attested = made.attested
    with pytest.raises(InvalidInput):
        stranger.enrol()
