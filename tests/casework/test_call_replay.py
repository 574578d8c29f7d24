"""Snapshot + events = fresh snapshot, after any acts in any order, refused ones among them."""

from hypothesis.stateful import initialize, invariant

from casework.model.call import OVER
from casework.model.merge_patch import JsonObject, merge
from casework.store.reading import events_after
from casework.views.snapshots import snapshot
from scenes.call_machine import CallMachine, at_random


class ReplayMachine(CallMachine):
    @initialize()
    def nothing_is_kept(self):
        self.kept: dict[str, tuple[int, JsonObject]] = {}

    @invariant()
    def replay_equals_a_fresh_snapshot(self):
        if not hasattr(self, "hall"):
            return
        streams = ["hall", "queue", f"window:{self.hall.window}"]
        streams += [f"staff:{reviewer.id}" for reviewer in self.hall.reviewers]
        streams += [f"call:{call_id}" for call_id in self.calls]
        with self.k.store.reading() as conn:
            for stream in streams:
                number, state = self.kept.get(stream, (0, None))
                if state is None and not stream.startswith("call:"):
                    # Where a page comes in: what stood before the first event.
                    events = events_after(conn, stream, 0)
                    number, state = (events[-1].seq if events else 0), snapshot(conn, stream)
                state = state or {}
                for event in events_after(conn, stream, number):
                    assert event.seq == number + 1
                    number, state = event.seq, merge(state, event.data)
                assert state == snapshot(conn, stream), stream
                self.kept[stream] = (number, state)

    @invariant()
    def nobody_is_in_two_calls(self):
        if not hasattr(self, "hall"):
            return
        open_calls = [c for c in map(self.stage.call, self.calls) if c.state not in OVER]
        busy = [call.reviewer_id for call in open_calls if call.reviewer_id]
        assert len(busy) == len(set(busy))


TestReplay = at_random(ReplayMachine, 12)
