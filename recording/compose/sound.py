"""The sound of all legs as one: Opus decoded, laid on the time line, mixed. Gaps are silent."""

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction

import av
import av.filter
from av.error import FFmpegError

from recording.compose.frames import PartFrames

RATE = 48_000
BLOCK = 4_800
"""Samples that are mixed at a time: a tenth of a second."""

_BYTES = 2
_SLACK = RATE // 100
"""Times of packets are whole milliseconds and follow the sender's clock: sound that lies within
10 ms of where the packet before it ended goes on there, without a click.
"""
_OPUS_HEAD = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, RATE, 0, 0)


def mixed(
    legs: Sequence[Sequence[PartFrames]], start_ms: int, duration_ms: int
) -> Iterator[av.AudioFrame]:
    """Mono frames from `start_ms` (monotonic) on, at least `duration_ms` long, without holes; `legs`
    holds for each leg its parts with sound, by their beginning. Raises as PartFrames does.
    """
    blocks = -(-duration_ms * RATE // 1000 // BLOCK)
    voices = [_blocks(parts, start_ms, blocks) for parts in legs]
    if len(voices) < 2:
        for number in range(blocks):
            yield _audio(next(voices[0]) if voices else bytes(BLOCK * _BYTES), number * BLOCK)
        return
    graph = av.filter.Graph()
    sources = [
        graph.add_abuffer(
            sample_rate=RATE, format="s16", layout="mono", time_base=Fraction(1, RATE)
        )
        for _ in voices
    ]
    # Not normalised: who speaks alone is as loud as in the call.
    mix = graph.add("amix", f"inputs={len(voices)}:normalize=0")
    sink = graph.add("abuffersink")
    for place, source in enumerate(sources):
        source.link_to(mix, 0, place)
    mix.link_to(sink)
    graph.configure()
    for number in range(blocks):
        for source, voice in zip(sources, voices, strict=True):
            source.push(_audio(next(voice), number * BLOCK))
        yield from _pulled(sink)
    for source in sources:
        source.push(None)
    yield from _pulled(sink)


def _pulled(sink: av.filter.context.FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def _audio(samples: bytes, at: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=BLOCK)
    frame.planes[0].update(samples)
    frame.sample_rate = RATE
    frame.time_base = Fraction(1, RATE)
    frame.pts = at
    return frame


def _blocks(parts: Sequence[PartFrames], start_ms: int, count: int) -> Iterator[bytes]:
    """`count` blocks of 16-bit samples of one leg."""
    waiting = bytearray()
    given = 0  # samples that were handed out
    pieces = _placed(parts, start_ms)
    piece = next(pieces, None)
    for _ in range(count):
        until = given + BLOCK
        while piece is not None and piece[0] < until:
            at, samples = piece
            waiting.extend(bytes((at - given) * _BYTES - len(waiting)))
            waiting.extend(samples)
            piece = next(pieces, None)
        block = bytes(waiting[: BLOCK * _BYTES])
        del waiting[: BLOCK * _BYTES]
        given = until
        yield block.ljust(BLOCK * _BYTES, b"\0")


def _placed(parts: Sequence[PartFrames], start_ms: int) -> Iterator[tuple[int, bytes]]:
    """(place in samples, samples), in order and without overlap."""
    end = 0
    for part in parts:
        decoder = av.CodecContext.create("libopus", "r")
        decoder.extradata = _OPUS_HEAD
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in part.all():
            if frame.video:
                continue
            wanted = (frame.at_ms - start_ms) * RATE // 1000
            at = end if abs(wanted - end) <= _SLACK else wanted
            samples = _decoded(decoder, resampler, frame.data)
            if at >= end and samples:
                yield at, samples
                end = at + len(samples) // _BYTES


def _decoded(decoder: av.AudioCodecContext, resampler: av.AudioResampler, data: bytes) -> bytes:
    out = bytearray()
    try:
        for decoded in decoder.decode(av.Packet(data)):
            for frame in resampler.resample(decoded):
                out += bytes(frame.planes[0])[: frame.samples * _BYTES]
    except FFmpegError:
        return b""  # what does not decode is silent; the evidence keeps it as it came
    return bytes(out)
