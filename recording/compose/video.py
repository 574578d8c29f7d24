"""The side-by-side video: encoded in chunks that survive a crash, joined with the mixed sound."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import islice, takewhile
from pathlib import Path

import av
from av.codec import codecs_available

from recording.compose.job import Job, Progress
from recording.compose.lane_pictures import LanePictures
from recording.compose.layout import Layout
from recording.compose.page import Absent, Page, Shown
from recording.compose.sound import RATE, mixed
from recording.compose.work_folder import WorkFolder, refuse_if_there, worked_in

FRAME_RATE = 15
CHUNK_FRAMES = 20 * FRAME_RATE
"""A killed run loses at most what it encoded of one chunk: 20 s of the call."""

# No B-frames: every chunk begins at 0 in both orders of time, and joins to the next.
_ENCODERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("libx264", {"preset": "veryfast", "crf": "26", "bf": "0"}),
    ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "b:v": "1200k", "lag-in-frames": "0"}),
)
_WHOLE = "whole.mp4"
_HALF_FRAME_MS = 500 // FRAME_RATE
"""A frame shows the middle of its time: a camera of the same rate, whose frames come a millisecond
early or late, then gives one picture to each, and none stands twice.
"""


def video_encoder() -> str:
    """The encoder that this build has: H.264, or VP9 where there is none. Raises LookupError."""
    return _encoder()[0]


def make_video(
    job: Job,
    target: Path,
    progress: Progress,
    *,
    force: bool = False,
    chunk_frames: int = CHUNK_FRAMES,
) -> None:
    """Writes the MP4 under `target`, whole or not at all; goes on where an interrupted run of the
    same job stopped. Raises FileInTheWay, AlreadyComposing, PartDamagedError, WebmError, OSError.
    """
    refuse_if_there(target, force=force)
    settings = ("video", chunk_frames, video_encoder(), av.__version__)
    with worked_in(target, job.fingerprint(*settings)) as work:
        if not work.has(_WHOLE):
            composer = _Composer(job, work, chunk_frames)
            composer.encode(progress)
            composer.join()
        work.publish(_WHOLE, force=force)
    progress(job.program.duration_ms)


class _Composer:
    def __init__(self, job: Job, work: WorkFolder, chunk_frames: int) -> None:
        self._job = job
        self._work = work
        self._chunk = chunk_frames
        self._start_ms = job.program.timeline.start_mono_ms
        self._frames = -(-job.program.duration_ms * FRAME_RATE // 1000)
        self._chunks = -(-self._frames // chunk_frames)

    def encode(self, progress: Progress) -> None:
        """Every chunk that is not there yet. Chunks are finished in order."""
        names = [self._name(number) for number in range(self._chunks)]
        done = len(list(takewhile(self._work.has, names)))
        progress(self._ms(min(done * self._chunk, self._frames)))
        if done == self._chunks:
            return
        size = Layout.of(len(self._job.program.tiles))
        with ThreadPoolExecutor(1) as pool:
            pictures = _ahead(pool, self._pictures(done * self._chunk))
            for number in range(done, self._chunks):
                first = number * self._chunk
                count = min(self._chunk, self._frames - first)
                with self._work.making(names[number]) as path, _opened(path) as out:
                    stream = _stream(out, size)
                    for place, picture in enumerate(islice(pictures, count)):
                        picture.pts, picture.time_base = place, Fraction(1, FRAME_RATE)
                        out.mux(stream.encode(picture))
                        if place % FRAME_RATE == 0:
                            progress(self._ms(first + place))
                    out.mux(stream.encode(None))

    def _pictures(self, first: int) -> Iterator[av.VideoFrame]:
        program = self._job.program
        page = Page(program)
        lanes = [
            LanePictures(self._job.frames(lane), self._start_ms + self._ms(first))
            for lane in program.tiles
        ]
        for number in range(first, self._frames):
            mono_ms = self._start_ms + self._ms(number) + _HALF_FRAME_MS
            tiles: list[Shown] = []
            for lane, pictures in zip(program.tiles, lanes, strict=True):
                # Decoded even where the ledger has a gap: what follows rests on it.
                picture = pictures.at(mono_ms)
                cause = program.cause_at(lane, mono_ms)
                tiles.append(Absent(cause) if cause or picture is None else picture)
            drawn: av.VideoFrame = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]  # PyAV has no types here
                page.draw(self._ms(number), tiles)
            )
            yield drawn.reformat(format="yuv420p")

    def join(self) -> None:
        """The chunks one after the other and the sound of the whole call, which is cheap enough
        to be made anew whenever joining was interrupted.
        """
        program = self._job.program
        sound = mixed(self._job.voices(), self._start_ms, program.duration_ms)
        with self._work.making(_WHOLE) as path, _opened(path, movflags="+faststart") as out:
            out.metadata.update(program.metadata())
            with av.open(self._work.piece(self._name(0))) as first:
                video = out.add_stream_from_template(first.streams.video[0])
            audio = out.add_stream("aac", rate=RATE, layout="mono", bit_rate=96_000)
            for number in range(self._chunks):
                begins = Fraction(number * self._chunk, FRAME_RATE)
                with av.open(self._work.piece(self._name(number))) as chunk:
                    for packet in chunk.demux(video=0):
                        if packet.pts is None or packet.dts is None:
                            continue
                        shift = round(begins / packet.time_base)
                        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                        packet.stream = video
                        out.mux(packet)
                ends = begins + Fraction(self._chunk, FRAME_RATE)
                for frame in sound:
                    out.mux(audio.encode(frame))
                    if frame.pts is not None and frame.pts >= ends * RATE:
                        break
            for frame in sound:
                out.mux(audio.encode(frame))
            out.mux(audio.encode(None))

    def _ms(self, frame: int) -> int:
        return frame * 1000 // FRAME_RATE

    @staticmethod
    def _name(number: int) -> str:
        return f"chunk-{number:06}.mp4"


def _opened(path: Path, **options: str) -> av.container.OutputContainer:
    return av.open(path, "w", format="mp4", options=options)


def _ahead(pool: ThreadPoolExecutor, pictures: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """One picture is decoded and drawn while the one before it is encoded."""
    coming = pool.submit(next, pictures, None)
    while (picture := coming.result()) is not None:
        coming = pool.submit(next, pictures, None)
        yield picture


def _stream(out: av.container.OutputContainer, size: Layout) -> av.VideoStream:
    name, options = _encoder()
    stream = out.add_stream(name, rate=FRAME_RATE, options=options)
    if not isinstance(stream, av.VideoStream):
        raise TypeError(name)
    stream.width, stream.height, stream.pix_fmt = size.width, size.height, "yuv420p"
    return stream


def _encoder() -> tuple[str, dict[str, str]]:
    for name, options in _ENCODERS:
        if name in codecs_available:
            return name, options
    raise LookupError("this build of FFmpeg encodes neither H.264 nor VP9")
