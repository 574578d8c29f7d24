"""What a recording holds of one leg: frames by their numbers, voice by its packets, gaps."""

import io
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av

from bench.lines.numbering import Counted, Numbering
from casework.ports import TrackSource
from outlet_client.agent.beep import SAMPLE_RATE, find_beeps
from outlet_client.agent.frame_code import read_frame_code
from outlet_client.agent.picture import FLASH_EVERY
from recording.format import SegmentRecord
from recording.parts import PartReader
from recording.timeline import GapSpan, PartSpan, read_timeline

PACKET_S = 0.02


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice packets of a part: when each lies, and the RTP times of first and last."""

    times: tuple[float, ...]
    first_rtp: int
    last_rtp: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """Times are seconds on the monotonic clock. `frames` maps sent frames, counted from 0, to the
    times of those; `voice` is told by part; `gaps` are the ledger's lines.
    """

    frames: dict[int, float]
    voice: tuple[Voice, ...]
    gaps: tuple[GapSpan, ...]
    flashes: tuple[float, ...]
    beeps: tuple[float, ...]
    unreadable: int


def read_recorded(
    directory: Path, key: bytes, leg: str, station: int, numbering: Numbering | None = None
) -> Recorded:
    """Decodes all parts of the leg as any player would; raises what damage raises. Without a
    `numbering` every frame has a number of its own.
    """
    timeline = read_timeline(directory)
    if timeline is None:  # killed before a part began
        return Recorded({}, (), (), (), (), 0)
    parts = [
        _read_part(directory, span, key, station)
        for span in timeline.parts
        if span.leg == leg and span.segments
    ]
    numbering = numbering or Counted()
    frames: dict[int, float] = {}
    for part in parts:
        indices = numbering.indices(part.pictures)
        for index, (_, at) in zip(indices, part.pictures, strict=True):
            if index is not None:
                frames[index] = at
    return Recorded(
        frames=frames,
        voice=tuple(part.voice for part in parts if part.voice is not None),
        gaps=tuple(gap for gap in timeline.gaps if gap.leg == leg),
        flashes=tuple(at for part in parts for n, at in part.pictures if n % FLASH_EVERY == 0),
        beeps=tuple(at for part in parts for at in part.beeps),
        unreadable=sum(part.unreadable for part in parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """`pictures` are the number in each, and its time."""

    pictures: tuple[tuple[int, float], ...]
    voice: Voice | None
    beeps: tuple[float, ...]
    unreadable: int


def _read_part(directory: Path, span: PartSpan, key: bytes, station: int) -> _Part:
    reader = PartReader.open(directory, span.part)
    webm = b"".join(reader.plaintexts(key))
    start_s = span.start_mono_ms / 1000
    pictures: list[tuple[int, float]] = []
    unreadable = 0
    with av.open(io.BytesIO(webm), "r", format="matroska") as container:
        for frame in container.decode(video=0) if container.streams.video else ():
            plane = frame.reformat(format="yuv420p").planes[0]
            code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
            if code is None or code.station != station:
                unreadable += 1
            else:
                pictures.append((code.number, start_s + (frame.time or 0.0)))
    if TrackSource.MICROPHONE not in span.sources:
        return _Part(tuple(pictures), None, (), unreadable)
    beeps = tuple(start_s + at for at in _beeps(webm, station))
    voice = _voice(webm, start_s, reader.records)
    return _Part(tuple(pictures), voice, beeps, unreadable)


def _voice(webm: bytes, start_s: float, records: Sequence[SegmentRecord]) -> Voice | None:
    with av.open(io.BytesIO(webm), "r", format="matroska") as container:
        times = tuple(
            start_s + float(packet.pts * packet.time_base)
            for packet in container.demux(audio=0)
            if packet.pts is not None and packet.time_base is not None  # the end has none
        )
    first = [record.audio_first_rtp for record in records if record.audio_first_rtp is not None]
    last = [record.audio_last_rtp for record in records if record.audio_last_rtp is not None]
    return Voice(times, first[0], last[-1]) if times else None


def _beeps(webm: bytes, station: int) -> list[float]:
    """Where beeps begin, in seconds of the part; what is missing is silence."""
    samples = array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    with av.open(io.BytesIO(webm), "r", format="matroska") as container:
        for frame in container.decode(audio=0):
            hole = round((frame.time or 0.0) * SAMPLE_RATE) - len(samples)
            if hole > SAMPLE_RATE * PACKET_S / 2:
                samples.frombytes(bytes(2 * hole))
            for mono in resampler.resample(frame):
                samples.frombytes(bytes(mono.planes[0])[: mono.samples * 2])
    return find_beeps(samples, station)
