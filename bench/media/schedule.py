"""When a browser would send which packet: packetisation and pacing, worked out once for the clip.

Packet `k` of a stream is the same in every run and for every server, and `k` counts on from loop to
loop of the clip. Sizes of successive packets tell a receiver where in the clip it is: it counts
without decrypting, whatever the server does to SSRC, sequence number and time stamp.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bench.media.clip import AUDIO_PACKETS_PER_SECOND, FRAMES_PER_SECOND, SECONDS, Clip

PARTICIPANTS = 3  # of a room, each publishing
LOOP_NS = SECONDS * 1_000_000_000
LONGEST_PAYLOAD = 1_140  # with descriptor, extension and SRTP tag about 1,200 bytes, as Chromium
BURST_NS = 5_000_000
PACING_FACTOR = 2.5  # Chromium's pacer sends at this multiple of the target rate
VIDEO_CLOCK_RATE, AUDIO_CLOCK_RATE = 90_000, 48_000
VIDEO_TICKS_PER_FRAME = VIDEO_CLOCK_RATE // FRAMES_PER_SECOND
AUDIO_TICKS_PER_PACKET = AUDIO_CLOCK_RATE // AUDIO_PACKETS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Packet:
    """`payload` follows the RTP header; a video packet's descriptor is added when it is sent,
    because the picture id runs on from loop to loop. `frame` counts frames of the clip.
    """

    payload: bytes
    frame: int
    first: bool
    marker: bool


@dataclass(frozen=True, slots=True)
class Burst:
    """What goes out at `at_ns` of the loop: so many next audio and so many next video packets."""

    at_ns: int
    audio: int
    video: int


@dataclass(frozen=True, slots=True)
class Start:
    """Indices of a publisher's first burst and of its first packets."""

    burst: int
    audio: int
    video: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """One loop of the clip."""

    audio: tuple[Packet, ...]
    video: tuple[Packet, ...]
    bursts: tuple[Burst, ...]

    def packets(self, *, video: bool) -> tuple[Packet, ...]:
        return self.video if video else self.audio

    def start(self, second: int) -> Start:
        """Where a publisher begins that begins at this second of the clip, with a keyframe."""
        before = [burst for burst in self.bursts if burst.at_ns < second * 1_000_000_000]
        return Start(
            burst=len(before),
            audio=sum(burst.audio for burst in before),
            video=sum(burst.video for burst in before),
        )


def make_schedule(clip: Clip) -> Schedule:
    video = tuple(
        packet for number, frame in enumerate(clip.video) for packet in split(frame, number)
    )
    audio = tuple(Packet(block, n, first=True, marker=n == 0) for n, block in enumerate(clip.audio))
    return Schedule(audio, video, paced(audio, video))


def split(frame: bytes, number: int) -> list[Packet]:
    """As few packets as fit, of equal size but for a byte; the larger ones come last."""
    count = -(-len(frame) // LONGEST_PAYLOAD)
    small, larger = divmod(len(frame), count)
    packets, at = [], 0
    for index in range(count):
        size = small + (index >= count - larger)
        payload = frame[at : at + size]
        packets.append(Packet(payload, number, first=index == 0, marker=index == count - 1))
        at += size
    return packets


def paced(audio: Sequence[Packet], video: Sequence[Packet]) -> tuple[Burst, ...]:
    """Bursts every 5 ms at most: voice as it comes, video within the pacing budget, which may be
    overdrawn by one packet and does not pile up while there is nothing to send.

    Raises ValueError when the loop's last frame would run into the next loop.
    """
    frame_ns, audio_ns = LOOP_NS // (FRAMES_PER_SECOND * SECONDS), LOOP_NS // len(audio)
    bytes_a_burst = PACING_FACTOR * sum(len(p.payload) for p in video) * BURST_NS / LOOP_NS
    waiting: deque[Packet] = deque()
    bursts: list[Burst] = []
    budget = 0.0
    next_audio = next_video = 0
    for at_ns in range(0, LOOP_NS, BURST_NS):
        voices = 0
        while next_audio < len(audio) and next_audio * audio_ns <= at_ns:
            voices, next_audio = voices + 1, next_audio + 1
        while next_video < len(video) and video[next_video].frame * frame_ns <= at_ns:
            waiting.append(video[next_video])
            next_video += 1
        pictures = 0
        budget = min(budget + bytes_a_burst, bytes_a_burst)
        while waiting and budget > 0:
            budget -= len(waiting.popleft().payload)
            pictures += 1
        if voices or pictures:
            bursts.append(Burst(at_ns, voices, pictures))
    if waiting:
        raise ValueError("the clip's last frame is too large for its pace")
    return tuple(bursts)


def packet_sizes(schedule: Schedule, video: bool) -> tuple[int, ...]:  # noqa: FBT001 - one of two
    """Payload bytes of each packet of the loop, without descriptor."""
    return tuple(len(packet.payload) for packet in schedule.packets(video=video))
