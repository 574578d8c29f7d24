"""Snapshot + events = fresh snapshot, after any acts in any order, refused ones among them."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

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
from casework.actions.miss_offer import MissOffer, miss_offer
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.offer_call import OfferCall, offer_call
from casework.actions.recheck import Recheck, recheck
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actions.request_call import RequestCall, request_call
from casework.actions.set_presence import SetPresence, set_presence
from casework.actions.set_reachable import SetReachable, set_reachable
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
from casework.model.merge_patch import JsonObject, merge
from casework.store.reading import events_after
from casework.views.calls import legs_of, open_offers
from casework.views.snapshots import snapshot
from scenes.call_scene import Stage
from scenes.hall_scene import build_hall
from scenes.kernel import kernel

REVIEWER = st.integers(0, 2)
COUNTER = st.booleans()


class CallMachine(RuleBasedStateMachine):
    """Three reviewers, two windows; every act through the real writer."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        self.made = kernel(Path(self.folder.name), clock=self.clock)
        self.k = self.made.__enter__()
        self.hall = build_hall(self.k.writer)
        self.stage = Stage(self.k, self.hall)
        self.calls: list[str] = []
        self.kept: dict[str, tuple[int, JsonObject]] = {}
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

    @rule(ok=st.booleans())
    def health(self, ok):
        now = self.clock.mono_ms()
        self.act(note_health, NoteHealth(self.newest(), ok, None, now, now), SYSTEM)

    @invariant()
    def replay_equals_a_fresh_snapshot(self):
        if not hasattr(self, "hall"):
            return
        streams = ["hall", "queue", f"window:{self.hall.window}"]
        streams += [f"staff:{reviewer.id}" for reviewer in self.hall.reviewers]
        streams += [f"call:{call_id}" for call_id in self.calls]
        with self.k.store.reading() as conn:
            for stream in streams:
                number, state = self.kept.get(stream, (0, None))
                if state is None and not stream.startswith("call:"):
                    # Where a page comes in: what stood before the first event.
                    events = events_after(conn, stream, 0)
                    number, state = (events[-1].seq if events else 0), snapshot(conn, stream)
                state = state or {}
                for event in events_after(conn, stream, number):
                    assert event.seq == number + 1
                    number, state = event.seq, merge(state, event.data)
                assert state == snapshot(conn, stream), stream
                self.kept[stream] = (number, state)

    @invariant()
    def nobody_is_in_two_calls(self):
        if not hasattr(self, "hall"):
            return
        open_calls = [c for c in map(self.stage.call, self.calls) if c.state not in OVER]
        busy = [call.reviewer_id for call in open_calls if call.reviewer_id]
        assert len(busy) == len(set(busy))


TestReplay = CallMachine.TestCase
TestReplay.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
