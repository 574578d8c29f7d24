"""What is recorded together: camera and microphone of a leg, or one further video alone.

The group decides when a part begins and ends. A video part begins with a keyframe; sound never
waits for it longer than `KEYFRAME_WAIT_NS`, but gets a part of its own until the keyframe is here.
A change of parts at a keyframe loses nothing.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from casework.ports import GapCause, TrackInfo, TrackKind, TrackSource, face
from recording.worker import opus, vp8, webm
from recording.worker.frames import Frame
from recording.worker.part import LIVE_NS, Layout, Part
from recording.worker.track import Track

KEYFRAME_WAIT_NS = 500_000_000
FIRST_KEYFRAME_NS = 200_000_000
KEYFRAME_EVERY_NS = 10_000_000_000
SKEW_NS = 40_000_000
"""Sound and picture further apart than this, by sender reports, need a new part."""
DRIFT_NS = 300_000_000
"""A leg this far from where its part was pinned: its first packets came late, or clocks drift."""
ALIGN_EVERY_NS = 1_000_000_000
REALIGN_PAUSE_NS = 10_000_000_000
MAX_OPENINGS = 8
OPENINGS_NS = 8_000_000_000


def is_of_pair(info: TrackInfo) -> bool:
    """Whether the track is a leg's voice, or the picture of whoever speaks."""
    return info.source in {TrackSource.MICROPHONE, face(info.site)}


class PartOpener(Protocol):
    """The call's store, as a group sees it."""

    @property
    def full(self) -> bool:
        """Whether what waits for the disk has reached its limit."""

    @property
    def spent(self) -> bool:
        """Whether no further part may be opened in this call."""

    def open_part(self, layout: Layout) -> Part: ...

    def last_part(self, leg: str, source: TrackSource) -> str | None: ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    track: Track
    frame: Frame
    media_ns: int
    mono_ns: int


class SourceGroup:
    def __init__(self, info: TrackInfo, store: PartOpener) -> None:
        self._leg, self._site = info.leg, info.site
        self._face = face(info.site)
        self._is_pair = is_of_pair(info)
        self._store = store
        self._tracks: dict[TrackSource, Track] = {}
        self._parts: dict[TrackSource, Part] = {}
        self._waiting: list[_Waiting] = []
        self._waiting_since_ns = 0
        self._realign = False
        self._realigned_ns = 0
        self._checked_ns = 0
        self._openings: deque[int] = deque(maxlen=MAX_OPENINGS)
        self._channels = 1
        self._now_ns = 0

    @property
    def waiting_bytes(self) -> int:
        return sum(len(item.frame.data) for item in self._waiting)

    def attach(self, track: Track) -> None:
        self._tracks[track.info.source] = track
        if track.info.kind is TrackKind.AUDIO:
            self._channels = max(1, min(2, track.info.channels))

    def detach(self, track: Track) -> None:
        """The track's last frame was kept; sound that goes on without its picture gets a part of
        its own, since players wait for a picture that never comes.
        """
        if any(item.track is track for item in self._waiting):
            self._open()
        self.leave(track)
        if self._tracks.get(track.info.source) is track:
            del self._tracks[track.info.source]
        sound = self._tracks.get(TrackSource.MICROPHONE)
        if track.is_video and sound is not None and self._is_pair:
            self.leave(sound)

    def held(self) -> list[TrackSource]:
        return [source for source, track in self._tracks.items() if track.reorder.waiting]

    def keep(self, track: Track, frame: Frame, media_ns: int, mono_ns: int) -> GapCause | None:
        """Takes one frame, or says why it is not kept. `media_ns` and `mono_ns` as in
        `Part.add`.
        """
        self._now_ns = max(self._now_ns, frame.arrival_ns)
        if self._store.full:
            return GapCause.STORE_FAULT
        source = track.info.source
        part = self._parts.get(source)
        begins = track.is_video and frame.keyframe and (part is None or self._wants_switch(track))
        if part is not None and not (begins and self._may_open()):
            part.add(source, frame, media_ns, mono_ns)
            return None
        if part is None and not self._waiting and not self._may_open():
            return GapCause.LOSS
        if not self._waiting:
            self._waiting_since_ns = self._now_ns
        self._waiting.append(_Waiting(track, frame, media_ns, mono_ns))
        if part is not None or self._is_complete():
            self._open()
        return None

    def leave(self, track: Track) -> None:
        part = self._parts.pop(track.info.source, None)
        if part is None:
            return
        track.assembler.break_off()
        self._finish_unused([part])

    def tick(self, now_ns: int) -> None:
        self._now_ns = max(self._now_ns, now_ns)
        if self._waiting and now_ns - self._waiting_since_ns >= KEYFRAME_WAIT_NS:
            self._open()
        if now_ns - self._checked_ns >= ALIGN_EVERY_NS:
            self._checked_ns = now_ns
            self._check_alignment()
        for track in self._tracks.values():
            if track.is_video and self._is_live(track) and self._wants_keyframe(track):
                track.want_keyframe()

    def finish(self) -> None:
        """The call ends: everything that waits goes into its part, and the parts end."""
        if self._waiting:
            self._open()
        parts = list(self._parts.values())
        self._parts.clear()
        self._finish_unused(parts)

    def _is_live(self, track: Track) -> bool:
        return self._now_ns - track.heard_ns < LIVE_NS

    def _wants_keyframe(self, track: Track) -> bool:
        last = track.keyframe_ns
        old = last is not None and self._now_ns - last >= KEYFRAME_EVERY_NS
        # The first keyframe is usually on its way; asking at once would bring a second one.
        settled = self._now_ns - track.first_heard_ns >= FIRST_KEYFRAME_NS
        return old or (settled and track.waits_for_keyframe) or self._wants_switch(track)

    def _sound(self) -> Track | None:
        """The live microphone that belongs beside this group's picture."""
        sound = self._tracks.get(TrackSource.MICROPHONE) if self._is_pair else None
        if sound is None or not sound.heard_ns or not self._is_live(sound):
            return None
        return sound

    def _wants_switch(self, video: Track) -> bool:
        mine = self._parts.get(video.info.source)
        if mine is None:
            return False
        apart = self._sound() is not None and self._parts.get(TrackSource.MICROPHONE) is not mine
        return self._realign or apart

    def _may_open(self) -> bool:
        """Hostile clocks could open parts without end; in order there are a few in a call."""
        if self._store.spent:
            return False
        full = len(self._openings) == MAX_OPENINGS
        return not full or self._now_ns - self._openings[0] >= OPENINGS_NS

    def _is_complete(self) -> bool:
        sources = {item.track.info.source for item in self._waiting}
        if not self._is_pair:
            return True
        picture = self._face in sources
        sound = TrackSource.MICROPHONE in sources or TrackSource.MICROPHONE in self._parts
        return picture and sound

    def _open(self) -> None:
        waiting, self._waiting = self._waiting, []
        tracks = {item.track.info.source: item.track for item in waiting}
        sound = self._sound()
        if self._face in tracks and sound and TrackSource.MICROPHONE in self._parts:
            tracks.setdefault(TrackSource.MICROPHONE, sound)
        starts = [item.mono_ns for item in waiting]
        for source, track in tracks.items():
            # Sound that moves over from its own part goes on where that one stops.
            if source in self._parts and track.end_ns is not None:
                starts.append(track.end_ns)
        layout = Layout(
            leg=self._leg,
            site=self._site,
            sources=tuple(sorted(tracks, key=lambda source: source is TrackSource.MICROPHONE)),
            audio_channels=self._audio_channels(tracks, waiting),
            video=_video_format(waiting),
            origin_ns=min(starts),
            offsets_ns={source: track.clock.offset_ns for source, track in tracks.items()},
            previous=next(
                filter(None, (self._store.last_part(self._leg, s) for s in tracks)), None
            ),
            cause=next((t.absence.cause for t in tracks.values() if t.absence), None),
        )
        part = self._store.open_part(layout)
        self._openings.append(self._now_ns)
        self._realign = False
        before = [self._parts[source] for source in tracks if source in self._parts]
        self._parts.update(dict.fromkeys(tracks, part))
        self._finish_unused(before)
        for item in waiting:
            part.add(item.track.info.source, item.frame, item.media_ns, item.mono_ns)

    def _audio_channels(self, tracks: Iterable[TrackSource], waiting: list[_Waiting]) -> int | None:
        if TrackSource.MICROPHONE not in tracks:
            return None
        sound = [item.frame.data for item in waiting if not item.track.is_video]
        if any(opus.is_stereo(packet) for packet in sound):
            self._channels = 2
        return self._channels

    def _finish_unused(self, parts: list[Part]) -> None:
        for part in parts:
            if not any(part is used for used in self._parts.values()):
                part.finished = True

    def _check_alignment(self) -> None:
        """Compares what the parts are pinned to with what sender reports say by now."""
        if self._realigned_ns and self._now_ns - self._realigned_ns < REALIGN_PAUSE_NS:
            return
        if self._store.spent:
            return  # a part that is a little off is better than none
        for part in {id(part): part for part in self._parts.values()}.values():
            errors = [
                self._tracks[source].clock.offset_ns - pinned
                for source, pinned in part.layout.offsets_ns.items()
                if source in self._tracks and self._parts.get(source) is part
            ]
            apart = len(errors) > 1 and max(errors) - min(errors) > SKEW_NS
            if errors and (apart or min(map(abs, errors)) > DRIFT_NS):
                self._realigned_ns = self._now_ns
                self._begin_anew(part)

    def _begin_anew(self, part: Part) -> None:
        if part.layout.video is not None:
            self._realign = True  # at the next keyframe, which `tick` asks for
            return
        sound = self._tracks.get(TrackSource.MICROPHONE)
        if sound is not None:
            self.leave(sound)


def _video_format(waiting: list[_Waiting]) -> webm.VideoFormat | None:
    for item in waiting:
        size = vp8.keyframe_size(item.frame.data) if item.track.is_video else None
        if size is not None:
            return webm.VideoFormat(*size)
    return None
