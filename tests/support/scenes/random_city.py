"""A city in which random people do random things: it is founded once, each run gets a copy of it, and
what may never happen is looked for after every step.
"""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casework.actions.end_call import EndCall, end_call
from casework.actor import Actor, Role
from casework.clock import ManualClock
from casework.errors import DomainError
from casework.keys.kek import read_kek
from casework.keys.key_file import KeyFile
from casework.keys.key_ring import KeyRing
from casework.model.call import CallKind
from casework.model.case import CaseState
from casework.model.merge_patch import merge
from casework.model.supplement import SecondNoticeAnswer
from casework.policy.transitions import TRANSITIONS
from casework.seed import SeededDemo
from casework.store import schema_case as s
from casework.store import schema_notice as n
from casework.store.engine import open_store
from casework.store.reading import entries_of, events_after
from casework.store.writer import Writer
from casework.views.case_snapshot import case_snapshot
from scenes.call_scene import Stage
from scenes.case_scene import Desk, seeded_city
from scenes.kernel import Kernel, kernel
from scenes.lapsing import publish_lapsing

STEPS = frozenset((row.source, row.target) for row in TRANSITIONS)
SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Founded:
    folder: Path
    city: SeededDemo
    cases: tuple[str, ...]
    precheck: str


@functools.cache
def founded() -> Founded:
    """The seeded city with three cases: two accepted ones of two groups, and a signed draft, about which a
    pre-check is being wrapped up. An item of the third lets cases lapse.
    """
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with kernel(folder, clock=ManualClock()) as made:
        desk = Desk(made, seeded_city(made))
        publish_lapsing(desk, "SK-001")
        cases = (desk.accepted(), desk.signed(), desk.accepted("SK-001"))
        stage = Stage(made, desk.hall(cases[1]))
        precheck, *_legs = stage.active(desk.reviewer, kind=CallKind.PRECHECK)
        desk.run(end_call, EndCall(precheck), desk.reviewer)
        return Founded(folder, desk.city, cases, precheck)


class RandomCity:
    """A copy of the founded city; `attempt` lets somebody try something, `check` looks at all of it."""

    def __init__(self) -> None:
        first = founded()
        self.close = ExitStack()
        folder = Path(self.close.enter_context(tempfile.TemporaryDirectory())) / "city"
        shutil.copytree(first.folder, folder)
        keys = KeyRing(KeyFile(folder / "keys.sqlite3", read_kek(folder / "kek")))
        self.close.callback(keys.close)
        store = open_store(f"sqlite:///{folder / 'desk.sqlite3'}")
        self.close.callback(store.close)
        self.clock = ManualClock()
        writer = Writer(store, clock=self.clock, keys=keys)
        writer.start()
        self.close.callback(writer.stop)
        self.desk = Desk(Kernel(store, writer, keys, self.clock), first.city)
        self.cases = first.cases
        self.precheck = first.precheck
        self.replayed: dict[str, Any] = {case_id: {} for case_id in self.cases}
        self.read_to = dict.fromkeys(self.cases, 0)
        self.before = self.seen()
        self.reached = {state for state, *_rest in self.before.values()}

    def actor(self, who: str, role: Role | None = None) -> Actor:
        """With another `role` the same person in another post, at the bank's first window."""
        if who == SCREEN:
            return self.desk.screen
        actor = self.desk.city.actors[who]
        if role is None:
            return actor
        clerk = self.desk.clerk
        return replace(actor, role=role, outlet=clerk.outlet, window=clerk.window)

    def seen(self) -> dict[str, tuple[CaseState, int, int]]:
        """State, version and number of entries of each case."""
        with self.desk.kernel.store.reading() as conn:
            return {
                case_id: (case.state, case.version, len(entries_of(conn, case.chain)))
                for case_id in self.cases
                if (case := self.desk.case(case_id))
            }

    def attempt(
        self, action: Callable[..., Any], command: Any, who: str, role: Role | None = None
    ) -> None:
        """Done or refused; a refused act leaves everything as it was."""
        try:
            self.desk.run(action, command, self.actor(who, role))
        except DomainError:
            if self.seen() != self.before:
                raise AssertionError("a refused act changed something") from None
        else:
            self.check()

    def check(self) -> None:
        """What holds after every act. A case on which nothing was done is not looked at again."""
        after = self.seen()
        for case_id, (_, version, entries) in after.items():
            _, old_version, old_entries = self.before[case_id]
            if version - old_version != entries - old_entries:
                raise AssertionError("entry and change go together")
            if version != old_version:
                self._check_intervals(case_id)
                self._check_hands(case_id)
                self._check_notices(case_id)
                self._check_replay(case_id)
        self.before = after
        self.reached |= {state for state, *_rest in after.values()}

    def _check_replay(self, case_id: str) -> None:
        with self.desk.kernel.store.reading() as conn:
            stream = f"case:{case_id}"
            for event in events_after(conn, stream, self.read_to[case_id]):
                self.replayed[case_id] = merge(self.replayed[case_id], event.data)
                self.read_to[case_id] = event.seq
            if self.replayed[case_id] != case_snapshot(conn, case_id):
                raise AssertionError("events do not rebuild the state")

    def _check_intervals(self, case_id: str) -> None:
        with self.desk.kernel.store.reading() as conn:
            rows = conn.scalars(
                select(s.case_state.c.state)
                .where(s.case_state.c.case_id == case_id)
                .order_by(s.case_state.c.number)
            ).all()
        states = [CaseState(row) for row in rows]
        forbidden = set(zip([None, *states], states, strict=False)) - STEPS
        if forbidden or states[-1] is not self.desk.case(case_id).state:
            raise AssertionError(f"forbidden: {forbidden}")

    def _check_hands(self, case_id: str) -> None:
        """受审分离, and nobody reviews or issues what he did on the other side."""
        with self.desk.kernel.store.reading() as conn:
            rows = conn.execute(select(s.case_hand).where(s.case_hand.c.case_id == case_id)).all()
        sides = {role: {row.staff_id for row in rows if row.role == role} for role in Role}
        case = self.desk.case(case_id)
        breaches = (
            sides[Role.CLERK] & sides[Role.REVIEWER],
            {case.issued_by} & sides[Role.REVIEWER],
            {case.decided_by} & sides[Role.CLERK],
        )
        if any(breaches):
            raise AssertionError(f"separation of duties: {breaches}")

    def _check_notices(self, case_id: str) -> None:
        """One list without leave; each further one by a lead who had no hand in the case before."""
        with self.desk.kernel.store.reading() as conn:
            notices = conn.execute(
                select(n.case_notice)
                .where(n.case_notice.c.case_id == case_id)
                .order_by(n.case_notice.c.round)
            ).all()
            leaves = conn.execute(
                select(n.case_notice_leave).where(
                    n.case_notice_leave.c.case_id == case_id,
                    n.case_notice_leave.c.answer == SecondNoticeAnswer.ALLOWED,
                )
            ).all()
        allowed = {leave.round for leave in leaves if leave.asked_by != leave.answered_by}
        rounds = [notice.round for notice in notices]
        if rounds != list(range(1, len(rounds) + 1)) or not set(rounds[1:]) <= allowed:
            raise AssertionError("a further list without leave")
        waiting = [notice for notice in notices if notice.ended_at_ms is None]
        state = self.desk.case(case_id).state
        waits = state in {CaseState.SUPPLEMENT_REQUIRED, CaseState.LAPSED}
        if len(waiting) != waits and not (state is CaseState.WITHDRAWN and len(waiting) <= 1):
            raise AssertionError("a list that waits belongs to a case that waits")
