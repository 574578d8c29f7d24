"""A recorder as the desk hears it: facts of a call, sent one after the other."""

import json

from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.note_health import NoteHealth, note_health
from casework.actor import SYSTEM
from casework.policy.call_facts import CallFacts
from casework.ports import GapCause, TrackSource
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.worker_link.messages import (
    DurableEvent,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RoomClosed,
)
from scenes.call_scene import Stage

A, B, C, D = "aa" * 16, "bb" * 16, "cc" * 16, "dd" * 16
HASH = "0" * 64


class PlayedRecorder:
    """Sends the facts of a running call as a worker would, numbered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.k = stage.kernel
        self.call_id, self.window, self.hall = stage.active()
        self.n = 0

    def send(self, fact: DurableEvent) -> int:
        return self.k.writer.run_sync(log_recording, LogRecording(fact), actor=SYSTEM).n

    def times(self) -> dict[str, object]:
        self.n += 1
        clock = self.k.clock
        return {
            "call": self.call_id,
            "n": self.n,
            "t_ms": clock.wall_ms(),
            "mono_ms": clock.mono_ms(),
        }

    def open(self, part: str, leg: str, site: str, *sources: TrackSource, **more: object) -> None:
        self.send(
            PartOpened(
                **self.times(),
                part=part,
                leg=leg,
                site=site,
                sources=list(sources),
                commitment=HASH,
                header_sha256=HASH,
                **more,
            )
        )

    def open_both(self) -> None:
        mic = TrackSource.MICROPHONE
        self.open(A, self.window.leg_id, "counter", mic, TrackSource.CITIZEN_CAMERA)
        self.open(B, self.hall.leg_id, "hall", mic, TrackSource.CAMERA)
        self.open(C, self.window.leg_id, "counter", TrackSource.CAMERA)

    def heads(self, **segments: int) -> None:
        parts = {"a": A, "b": B, "c": C, "d": D}
        heads = [
            Head(part=parts[name], segments=count, record_sha256=f"{count:064x}")
            for name, count in segments.items()
        ]
        self.send(Heads(**self.times(), heads=heads))

    def gap(self, from_ms: int, to_ms: int, source: TrackSource = TrackSource.MICROPHONE) -> None:
        times = self.times()
        del times["mono_ms"]
        self.send(
            Gap(
                **times,
                leg=self.window.leg_id,
                source=source,
                cause=GapCause.LOSS,
                from_mono_ms=from_ms,
                to_mono_ms=to_ms,
                frames=3,
            )
        )

    def close(self, part: str, segments: int) -> None:
        self.send(
            PartClosed(
                **self.times(),
                part=part,
                segments=segments,
                bytes=1000,
                record_sha256=f"{segments:064x}",
                audio_frames=50,
                video_frames=30,
                missing_frames=1,
            )
        )

    def end(self) -> None:
        self.send(RoomClosed(**self.times(), reason="closed", parts=3))

    def health(self, *, ok: bool = True, durable_ago_ms: int = 1_000) -> None:
        now = self.k.clock.mono_ms()
        command = NoteHealth(self.call_id, ok, None if ok else "disk", now, now - durable_ago_ms)
        self.k.writer.run_sync(note_health, command, actor=SYSTEM)

    def facts(self) -> CallFacts:
        with self.k.store.reading() as conn:
            facts = facts_of_call(conn, self.call_id, mono_ms=self.k.clock.mono_ms())
        assert facts is not None
        return facts

    def data(self, type_: str) -> list[dict[str, object]]:
        with self.k.store.reading() as conn:
            entries = entries_of(conn, f"call:{self.call_id}")
        return [json.loads(entry.body)["facts"] for entry in entries if entry.type == type_]
