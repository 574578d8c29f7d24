"""The fixed pool of down m-lines of one leg, and the SSRC each has declared.

Packets carry no mid, so a page finds the m-line by SSRC alone; it must have been told that SSRC in
an offer it answered. A slot goes around: fresh (declared, never sent) -> taken (carries one
publisher incarnation) -> spent (that incarnation ended; its SSRC is never used again) -> fresh,
when an answered offer has given it a new SSRC. See docs/adr/0001.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from casework.ports import TrackKind
from signaling.relay.sdp_offer import OfferSection

AUDIO_SLOTS = 3
VIDEO_SLOTS = 6


class SlotState(Enum):
    FRESH = "fresh"
    TAKEN = "taken"
    SPENT = "spent"


@dataclass(slots=True)
class Slot:
    """`ssrc` is what the next offer declares; it may carry packets when `state` is FRESH and the
    page has answered (`declared` equals it and `accepted` holds).
    """

    mid: str
    kind: TrackKind
    number: int
    stream: str
    ssrc: int
    declared: int | None = None
    accepted: bool = False
    state: SlotState = SlotState.FRESH

    @property
    def ready(self) -> bool:
        return self.state is SlotState.FRESH and self.accepted and self.declared == self.ssrc

    def section(self) -> OfferSection:
        return OfferSection(self.mid, self.kind, self.ssrc, self.stream)


class SlotPool:
    """`speaker` False leaves the audio slots out. An audio slot and the video slot of the same
    number share a stream name, so that a page plays voice and face of one leg in step.
    """

    def __init__(self, *, speaker: bool) -> None:
        self._used: set[int] = {0}
        self.slots: list[Slot] = []
        if speaker:
            self._add(TrackKind.AUDIO, AUDIO_SLOTS)
        self._add(TrackKind.VIDEO, VIDEO_SLOTS)

    def _add(self, kind: TrackKind, count: int) -> None:
        for number in range(1, count + 1):
            slot = Slot(f"{kind}-{number}", kind, number, f"stream-{number}", self._new_ssrc())
            self.slots.append(slot)

    def _new_ssrc(self) -> int:
        ssrc = 0
        while ssrc in self._used:
            ssrc = secrets.randbits(32)
        self._used.add(ssrc)
        return ssrc

    def sections(self) -> list[OfferSection]:
        return [slot.section() for slot in self.slots]

    def take(self, kind: TrackKind, prefer: Collection[int] = ()) -> Slot | None:
        """A ready slot, by preference one with a number in `prefer`; None = renegotiate first."""
        ready = [s for s in self.slots if s.kind is kind and s.ready]
        if not ready:
            return None
        slot = min(ready, key=lambda s: (s.number not in prefer, s.number))
        slot.state = SlotState.TAKEN
        return slot

    def release(self, slot: Slot) -> None:
        slot.state = SlotState.SPENT

    def renew_spent(self) -> bool:
        """Gives every spent slot a new SSRC for the next offer; True when there was one."""
        spent = [slot for slot in self.slots if slot.state is SlotState.SPENT]
        for slot in spent:
            slot.ssrc = self._new_ssrc()
            slot.state = SlotState.FRESH
        return bool(spent)

    def answered(self, offered: Iterable[OfferSection], accepted: Collection[str]) -> None:
        """The page answered an offer of these sections and receives on the mids `accepted`."""
        declared = {section.mid: section.ssrc for section in offered}
        for slot in self.slots:
            slot.declared = declared.get(slot.mid)
            slot.accepted = slot.mid in accepted
