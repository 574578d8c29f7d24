"""Acts on calls in any order, refused ones among them: what must always hold is said by who uses it."""

import contextlib
import tempfile
from pathlib import Path
from unittest import TestCase

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from casework.actions.accept_call import AcceptCall, accept_call
from casework.actions.add_person import AddPerson, add_person
from casework.actions.admit_leg import AdmitLeg, admit_leg
from casework.actions.arm_recording import ArmRecording, arm_recording
from casework.actions.cancel_call import CancelCall, cancel_call
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.decline_offer import DeclineOffer, decline_offer
from casework.actions.end_call import EndCall, end_call
from casework.actions.hold import Hold, hold
from casework.actions.join_leg import JoinLeg, join_leg
from casework.actions.leave_leg import LeaveLeg, leave_leg
from casework.actions.limit_leg import LimitLeg, limit_leg
from casework.actions.miss_offer import MissOffer, miss_offer
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.offer_call import OfferCall, offer_call
from casework.actions.recheck import Recheck, recheck
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actions.request_call import RequestCall, request_call
from casework.actions.set_presence import SetPresence, set_presence
from casework.actions.set_reachable import SetReachable, set_reachable
from casework.actions.sound_only import SoundOnly, sound_only
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from casework.actor import SYSTEM, Actor
from casework.clock import ManualClock
from casework.errors import DomainError
from casework.model.call import (
    OVER,
    AwayReason,
    CallKind,
    DeclineReason,
    LegState,
    NoticeAnswer,
    PersonKind,
    Presence,
)
from casework.model.line import Rung
from casework.views.calls import legs_of, open_offers, persons_of
from scenes.call_scene import Stage, recording_ends
from scenes.hall_scene import build_hall
from scenes.kernel import kernel

REVIEWER = st.integers(0, 2)
COUNTER = st.booleans()


class CallMachine(RuleBasedStateMachine):
    """Three reviewers, two windows; every act through the real writer. `calls` are those requested."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        self.made = kernel(Path(self.folder.name), clock=self.clock)
        self.k = self.made.__enter__()
        self.hall = build_hall(self.k.writer)
        self.stage = Stage(self.k, self.hall)
        self.calls: list[str] = []
        self.stage.on_duty(*self.hall.reviewers)

    def teardown(self):
        if hasattr(self, "made"):
            self.made.__exit__(None, None, None)
            self.folder.cleanup()

    def act(self, action, command, actor: Actor) -> object:
        """A refusal is a fine outcome; anything else than a DomainError is a bug."""
        try:
            return self.k.writer.run_sync(action, command, actor=actor)
        except DomainError:
            return None

    def clerk(self, tablet: bool) -> Actor:
        return self.hall.tablet_clerk if tablet else self.hall.clerk

    def newest(self) -> str:
        return self.calls[-1] if self.calls else "none"

    @rule(tablet=COUNTER, consult=st.booleans())
    def request(self, tablet, consult):
        command = (
            RequestCall(kind=CallKind.CONSULT)
            if consult
            else RequestCall(case_id=self.hall.case_id)
        )
        asked = self.act(request_call, command, self.clerk(tablet))
        if asked is not None:
            self.calls.append(asked.call_id)

    @rule(who=REVIEWER, state=st.sampled_from(list(Presence)))
    def presence(self, who, state):
        reason = AwayReason.BREAK if state is Presence.AWAY else None
        self.act(set_presence, SetPresence(state, reason), self.hall.reviewers[who])

    @rule(who=REVIEWER, there=st.booleans())
    def reachable(self, who, there):
        self.act(set_reachable, SetReachable(self.hall.reviewers[who], there), SYSTEM)

    @rule(who=REVIEWER)
    def offer(self, who):
        self.act(offer_call, OfferCall(self.newest(), self.hall.reviewers[who].id), SYSTEM)

    @rule(how=st.sampled_from(["accept", "decline", "miss", "wait"]), wrong=st.booleans())
    def respond(self, how, wrong):
        with self.k.store.reading() as conn:
            offers = open_offers(conn)
        for offer in offers[:1]:
            rung = next((r for r in self.hall.reviewers if r.id == offer.staff_id), SYSTEM)
            actor = self.hall.reviewers[0] if wrong else rung
            if how == "accept":
                self.act(accept_call, AcceptCall(offer.id), actor)
            elif how == "decline":
                self.act(decline_offer, DeclineOffer(offer.id, DeclineReason.OTHER), actor)
            elif how == "miss":
                self.clock.advance(20_000)
                self.act(miss_offer, MissOffer(offer.id), SYSTEM)
            else:
                self.clock.advance(7_000)

    @rule(answer=st.sampled_from([NoticeAnswer.AGREED, NoticeAnswer.AGREED, NoticeAnswer.REFUSED]))
    def answer(self, answer):
        if self.calls:
            try:
                self.stage.answer(self.newest(), answer)
            except DomainError:
                return

    @rule(seat=st.sampled_from(["window", "hall", "screen"]))
    def join(self, seat):
        if not self.calls:
            return
        call = self.stage.call(self.newest())
        tablet = call.window_id == self.hall.tablet_window
        actor = {
            "window": self.clerk(tablet),
            "screen": self.hall.tablet_screen if tablet else self.hall.screen,
            "hall": next((r for r in self.hall.reviewers if r.id == call.reviewer_id), SYSTEM),
        }[seat]
        self.act(arm_recording, ArmRecording(call.id), SYSTEM)
        self.act(join_leg, JoinLeg(call.id, ()), actor)

    @rule(state=st.sampled_from([LegState.CONNECTED, LegState.CONNECTED, LegState.GONE]))
    def report(self, state):
        with self.k.store.reading() as conn:
            legs = legs_of(conn, self.newest())
        for leg in legs:
            self.act(report_leg, ReportLeg(leg.id, leg.incarnation, state), SYSTEM)
            self.act(admit_leg, AdmitLeg(leg.id), SYSTEM)

    @rule(what=st.sampled_from(["hold", "resume", "recheck", "end", "cancel", "close", "person"]))
    def go_on(self, what):
        if not self.calls:
            return
        call = self.stage.call(self.newest())
        clerk = self.clerk(call.window_id == self.hall.tablet_window)
        reviewer = next((r for r in self.hall.reviewers if r.id == call.reviewer_id), clerk)
        self.clock.advance(1_000)
        match what:
            case "hold":
                self.act(hold, Hold(call.id), reviewer)
            case "resume":
                self.act(hold, Hold(call.id, on=False), reviewer)
            case "recheck":
                self.act(recheck, Recheck(call.id, True, "?", True), reviewer)
            case "end":
                self.act(end_call, EndCall(call.id), reviewer)
            case "cancel":
                self.act(cancel_call, CancelCall(call.id), clerk)
            case "person":
                self.act(add_person, AddPerson(call.id, PersonKind.AGENT), clerk)
            case "close":
                done = CloseWrapUp(call.id, topic="t", answer="a")
                self.act(close_wrap_up, done, reviewer)

    @rule(up=st.sampled_from(list(Rung)), down=st.sampled_from(list(Rung)), chosen=st.booleans())
    def line(self, up, down, chosen):
        with self.k.store.reading() as conn:
            legs = legs_of(conn, self.newest())
        for leg in legs[:1]:
            self.act(limit_leg, LimitLeg(leg.id, up, down), SYSTEM)
            self.act(sound_only, SoundOnly(self.newest(), chosen), self.hall.clerk)

    @rule()
    def change_of_mind(self):
        if self.calls:
            with self.k.store.reading() as conn:
                persons = persons_of(conn, self.newest())
            for person in persons:
                command = WithdrawConsent(self.newest(), person.id)
                self.act(withdraw_consent, command, self.hall.screen)

    @rule()
    def leave(self):
        with self.k.store.reading() as conn:
            legs = legs_of(conn, self.newest())
        for leg in legs[-1:]:
            self.act(leave_leg, LeaveLeg(leg.id), SYSTEM)

    @rule()
    def recording_over(self):
        for call in self.calls:
            if self.stage.call(call).state in OVER:
                with contextlib.suppress(DomainError):
                    recording_ends(self.k, call)

    @rule(ok=st.booleans())
    def health(self, ok):
        now = self.clock.mono_ms()
        self.act(note_health, NoteHealth(self.newest(), ok, None, now, now), SYSTEM)


def at_random(machine: type[RuleBasedStateMachine], examples: int) -> type[TestCase]:
    """The machine as a test that pytest collects."""
    test: type[TestCase] = machine.TestCase
    test.settings = settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return test
