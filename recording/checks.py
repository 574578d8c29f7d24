"""Content checks by decoding, in a process that may: never in a media worker (PyAV)."""

import io
from dataclasses import dataclass
from itertools import pairwise

import av
from av.error import FFmpegError


@dataclass(frozen=True, slots=True)
class DecodedFacts:
    """What a decoder found in a part. Times are milliseconds from the start of the file;
    `sizes` are the distinct (width, height) in order of appearance.
    """

    audio_packets: int
    video_packets: int
    video_frames: int
    audio_ms: int
    first_ms: int | None
    last_ms: int | None
    monotonic: bool
    sizes: tuple[tuple[int, int], ...]
    errors: int


def decode(webm: bytes) -> DecodedFacts:
    """Decodes every frame of a WebM file. Raises ValueError if it cannot be opened at all."""
    try:
        container = av.open(io.BytesIO(webm), mode="r", format="matroska")
    except FFmpegError as error:
        raise ValueError(f"not a WebM file: {error}") from None
    audio = video = frames = samples = errors = 0
    times: list[int] = []
    sizes: list[tuple[int, int]] = []
    with container:
        for packet in container.demux():
            if packet.pts is None or packet.time_base is None:
                continue
            times.append(round(packet.pts * packet.time_base * 1000))
            is_video = packet.stream.type == "video"
            video += is_video
            audio += not is_video
            try:
                for frame in packet.decode():
                    if isinstance(frame, av.VideoFrame):
                        frames += 1
                        if not sizes or sizes[-1] != (frame.width, frame.height):
                            sizes.append((frame.width, frame.height))
                    elif isinstance(frame, av.AudioFrame):
                        samples += frame.samples * 1000 // frame.sample_rate
            except FFmpegError:
                errors += 1
    return DecodedFacts(
        audio_packets=audio,
        video_packets=video,
        video_frames=frames,
        audio_ms=samples,
        first_ms=times[0] if times else None,
        last_ms=times[-1] if times else None,
        monotonic=all(before <= after for before, after in pairwise(times)),
        sizes=tuple(sizes),
        errors=errors,
    )
