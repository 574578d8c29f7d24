"""A case in a running, recorded call, played act by act: the tables of both, nothing replaced."""

from collections.abc import Callable

from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.confirm_identity_on_camera import (
    ConfirmIdentityOnCamera,
    confirm_identity_on_camera,
)
from casework.actions.end_call import EndCall, end_call
from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.record_mark import RecordMark, record_mark
from casework.actions.take_case import TakeCase, take_case
from casework.actor import SYSTEM
from casework.model.call import MarkKind
from casework.model.case import Road
from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import Gap, Head, Heads, PartClosed, PartOpened, RoomClosed
from scenes.call_scene import Stage
from scenes.case_scene import CALL_ITEM, Desk, seeded_city
from scenes.kernel import Kernel

HASH = "0" * 64
MIC, CAMERA, CITIZEN = (
    TrackSource.MICROPHONE,
    TrackSource.CAMERA,
    TrackSource.CITIZEN_CAMERA,
)


class CallCase:
    """The clerk has called, the reviewer has answered and taken the case, the recorder runs."""

    def __init__(
        self,
        k: Kernel,
        *sent: TrackSource,
        item: str = CALL_ITEM,
        founded: Callable[[Desk], object] = lambda _desk: None,
    ) -> None:
        """`sent` is what the window's page has, by default all its cameras. `founded` is done in the city
        before anybody comes.
        """
        self.k = k
        self.desk = Desk(k, seeded_city(k))
        founded(self.desk)
        self.case_id = self.accepted(item)
        self.stage = Stage(k, self.desk.hall(self.case_id))
        self.call_id, self.window, self.leg = self.stage.active(self.desk.reviewer, *sent)
        self.desk.run(take_case, TakeCase(self.case_id), self.desk.reviewer)
        counter, hall = self.window.leg_id, self.leg.leg_id
        self.part(1, counter, "counter", *(sent or (MIC, CITIZEN)))
        self.part(2, counter, "counter", CAMERA)
        self.part(3, hall, "hall", MIC, CAMERA)
        self.first_segments(4, parts=3)

    def accepted(self, item: str) -> str:
        """How the case came to the hall."""
        return self.desk.accepted(item, Road.CALL)

    def part(self, n: int, leg: str, site: str, *sources: TrackSource) -> None:
        fact = PartOpened(
            call=self.call_id,
            n=n,
            t_ms=self.k.clock.wall_ms(),
            mono_ms=self.k.clock.mono_ms(),
            part=f"{n:032x}",
            leg=leg,
            site=site,
            sources=list(sources),
            commitment=HASH,
            header_sha256=HASH,
        )
        self.desk.run(log_recording, LogRecording(fact), SYSTEM)

    def first_segments(self, n: int, parts: int) -> None:
        heads = [
            Head(part=f"{one + 1:032x}", segments=1, record_sha256=HASH) for one in range(parts)
        ]
        clock = self.k.clock
        fact = Heads(
            call=self.call_id, n=n, t_ms=clock.wall_ms(), mono_ms=clock.mono_ms(), heads=heads
        )
        self.desk.run(log_recording, LogRecording(fact), SYSTEM)

    def part_ends(self, n: int, part: int) -> None:
        clock = self.k.clock
        fact = PartClosed(
            call=self.call_id,
            n=n,
            t_ms=clock.wall_ms(),
            mono_ms=clock.mono_ms(),
            part=f"{part:032x}",
            segments=1,
            bytes=10,
            record_sha256=HASH,
            audio_frames=0,
            video_frames=9,
            missing_frames=0,
        )
        self.desk.run(log_recording, LogRecording(fact), SYSTEM)

    def gap(self, n: int, from_ms: int, to_ms: int, source: TrackSource = CITIZEN) -> None:
        fact = Gap(
            call=self.call_id,
            n=n,
            t_ms=self.k.clock.wall_ms(),
            leg=self.window.leg_id,
            source=source,
            cause=GapCause.STORE_FAULT,
            from_mono_ms=from_ms,
            to_mono_ms=to_ms,
        )
        self.desk.run(log_recording, LogRecording(fact), SYSTEM)

    def recording_ends(self, n: int) -> None:
        clock = self.k.clock
        fact = RoomClosed(
            call=self.call_id,
            n=n,
            t_ms=clock.wall_ms(),
            mono_ms=clock.mono_ms(),
            reason="finished",
            parts=3,
        )
        self.desk.run(log_recording, LogRecording(fact), SYSTEM)

    def mark(self, kind: MarkKind) -> None:
        self.desk.run(record_mark, RecordMark(self.call_id, kind), self.desk.reviewer)

    def end(self) -> None:
        self.desk.run(end_call, EndCall(self.call_id), self.desk.reviewer)

    def healthy(self, *, ok: bool = True) -> None:
        now = self.k.clock.mono_ms()
        self.desk.run(note_health, NoteHealth(self.call_id, ok, None, now, now), SYSTEM)

    def identify(self) -> None:
        """All that a call must show: spoken notice, identity, declaration."""
        self.mark(MarkKind.NOTICE)
        self.confirm_identity()
        self.mark(MarkKind.DECLARATION)

    def confirm_identity(self) -> None:
        command = ConfirmIdentityOnCamera(
            self.case_id,
            self.call_id,
            face_matches=True,
            document_shown=True,
            question="上一次领取是哪个月？",
            question_answered=True,
        )
        self.desk.run(confirm_identity_on_camera, command, self.desk.reviewer)

    def prepare(self) -> str:
        return self.desk.prepared(self.case_id, self.call_id).decision_id

    def confirm(self, decision_id: str) -> None:
        command = ConfirmDecision(self.case_id, decision_id)
        self.desk.run(confirm_decision, command, self.desk.reviewer)
