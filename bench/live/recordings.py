"""Reading recordings back: which frames and which beeps a part holds, and when."""

import io
from array import array
from dataclasses import dataclass
from pathlib import Path

import av

from casework.worker_link.messages import PartClosed, PartOpened, RoomClosed
from outlet_client.agent.beep import find_beeps
from outlet_client.agent.frame_code import FrameCode, read_frame_code
from recording.parts import PartReader
from recording.timeline import PartSpan, read_timeline
from recording.worker.journal import read_journal


@dataclass(frozen=True, slots=True)
class Seen:
    """A decoded frame: when it lies on the machine's monotonic clock, and what stands in it."""

    mono_s: float
    code: FrameCode | None


@dataclass(frozen=True, slots=True)
class ReadPart:
    """`beeps` are seconds on the monotonic clock, of the station asked for."""

    span: PartSpan
    frames: tuple[Seen, ...]
    beeps: tuple[float, ...]

    def stations(self) -> set[int]:
        return {frame.code.station for frame in self.frames if frame.code is not None}


def all_parts(directory: Path) -> tuple[PartSpan, ...]:
    """Every part of a call, in order of time."""
    timeline = read_timeline(directory)
    return () if timeline is None else timeline.parts


def parts_of(directory: Path) -> tuple[PartSpan, ...]:
    """Those that hold frames: one begun less than a segment before a kill holds none."""
    return tuple(span for span in all_parts(directory) if span.segments)


def read_part(directory: Path, span: PartSpan, key: bytes, station: int = 0) -> ReadPart:
    """Decodes a part as any player would. Raises if any hash or any frame is damaged."""
    webm = b"".join(PartReader.open(directory, span.part).plaintexts(key))
    start_s = span.start_mono_ms / 1000
    frames: list[Seen] = []
    samples = array("h")
    sound_s: float | None = None
    resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
    with av.open(io.BytesIO(webm), format="matroska") as container:
        for frame in container.decode():
            if isinstance(frame, av.VideoFrame):
                plane = frame.reformat(format="yuv420p").planes[0]
                code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
                frames.append(Seen(start_s + frame.time, code))
            else:
                sound_s = frame.time if sound_s is None else sound_s
                for mono in resampler.resample(frame):
                    samples.frombytes(bytes(mono.planes[0])[: mono.samples * 2])
    begin = start_s + (sound_s or 0.0)
    beeps = tuple(begin + at for at in find_beeps(samples, station)) if station else ()
    return ReadPart(span, tuple(frames), beeps)


def last_frame_ms(directory: Path, parts: set[str]) -> dict[str, int]:
    """By part: the monotonic time of its last durable frame, or of its beginning."""
    return {span.part: span.end_mono_ms for span in all_parts(directory) if span.part in parts}


def open_parts(directory: Path) -> set[str]:
    """Parts of which the journal tells a beginning and no end."""
    events = read_journal(directory)
    begun = {event.part for event in events if isinstance(event, PartOpened)}
    return begun - {event.part for event in events if isinstance(event, PartClosed)}


def is_ended(directory: Path) -> bool:
    return isinstance(read_journal(directory)[-1], RoomClosed)
