"""What a page sends when it joins: a keyframe and a few packets of voice, encrypted for real."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import av
import av.filter

from bench.media.clip import Clip
from bench.media.connection import Connection
from bench.media.counting import ReceivedStream
from bench.media.identity import Known
from bench.media.schedule import Packet, Schedule, split
from bench.media.streams import PublishedStream, SentBoard
from signaling.relay.dtls import Certificate, new_certificate

FRAMES = 15
_SILENCE: Final = b"\xf8\xff\xfe"  # RFC 6716: one CELT frame of 20 ms in which nothing is coded
_BURST: Final = {"audio": 5, "video": 4}


def _small_clip() -> Clip:
    return Clip(tuple(_pictures()), tuple(_SILENCE for _ in range(50)))


def _pictures() -> Iterator[bytes]:
    graph = av.filter.Graph()
    source = graph.add("testsrc2", f"size=160x120:rate={FRAMES}")
    pixels = graph.add("format", "yuv420p")
    sink = graph.add("buffersink")
    source.link_to(pixels)
    pixels.link_to(sink)
    graph.configure()
    codec = av.CodecContext.create("libvpx", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = 160, 120, "yuv420p"
    codec.time_base = Fraction(1, FRAMES)
    codec.options = {"deadline": "realtime", "lag-in-frames": "0"}
    for number in range(FRAMES):
        frame = graph.vpull()
        assert isinstance(frame, av.VideoFrame)
        frame.pts = number
        yield from (bytes(packet) for packet in codec.encode(frame))


class _Deaf:
    """Counts nothing: what comes is dropped where it arrives."""

    def packet(self, sequence: int, size: int) -> Known | None:
        del sequence, size
        return None


class Sender:
    """Makes connections; what all of them send is encoded once."""

    timed = False

    def __init__(self) -> None:
        clip = _small_clip()
        video = tuple(p for n, frame in enumerate(clip.video) for p in split(frame, n))
        audio = tuple(
            Packet(block, n, first=True, marker=n == 0) for n, block in enumerate(clip.audio)
        )
        self._schedule = Schedule(audio, video, ())
        self._board = SentBoard(memoryview(bytearray(SentBoard.BYTES)))
        self._certificate: Certificate = new_certificate()

    def identifier(self, participant: int, payload_type: int) -> _Deaf:
        del participant, payload_type
        return _Deaf()

    def received_stream(self, known: Known) -> ReceivedStream:
        raise AssertionError(f"nobody identified {known}")

    def connection(self, *, publishes: bool) -> Connection:
        kinds = ("audio", "video") if publishes else ()
        streams = {
            kind: PublishedStream(
                int(kind == "video"),
                0,
                video=kind == "video",
                schedule=self._schedule,
                board=self._board,
            )
            for kind in kinds
        }
        return Connection(0, self._certificate, self, streams)

    def burst(self, connection: Connection) -> None:
        """A keyframe, a little after it, and a tenth of a second of voice."""
        for kind, count in _BURST.items():
            for _ in range(count if kind in connection.publishes else 0):
                connection.send_next(kind)
        connection.send_reports()
