"""The track file: every frame of every part as it came from the wire, side by side in Matroska.

Nothing is decoded. An interrupted run begins anew: copying again is as quick as joining pieces.
"""

import heapq
import io
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import count
from pathlib import Path

import av

from casework.ports import TrackSource
from recording.compose.frames import Frame, PartFrames
from recording.compose.job import Job, Progress
from recording.compose.program import Lane
from recording.compose.work_folder import refuse_if_there, worked_in

_WHOLE = "whole.mkv"
_MS = Fraction(1, 1000)


def make_tracks(job: Job, target: Path, progress: Progress, *, force: bool = False) -> None:
    """Writes the Matroska file under `target`, whole or not at all. A track is one source of one
    leg, and its parts follow each other in it; time 0 is the beginning of the recording.

    Raises FileInTheWay, AlreadyComposing, PartDamagedError, WebmError, OSError.
    """
    refuse_if_there(target, force=force)
    with worked_in(target, job.fingerprint("tracks", av.__version__)) as work:
        if not work.has(_WHOLE):
            with work.making(_WHOLE) as path:
                _copy(job, path, progress)
        work.publish(_WHOLE, force=force)
    progress(job.program.duration_ms)


def _copy(job: Job, path: Path, progress: Progress) -> None:
    start_ms = job.program.timeline.start_mono_ms
    lanes = {lane: parts for lane in job.program.names if (parts := job.frames(lane))}
    with av.open(path, "w", format="matroska") as out, ExitStack() as templates:
        out.metadata.update(job.program.metadata())
        streams = {}
        for lane, parts in lanes.items():
            template = _template(templates, parts, lane)
            if template is None:
                continue
            streams[lane] = out.add_stream_from_template(template)
            streams[lane].time_base = _MS
            streams[lane].metadata["title"] = f"{job.program.names[lane]} ({lane[1].value})"
        last = dict.fromkeys(streams, 0)
        done_s = -1
        for lane, frame in _in_order(lanes):
            if lane not in streams:
                continue
            # A part may begin a few ms before the one before it ends; a track never goes back.
            last[lane] = max(last[lane], frame.at_ms - start_ms)
            packet = av.Packet(frame.data)
            packet.stream = streams[lane]
            packet.time_base = _MS
            packet.pts = packet.dts = last[lane]
            packet.is_keyframe = frame.keyframe or not frame.video
            out.mux(packet)
            if last[lane] // 1000 > done_s:
                done_s = last[lane] // 1000
                progress(done_s * 1000)


def _template(opened: ExitStack, parts: list[PartFrames], lane: Lane) -> av.stream.Stream | None:
    """The track's codec parameters, as the first part's own header has them."""
    for part in parts:
        container = opened.enter_context(
            av.open(io.BytesIO(part.first_segment()), format="matroska")
        )
        found = container.streams.audio if _is_sound(lane) else container.streams.video
        if found:
            return found[0]
    return None


def _in_order(lanes: dict[Lane, list[PartFrames]]) -> Iterator[tuple[Lane, Frame]]:
    """All frames by their time. A part is opened when its time comes, so that a call of many parts
    holds only a few of them in memory.
    """
    number = count()
    waiting: list[tuple[int, int, Lane, Frame | None, Iterator[Frame]]] = [
        (part.span.start_mono_ms, next(number), lane, None, _of_lane(part, lane))
        for lane, parts in lanes.items()
        for part in parts
    ]
    heapq.heapify(waiting)
    while waiting:
        _, place, lane, frame, rest = heapq.heappop(waiting)
        if frame is not None:
            yield lane, frame
        following = next(rest, None)
        if following is not None:
            heapq.heappush(waiting, (following.at_ms, place, lane, following, rest))


def _of_lane(part: PartFrames, lane: Lane) -> Iterator[Frame]:
    return (frame for frame in part.all() if frame.video is not _is_sound(lane))


def _is_sound(lane: Lane) -> bool:
    return lane[1] is TrackSource.MICROPHONE
