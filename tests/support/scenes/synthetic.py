"""Synthetic publishers: real VP8 and Opus frames, cut into RTP packets, with faults on demand."""

import math
import random
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

MS = 1_000_000
NTP_EPOCH_NS = 3_900_000_000 * 1_000_000_000


def vp8_frames(
    seconds: float, *, size=(320, 240), rate=15, gop=1000, keyframes=(), sizes=None
) -> list[bytes]:
    """Encoded VP8, one keyframe at the start and at each frame number in `keyframes`.

    `sizes` = {frame number: (width, height)} begins a new encoder there, as a ramp-up does.
    """
    import av
    from av.video.frame import PictureType

    def encoder(size):
        context = av.CodecContext.create("libvpx", "w")
        context.width, context.height = size
        context.pix_fmt = "yuv420p"
        context.time_base = Fraction(1, rate)
        context.bit_rate = 300_000
        context.options = {
            "deadline": "realtime",
            "cpu-used": "8",
            "lag-in-frames": "0",
            "g": str(gop),
            "auto-alt-ref": "0",
        }
        return context

    frames = []
    context = encoder(size)
    for number in range(int(seconds * rate)):
        if sizes and number in sizes:
            size = sizes[number]
            context = encoder(size)
        width, height = size
        frame = av.VideoFrame(width, height, "yuv420p")
        row = bytes((x + number * 7) % 200 + 20 for x in range(width))
        for plane, data in zip(frame.planes, (row, row[::2], row[1::2]), strict=True):
            line = data[: plane.width].ljust(plane.line_size, b"\0")
            rows = [line[y % 16 :] + line[: y % 16] for y in range(16)]
            plane.update(b"".join(rows[y % 16] for y in range(plane.height)))
        frame.pts = number
        frame.pict_type = PictureType.I if number in keyframes else PictureType.NONE
        frames.extend(bytes(packet) for packet in context.encode(frame))
    assert len(frames) == int(seconds * rate)
    return frames


def opus_packets(seconds: float) -> list[bytes]:
    """20 ms packets of a wobbling tone, one channel."""
    import av

    context = av.CodecContext.create("libopus", "w")
    context.sample_rate = 48_000
    context.layout = "mono"
    context.format = "s16"
    context.bit_rate = 24_000
    packets = []
    for number in range(int(seconds * 50)):
        times = [(number * 960 + sample) / 48_000 for sample in range(960)]
        samples = array("h", (int(8_000 * math.sin(2_000 * t + 9 * math.sin(t))) for t in times))
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = 48_000
        frame.pts = number * 960
        packets.extend(bytes(packet) for packet in context.encode(frame))
    return packets


def rtp_packet(seq, timestamp, ssrc, payload, *, marker=False, payload_type=96) -> bytes:
    head = struct.pack(
        ">BBHII",
        0x80,
        payload_type | (0x80 if marker else 0),
        seq & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )
    return head + payload


@dataclass
class Sent:
    """One packet on the wire: when the relay sees it (ns), what it is, which frame it belongs to,
    and its extended sequence number.
    """

    at_ns: int
    data: bytes
    frame: int
    seq: int


@dataclass
class Publisher:
    """Cuts frames into packets; sequence, time stamp and picture id start anywhere."""

    ssrc: int
    clock_rate: int
    interval_ns: int
    seq: int = 0
    timestamp: int = 0
    picture: int = 0
    mtu: int = 600
    start_ns: int = 0
    sent: list[Sent] = field(default_factory=list)

    def video(self, frames: list[bytes], *, delay_ns=5 * MS) -> list[Sent]:
        for number, frame in enumerate(frames):
            at = self.start_ns + number * self.interval_ns + delay_ns
            time = self.timestamp + number * self.interval_ns * self.clock_rate // 1_000_000_000
            picture = (self.picture + number) % 32768
            chunks = [frame[i : i + self.mtu] for i in range(0, len(frame), self.mtu)]
            for index, chunk in enumerate(chunks):
                first = 0x90 if index == 0 else 0x80
                descriptor = bytes([first, 0x80, 0x80 | picture >> 8, picture & 0xFF])
                self._add(at, time, descriptor + chunk, number, marker=index == len(chunks) - 1)
        return self.sent

    def audio(self, packets: list[bytes], *, delay_ns=5 * MS) -> list[Sent]:
        for number, packet in enumerate(packets):
            at = self.start_ns + number * self.interval_ns + delay_ns
            time = self.timestamp + number * self.interval_ns * self.clock_rate // 1_000_000_000
            self._add(at, time, packet, number, marker=number == 0)
        return self.sent

    def report(self, at_ns: int, *, skew_ns=0) -> tuple[int, int]:
        """NTP and RTP of a sender report at `at_ns`; `skew_ns` shifts this track's capture."""
        ntp = (at_ns + NTP_EPOCH_NS) * (1 << 32) // 1_000_000_000
        since = at_ns - self.start_ns - skew_ns
        return ntp, (self.timestamp + since * self.clock_rate // 1_000_000_000) & 0xFFFFFFFF

    def _add(self, at, time, payload, number, *, marker):
        self.sent.append(
            Sent(
                at, rtp_packet(self.seq, time, self.ssrc, payload, marker=marker), number, self.seq
            )
        )
        self.seq += 1


def lossy(sent: list[Sent], loss: float, rng: random.Random) -> tuple[list[Sent], list[Sent]]:
    """Splits into what arrives and what is lost; the first packets always arrive."""
    kept, lost = [], []
    for number, packet in enumerate(sent):
        (lost if number > 5 and rng.random() < loss else kept).append(packet)
    return kept, lost


def reordered(sent: list[Sent], rng: random.Random, *, spread_ns=15 * MS) -> list[Sent]:
    return sorted(
        (replace(p, at_ns=p.at_ns + rng.randrange(spread_ns)) for p in sent),
        key=lambda p: p.at_ns,
    )


def merged(*streams: list[tuple[int, Sent]]) -> Iterator[tuple[int, Sent]]:
    """(track, packet) of several tracks in the order of arrival."""
    yield from sorted((item for stream in streams for item in stream), key=lambda i: i[1].at_ns)
