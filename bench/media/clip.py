"""Fifteen seconds of pre-encoded camera and voice, made once and sent by every client in a loop.

As long as a run's window: whatever phase a client is at, it sends the same number of packets.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.filter
from av.video.frame import PictureType

SECONDS = 15
FRAMES_PER_SECOND = 30
VIDEO_BITS_PER_SECOND = 1_800_000
AUDIO_BITS_PER_SECOND = 32_000
AUDIO_PACKETS_PER_SECOND = 50
_WIDTH, _HEIGHT = 1280, 720
_TOLERANCE = 0.1
_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Clip:
    """`video` are VP8 frames, a keyframe at each whole second; `audio` Opus packets of 20 ms."""

    video: tuple[bytes, ...]
    audio: tuple[bytes, ...]


def load(path: Path) -> Clip:
    """The clip kept at `path`; made first if it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".part")
        save(make(), fresh)
        fresh.replace(path)
    blocks = list(_blocks(path.read_bytes()))
    frames = SECONDS * FRAMES_PER_SECOND
    return Clip(tuple(blocks[:frames]), tuple(blocks[frames:]))


def save(clip: Clip, path: Path) -> None:
    blocks = (*clip.video, *clip.audio)
    path.write_bytes(b"".join(_LENGTH.pack(len(block)) + block for block in blocks))


def make() -> Clip:
    """Encodes a moving, noisy test picture and pink noise. Raises ValueError when the encoder
    missed the bit rate by more than a tenth: the comparison would be about something else.
    """
    video, audio = tuple(_video()), tuple(_audio())
    bits = 8 * sum(map(len, video)) / SECONDS
    if abs(bits / VIDEO_BITS_PER_SECOND - 1) > _TOLERANCE:
        raise ValueError(f"the clip has {bits:.0f} bit/s")
    return Clip(video, audio)


def is_keyframe(frame: bytes) -> bool:
    """The inverse key frame flag of the VP8 frame tag (RFC 6386 9.1)."""
    return not frame[0] & 1


def _video() -> Iterator[bytes]:
    graph = av.filter.Graph()
    source = graph.add("testsrc2", f"size={_WIDTH}x{_HEIGHT}:rate={FRAMES_PER_SECOND}")
    noise = graph.add("noise", "alls=10:allf=t")
    pixels = graph.add("format", "yuv420p")
    sink = graph.add("buffersink")
    source.link_to(noise)
    noise.link_to(pixels)
    pixels.link_to(sink)
    graph.configure()
    codec = av.CodecContext.create("libvpx", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
    codec.time_base = Fraction(1, FRAMES_PER_SECOND)
    codec.bit_rate = VIDEO_BITS_PER_SECOND
    codec.gop_size = FRAMES_PER_SECOND
    codec.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "keyint_min": str(FRAMES_PER_SECOND),
        "minrate": str(VIDEO_BITS_PER_SECOND),
        "maxrate": str(VIDEO_BITS_PER_SECOND),
        "bufsize": str(VIDEO_BITS_PER_SECOND),
    }
    for number in range(SECONDS * FRAMES_PER_SECOND):
        frame = graph.vpull()
        assert isinstance(frame, av.VideoFrame)
        frame.pts = number
        # The source calls every picture a key picture, and the encoder would obey.
        frame.pict_type = PictureType.NONE
        frame.time_base = Fraction(1, FRAMES_PER_SECOND)
        yield from (bytes(packet) for packet in codec.encode(frame))


def _audio() -> Iterator[bytes]:
    graph = av.filter.Graph()
    source = graph.add("anoisesrc", "color=pink:amplitude=0.3:sample_rate=48000:seed=1")
    shape = graph.add("aformat", "sample_fmts=s16:channel_layouts=stereo")
    cut = graph.add("asetnsamples", "n=960")
    sink = graph.add("abuffersink")
    source.link_to(shape)
    shape.link_to(cut)
    cut.link_to(sink)
    graph.configure()
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format = 48_000, "stereo", "s16"
    codec.bit_rate = AUDIO_BITS_PER_SECOND
    codec.options = {"application": "voip", "frame_duration": "20"}
    packets: list[bytes] = []
    wanted = SECONDS * AUDIO_PACKETS_PER_SECOND
    while len(packets) < wanted:
        frame = graph.pull()
        assert isinstance(frame, av.AudioFrame)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    yield from packets[:wanted]


def _blocks(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        yield data[at : at + length]
        at += length
