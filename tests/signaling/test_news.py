"""Whatever changes what a room does is news of its call: a keeper that waits for news misses nothing."""

from hypothesis.stateful import initialize, invariant

from casework.store.reading import stream_seq
from scenes.call_machine import CallMachine, at_random
from signaling.rooms.plan import RoomPlan, read_plan


def what_a_room_does(plan: RoomPlan) -> object:
    """All that `Room.reconcile` takes from a plan, but for what its keeper writes or hears itself:
    the lease, the numbers of facts, and who sits down.
    """
    return (
        plan.needs_room,
        plan.settled,
        plan.withdrawn,
        plan.call.end_reason,
        plan.routes(),
        {leg.id: (leg.state, plan.admits(leg), leg.admitted) for leg in plan.legs},
        {leg.id: plan.line(leg.id).up for leg in plan.legs},
    )


class NewsMachine(CallMachine):
    @initialize()
    def nothing_is_known(self):
        self.known: dict[str, tuple[int, object]] = {}

    @invariant()
    def what_changes_a_room_is_news_of_its_call(self):
        if not hasattr(self, "known") or not hasattr(self, "hall"):
            return
        with self.k.store.reading() as conn:
            for call in self.calls:
                seen = stream_seq(conn, f"call:{call}"), what_a_room_does(read_plan(conn, call))
                before = self.known.get(call, seen)
                assert seen == before or seen[0] > before[0], (before, seen)
                self.known[call] = seen


TestNews = at_random(NewsMachine, 12)
