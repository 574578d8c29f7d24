"""The WebM writer: a header, then clusters of SimpleBlocks (Matroska, RFC 9559; WebM guidelines).

Why not a library: a muxer of our own keeps nothing back, never reorders by Opus' codec delay (MSE
refuses such files), and frames go in as they came from the wire, never transcoded. The Segment has
unknown size because a part ends when its writer does; every cluster has a known size.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recording.worker import ebml

AUDIO_TRACK = 1
VIDEO_TRACK = 2
MAX_CLUSTER_MS = 5_000
"""Block times are 16 bit signed, relative to their cluster; 5 s keeps clusters seekable."""

_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_INFO = b"\x15\x49\xa9\x66"
_TRACKS = b"\x16\x54\xae\x6b"
_TRACK_ENTRY = b"\xae"
_CLUSTER = b"\x1f\x43\xb6\x75"
_CLUSTER_TIMESTAMP = b"\xe7"
_SIMPLE_BLOCK = b"\xa3"
_BLOCK_HEAD = struct.Struct(">BhB")
_KEYFRAME = 0x80
_TRACK_TYPE_VIDEO = 1
_TRACK_TYPE_AUDIO = 2
_APP = "yunchuang"


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """Width and height in pixels, from the first keyframe; later keyframes may differ."""

    width: int
    height: int


@dataclass(slots=True)
class Block:
    """One whole frame; `time_ms` counts from the start of the part and never goes back. Not frozen,
    because freezing makes it several times as dear, and every frame has one.
    """

    time_ms: int
    track: int
    keyframe: bool
    data: bytes


def header(audio_channels: int | None, video: VideoFormat | None) -> bytes:
    """EBML header, Segment, Info and Tracks; at least one track must be given."""
    tracks = []
    if audio_channels is not None:
        tracks.append(_audio_track(audio_channels))
    if video is not None:
        tracks.append(_video_track(video))
    if not tracks:
        raise ValueError("a file without tracks")
    return b"".join(
        (
            ebml.element(
                _EBML,
                ebml.unsigned(b"\x42\x86", 1),  # EBMLVersion
                ebml.unsigned(b"\x42\xf7", 1),  # EBMLReadVersion
                ebml.unsigned(b"\x42\xf2", 4),  # EBMLMaxIDLength
                ebml.unsigned(b"\x42\xf3", 8),  # EBMLMaxSizeLength
                ebml.string(b"\x42\x82", "webm"),  # DocType
                ebml.unsigned(b"\x42\x87", 4),  # DocTypeVersion
                ebml.unsigned(b"\x42\x85", 2),  # DocTypeReadVersion
            ),
            _SEGMENT + ebml.UNKNOWN_SIZE,
            ebml.element(
                _INFO,
                ebml.unsigned(b"\x2a\xd7\xb1", 1_000_000),  # TimestampScale: one tick is 1 ms
                ebml.string(b"\x4d\x80", _APP),  # MuxingApp
                ebml.string(b"\x57\x41", _APP),  # WritingApp
            ),
            ebml.element(_TRACKS, *tracks),
        )
    )


def _track(number: int, kind: int, codec: str, *more: bytes) -> bytes:
    return ebml.element(
        _TRACK_ENTRY,
        ebml.unsigned(b"\xd7", number),  # TrackNumber
        ebml.unsigned(b"\x73\xc5", number),  # TrackUID
        ebml.unsigned(b"\x83", kind),  # TrackType
        ebml.unsigned(b"\x9c", 0),  # FlagLacing
        ebml.string(b"\x86", codec),  # CodecID
        *more,
    )


def _audio_track(channels: int) -> bytes:
    # OpusHead (RFC 7845 5.1): pre-skip 0, since a part begins in the middle of a running encoder.
    opus_head = struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, 0, 48_000, 0, 0)
    return _track(
        AUDIO_TRACK,
        _TRACK_TYPE_AUDIO,
        "A_OPUS",
        ebml.element(b"\x63\xa2", opus_head),  # CodecPrivate
        ebml.unsigned(b"\x56\xaa", 0),  # CodecDelay
        ebml.unsigned(b"\x56\xbb", 80_000_000),  # SeekPreRoll: 80 ms, as WebM asks for Opus
        ebml.element(
            b"\xe1",  # Audio
            ebml.double(b"\xb5", 48_000.0),  # SamplingFrequency
            ebml.unsigned(b"\x9f", channels),  # Channels
        ),
    )


def _video_track(video: VideoFormat) -> bytes:
    return _track(
        VIDEO_TRACK,
        _TRACK_TYPE_VIDEO,
        "V_VP8",
        ebml.element(
            b"\xe0",  # Video
            ebml.unsigned(b"\xb0", video.width),  # PixelWidth
            ebml.unsigned(b"\xba", video.height),  # PixelHeight
        ),
    )


def clusters(blocks: Sequence[Block]) -> bytes:
    """Whole clusters holding `blocks`, whose times do not decrease; b"" for none."""
    return b"".join(_cluster(run) for run in _runs(blocks))


def _runs(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    start = 0
    for index, block in enumerate(blocks):
        if block.time_ms - blocks[start].time_ms >= MAX_CLUSTER_MS:
            yield blocks[start:index]
            start = index
    if blocks:
        yield blocks[start:]


def _cluster(blocks: Sequence[Block]) -> bytes:
    base = blocks[0].time_ms
    content = [ebml.unsigned(_CLUSTER_TIMESTAMP, base)]
    for block in blocks:
        data = block.data
        head = _BLOCK_HEAD.pack(
            0x80 | block.track, block.time_ms - base, _KEYFRAME if block.keyframe else 0
        )
        content += (_SIMPLE_BLOCK, ebml.size(_BLOCK_HEAD.size + len(data)), head, data)
    return ebml.element(_CLUSTER, *content)
