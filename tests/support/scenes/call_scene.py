"""Plays a call act by act through a real kernel, for tests of every room."""

from dataclasses import dataclass

from casework.actions.accept_call import AcceptCall, accept_call
from casework.actions.admit_leg import AdmitLeg, admit_leg
from casework.actions.answer_notice import AnswerNotice, answer_notice
from casework.actions.arm_recording import ArmRecording, arm_recording
from casework.actions.join_leg import JoinLeg, LegJoined, join_leg
from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.offer_call import OfferCall, offer_call
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actions.request_call import RequestCall, request_call
from casework.actions.set_presence import SetPresence, set_presence
from casework.actions.set_reachable import SetReachable, set_reachable
from casework.actions.steps.marks import place_mark
from casework.actor import SYSTEM, Actor, Role
from casework.model.call import (
    CallKind,
    LegState,
    MarkKind,
    NoticeAnswer,
    PersonKind,
    Presence,
)
from casework.model.call_session import CallSession
from casework.model.notice import CURRENT_NOTICE
from casework.ports import TrackSource
from casework.store.tx import Tx
from casework.views.calls import call_of, persons_of
from casework.worker_link.messages import RoomClosed
from scenes.hall_scene import Hall
from scenes.kernel import Kernel

M, C, CC = TrackSource.MICROPHONE, TrackSource.CAMERA, TrackSource.CITIZEN_CAMERA


@dataclass(frozen=True, slots=True)
class Stage:
    """The acts that most scenes begin with; each returns what the act returned."""

    kernel: Kernel
    hall: Hall

    def on_duty(self, *staff: Actor) -> None:
        for actor in staff:
            self.kernel.writer.run_sync(set_presence, SetPresence(Presence.FREE), actor=actor)
            self.kernel.writer.run_sync(set_reachable, SetReachable(actor, True), actor=SYSTEM)

    def request(self, *, kind: CallKind = CallKind.REVIEW, clerk: Actor | None = None) -> str:
        case_id = None if kind is CallKind.CONSULT else self.hall.case_id
        command = RequestCall(kind=kind, case_id=case_id)
        actor = clerk or self.hall.clerk
        return self.kernel.writer.run_sync(request_call, command, actor=actor).call_id

    def offer(self, call_id: str, reviewer: Actor) -> str:
        command = OfferCall(call_id, reviewer.id)
        return self.kernel.writer.run_sync(offer_call, command, actor=SYSTEM).offer_id

    def accept(self, call_id: str, reviewer: Actor) -> None:
        offer_id = self.offer(call_id, reviewer)
        self.kernel.writer.run_sync(accept_call, AcceptCall(offer_id), actor=reviewer)

    def answer(self, call_id: str, answer: NoticeAnswer = NoticeAnswer.AGREED) -> None:
        """Everybody who has to answers the same."""
        with self.kernel.store.reading() as conn:
            call, persons = call_of(conn, call_id), persons_of(conn, call_id)
        screen = Actor("screen", Role.CITIZEN, None, call.outlet_id, call.window_id)
        for person in persons:
            if person.kind.answers_notice and person.answer is None:
                command = AnswerNotice(
                    call_id, person.id, answer, CURRENT_NOTICE.version, CURRENT_NOTICE.sha256
                )
                self.kernel.writer.run_sync(answer_notice, command, actor=screen)

    def join(self, call_id: str, actor: Actor, *sent: TrackSource) -> LegJoined:
        """The page joins, the desk lets in what it may, and the worker sees it connect."""
        sent = sent or ((M, C) if actor.role is Role.REVIEWER else (M, C, CC))
        joined = self.kernel.writer.run_sync(join_leg, JoinLeg(call_id, sent), actor=actor)
        self.kernel.writer.run_sync(admit_leg, AdmitLeg(joined.leg_id), actor=SYSTEM)
        self.report(joined, LegState.CONNECTED)
        return joined

    def report(self, leg: LegJoined, state: LegState) -> None:
        command = ReportLeg(leg.leg_id, leg.incarnation, state)
        self.kernel.writer.run_sync(report_leg, command, actor=SYSTEM)

    def active(
        self,
        reviewer: Actor | None = None,
        *sent: TrackSource,
        kind: CallKind = CallKind.REVIEW,
    ) -> tuple[str, LegJoined, LegJoined]:
        """A running call about the case: its id, the counter's leg (which has `sent`) and the hall's."""
        reviewer = reviewer or self.hall.reviewers[0]
        self.on_duty(reviewer)
        call_id = self.request(kind=kind)
        self.accept(call_id, reviewer)
        self.kernel.writer.run_sync(arm_recording, ArmRecording(call_id), actor=SYSTEM)
        self.answer(call_id)
        window = self.join(call_id, self.hall.clerk, *sent)
        return call_id, window, self.join(call_id, reviewer)

    def call(self, call_id: str) -> CallSession:
        with self.kernel.store.reading() as conn:
            return call_of(conn, call_id)

    def present(self, call_id: str, kind: PersonKind = PersonKind.CITIZEN) -> str:
        """Id of the first person of that kind."""
        with self.kernel.store.reading() as conn:
            return next(one.id for one in persons_of(conn, call_id) if one.kind is kind)

    def identify(self, call_id: str, reviewer: Actor, case_id: str | None = None) -> None:
        """The mark alone; `confirm_identity_on_camera` places it with all it asks for."""

        def place(tx: Tx, _command: None) -> None:
            place_mark(tx, call_id, MarkKind.IDENTITY, case_id=case_id)

        self.kernel.writer.run_sync(place, None, actor=reviewer)


def recording_ends(kernel: Kernel, call_id: str) -> None:
    """The recorder's last word on a call of which it wrote no part."""
    fact = RoomClosed(
        call=call_id,
        n=1,
        t_ms=kernel.clock.wall_ms(),
        mono_ms=kernel.clock.mono_ms(),
        reason="finished",
        parts=0,
    )
    kernel.writer.run_sync(log_recording, LogRecording(fact), actor=SYSTEM)
