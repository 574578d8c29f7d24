"""What one leg gets: which publisher stream sits in which slot."""

import secrets
import time
from collections.abc import Callable, Collection

from casework.ports import TrackInfo, TrackSource, face
from signaling.relay.downlink import DownlinkStream, Subscriber
from signaling.relay.events import Stream
from signaling.relay.slots import AUDIO_SLOTS, VIDEO_SLOTS, SlotPool
from signaling.relay.uplink import UplinkStream

# A leg's voice and face share a slot number, and with it a stream to play in step; its further
# cameras go to the slots that have no voice beside them.
_VOICELESS = range(AUDIO_SLOTS + 1, VIDEO_SLOTS + 1)


class Subscriptions:
    """`by_ssrc` are all streams this leg has in a slot, paused ones included: their packets may
    still be asked for again. `active` are those that get packets now, `described` what the page is told.
    """

    def __init__(
        self, subscriber: Subscriber, pool: SlotPool, renegotiate: Callable[[], None]
    ) -> None:
        self._subscriber = subscriber
        self._pool = pool
        self._renegotiate = renegotiate
        self._streams: dict[UplinkStream, DownlinkStream] = {}
        self.active: dict[UplinkStream, DownlinkStream] = {}
        self.by_ssrc: dict[int, DownlinkStream] = {}
        self.described: tuple[Stream, ...] = ()

    def update(self, wanted: Collection[UplinkStream]) -> bool:
        """Makes `wanted` (each with a track) what the leg gets; True when anything changed."""
        for uplink in [u for u in self._streams if u.closed]:
            self._drop(uplink)
        active: dict[UplinkStream, DownlinkStream] = {}
        for uplink in wanted:
            stream = self._streams.get(uplink) or self._attach(uplink)
            if stream is None:
                continue
            if uplink not in self.active:
                self._begin(uplink, stream)
            active[uplink] = stream
        self.active = active
        # Compared with what was told, not with what was there: a track ends by itself.
        before, self.described = self.described, self._describe()
        return self.described != before

    def _describe(self) -> tuple[Stream, ...]:
        return tuple(
            Stream(stream.slot.mid, track.leg, track.site, track.source, track.kind)
            for uplink, stream in self.active.items()
            if (track := uplink.track) is not None
        )

    def close(self) -> None:
        self._streams.clear()
        self.active.clear()
        self.by_ssrc.clear()

    def _attach(self, uplink: UplinkStream) -> DownlinkStream | None:
        slot = self._pool.take(uplink.kind, self._preferred(uplink))
        if slot is None:
            self._renegotiate()
            return None
        first_sequence = secrets.randbits(15)
        stream = DownlinkStream(
            slot, self._subscriber, uplink.ring, uplink.keyframes, first_sequence
        )
        self._streams[uplink] = stream
        self.by_ssrc[stream.ssrc] = stream
        return stream

    def _preferred(self, uplink: UplinkStream) -> Collection[int]:
        if uplink.track is None or not _is_face_or_voice(uplink.track):
            return _VOICELESS
        return {
            stream.slot.number
            for other, stream in self._streams.items()
            if other.track is not None
            and other.track.leg == uplink.track.leg
            and _is_face_or_voice(other.track)
        }

    def _begin(self, uplink: UplinkStream, stream: DownlinkStream) -> None:
        stream.restart()
        if uplink.last_report is not None:
            # Without it the page could not play voice and face in step for up to five seconds.
            report = uplink.last_report
            stream.sender_report(report.ntp, report.rtp, time.monotonic_ns())
        if uplink.is_video and uplink.flowing:
            uplink.keyframes.request()

    def _drop(self, uplink: UplinkStream) -> None:
        stream = self._streams.pop(uplink)
        self.active.pop(uplink, None)
        del self.by_ssrc[stream.ssrc]
        self._pool.release(stream.slot)
        self._renegotiate()


def _is_face_or_voice(track: TrackInfo) -> bool:
    return track.source in {TrackSource.MICROPHONE, face(track.site)}
