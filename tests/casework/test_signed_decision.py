"""Decisions signed by the browser of whoever takes them: keys, and what a signature must fit."""

import dataclasses

import pytest

from audit import note
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.enrol_key import EnrolKey, enrol_key
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.revoke_key import RevokeKey, revoke_key
from casework.actions.steps.key_enrolment import MAX_KEYS
from casework.actor import SYSTEM
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.actor_key import RevokeReason, SigningRule
from casework.model.case import CaseState
from casework.policy.refusals import NoPendingDecision
from casework.policy.signing_refusals import (
    ChainMoved,
    KeyRevoked,
    KeyTaken,
    KeyUnknown,
    SignatureInvalid,
    SignatureMissing,
    TooManyKeys,
)
from casework.views.actor_keys import actor_key, keys_of
from scenes.signing import ORIGIN, Browser, entries

LOG = f"log:{ORIGIN}"
REQUIRED = SigningRule.REQUIRED


@pytest.fixture
def browser(k, desk) -> Browser:
    made = Browser(k, desk.reviewer, 1)
    made.enrol()
    return made


def test_a_signed_decision_carries_key_and_signature(k, desk, browser, pending):
    signature = browser.confirm(*pending)
    decided = entries(k, f"case:{pending[0]}")[-1]
    assert decided.type == "decision.confirmed"
    assert (decided.akey, decided.asig) == (browser.id, signature.asig)
    assert (decided.seq, decided.prev) == (signature.seq, signature.prev)
    assert desk.case(pending[0]).state is CaseState.APPROVED
    with k.store.reading() as conn:
        assert actor_key(conn, ORIGIN, browser.id).used_at_ms is not None


def test_what_is_asked_is_what_is_written(k, browser, pending):
    asked = browser.asked(*pending)
    said = {one.field: one.value for one in asked.fields}
    assert said["outcome"] == "approved"
    assert said.keys() >= {"transaction_number", "item", "item_sha256"}
    browser.confirm(*pending)
    decided = entries(k, asked.chain)[-1]
    assert decided.c.keys() == said.keys()


def test_without_a_signature_it_is_decided_as_before(k, desk, pending):
    desk.run(confirm_decision, ConfirmDecision(*pending), desk.reviewer)
    decided = entries(k, f"case:{pending[0]}")[-1]
    assert (decided.akey, decided.asig) == (None, None)


def test_where_it_must_be_signed_an_unsigned_one_decides_nothing(desk, browser, pending):
    with pytest.raises(SignatureMissing):
        desk.run(confirm_decision, ConfirmDecision(*pending, rule=REQUIRED), desk.reviewer)
    assert desk.case(pending[0]).state is CaseState.IN_FIRST_REVIEW
    signature = browser.signed(browser.asked(*pending))
    command = ConfirmDecision(*pending, signature, REQUIRED)
    assert desk.run(confirm_decision, command, desk.reviewer).state is CaseState.APPROVED


@pytest.mark.parametrize(
    "shown", [{"outcome": "refused"}, {"transaction_number": "RS20250002"}, {"item": "other"}]
)
def test_a_signature_over_other_words_decides_nothing(k, desk, browser, pending, shown):
    before = entries(k, f"case:{pending[0]}")
    signature = browser.signed(browser.asked(*pending), **shown)
    with pytest.raises(SignatureInvalid):
        desk.run(confirm_decision, ConfirmDecision(*pending, signature), desk.reviewer)
    assert desk.case(pending[0]).state is CaseState.IN_FIRST_REVIEW
    assert entries(k, f"case:{pending[0]}") == before


@pytest.mark.parametrize("asig", ["", "no base64", note.encode_base64(bytes(64)), "AA=="])
def test_what_is_no_signature_decides_nothing(desk, browser, pending, asig):
    signature = browser.signed(browser.asked(*pending))
    command = ConfirmDecision(*pending, dataclasses.replace(signature, asig=asig))
    with pytest.raises(SignatureInvalid):
        desk.run(confirm_decision, command, desk.reviewer)


def test_a_chain_that_moved_is_signed_for_again(desk, browser, pending):
    """A look at the case changes nothing of it, and is the next entry of its chain all the same."""
    signature = browser.signed(browser.asked(*pending))
    desk.run(reveal_field, RevealField(pending[0], "applicant.id_number"), desk.reviewer)
    with pytest.raises(ChainMoved):
        desk.run(confirm_decision, ConfirmDecision(*pending, signature), desk.reviewer)
    browser.confirm(*pending)
    assert desk.case(pending[0]).state is CaseState.APPROVED


def test_a_repetition_may_be_signed_anew(k, desk, browser, pending):
    asked = browser.asked(*pending)
    answers = [
        k.writer.run_sync(
            confirm_decision,
            ConfirmDecision(*pending, signature),
            actor=desk.reviewer,
            idempotency_key="once",
        )
        for signature in (browser.signed(asked), browser.signed(asked), None)
    ]
    assert answers[0] == answers[1] == answers[2]


def test_only_who_prepared_it_is_asked(k, desk, browser, pending):
    other = Browser(k, desk.city.actors["reviewer2"], 2)
    with pytest.raises(NoPendingDecision):
        other.asked(*pending)
    with pytest.raises(NoPendingDecision):
        browser.asked(pending[0], "another")
    browser.confirm(*pending)
    with pytest.raises(NoPendingDecision):
        browser.asked(*pending)


class TestKeys:
    def test_enrolment_is_an_entry_of_the_log_itself(self, k, desk, browser):
        (entry,) = entries(k, LOG)
        assert (entry.type, entry.actor, entry.role) == (
            "actor.key_enrolled",
            desk.reviewer.id,
            "reviewer",
        )
        assert entry.facts == {
            "actor": desk.reviewer.id,
            "key": browser.id,
            "kind": "webcrypto-p256",
            "public_key": note.encode_base64(browser.public_key),
        }

    def test_enrolling_again_changes_nothing(self, k, browser):
        assert browser.enrol() == browser.id
        assert len(entries(k, LOG)) == 1

    def test_a_key_belongs_to_one_person(self, k, desk, browser, pending):
        with pytest.raises(KeyTaken):
            browser.enrol(desk.city.actors["reviewer2"])

    def test_somebody_elses_key_signs_nothing(self, k, desk, pending):
        other = Browser(k, desk.city.actors["reviewer2"], 2)
        other.enrol()
        mine = Browser(k, desk.reviewer, 2)
        with pytest.raises(KeyUnknown):
            mine.confirm(*pending)

    def test_an_unknown_key_signs_nothing(self, k, desk, pending):
        with pytest.raises(KeyUnknown):
            Browser(k, desk.reviewer, 3).confirm(*pending)

    def test_a_key_of_another_log_signs_nothing(self, k, desk, browser, pending):
        """Nor does it become one of this log; a browser makes a key for each log."""
        elsewhere = Browser(k, desk.reviewer, 1, origin="after.example/log")
        with pytest.raises(KeyUnknown):
            elsewhere.confirm(*pending)
        with pytest.raises(KeyTaken):
            elsewhere.enrol()
        own = Browser(k, desk.reviewer, 2, origin="after.example/log")
        own.enrol()
        own.confirm(*pending)

    @pytest.mark.parametrize("who", ["reviewer1", "lead"])
    def test_a_revoked_key_signs_no_more(self, k, desk, browser, pending, who):
        command = RevokeKey(ORIGIN, browser.id, RevokeReason.LOST)
        for _ in range(2):
            desk.run(revoke_key, command, desk.city.actors[who])
        assert [entry.type for entry in entries(k, LOG)] == [
            "actor.key_enrolled",
            "actor.key_revoked",
        ]
        assert entries(k, LOG)[-1].facts == {
            "actor": desk.reviewer.id,
            "key": browser.id,
        }
        with pytest.raises(KeyRevoked):
            browser.confirm(*pending)
        with pytest.raises(KeyRevoked):
            browser.enrol()
        again = Browser(k, desk.reviewer, 4)
        again.enrol()
        again.confirm(*pending)
        with k.store.reading() as conn:
            assert [
                key.revoked_at_ms is None for key in keys_of(conn, ORIGIN, desk.reviewer.id)
            ] == [
                False,
                True,
            ]

    @pytest.mark.parametrize("who", ["reviewer2", "clerk1"])
    def test_others_revoke_nothing(self, desk, browser, who):
        command = RevokeKey(ORIGIN, browser.id, RevokeReason.DOUBTED)
        with pytest.raises(NotAllowed):
            desk.run(revoke_key, command, desk.city.actors[who])

    def test_an_unknown_key_cannot_be_revoked(self, desk):
        with pytest.raises(NotFound):
            desk.run(revoke_key, RevokeKey(ORIGIN, "0" * 64, RevokeReason.LEFT), desk.reviewer)

    def test_only_reviewers_enrol(self, k, desk):
        for actor in (desk.clerk, desk.city.actors["lead"], SYSTEM):
            with pytest.raises(NotAllowed):
                Browser(k, actor, 5).enrol()

    @pytest.mark.parametrize("public_key", ["", "?", note.encode_base64(b"no key")])
    def test_what_is_no_key_is_refused(self, desk, public_key):
        command = EnrolKey(ORIGIN, public_key)
        with pytest.raises(InvalidInput):
            desk.run(enrol_key, command, desk.reviewer)

    def test_keys_of_one_person_are_limited(self, k, desk, browser):
        for secret in range(100, 99 + MAX_KEYS):
            Browser(k, desk.reviewer, secret).enrol()
        with pytest.raises(TooManyKeys):
            Browser(k, desk.reviewer, 99).enrol()
        Browser(k, desk.city.actors["reviewer2"], 99).enrol()
