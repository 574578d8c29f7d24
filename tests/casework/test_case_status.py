"""The status ladder of a whole case: as far as the entry that is furthest behind, never further."""

from casework.actions.view_case import ViewCase, view_case
from casework.actor import SYSTEM, Actor, Role
from casework.log.case_status import CaseStanding, case_status
from casework.log.sequenced import SetLogIndexes, set_log_indexes, waiting
from casework.log.status import EntryStatus, Rung
from casework.store.case_rows import load_case
from casework.views.case_standing import case_standing
from scenes.log_standing import LogStanding

AUDITOR = Actor("auditor-1", Role.AUDITOR)


def log_all(k, first: int) -> int:
    """Everything that waits is in the log now, from `first` on; the log's size then."""
    with k.store.reading() as conn:
        positions = tuple(entry.position for entry in waiting(conn, limit=1_000))
    k.writer.run_sync(set_log_indexes, SetLogIndexes(first, positions), actor=SYSTEM)
    return first + len(positions)


def sealed(tx, case_id: str) -> None:
    tx.entry("package.sealed", f"case:{case_id}", plain={})


def noted(tx, chain: str) -> None:
    tx.entry("desk.case.noted", chain, plain={})


def standing(k, case_id: str) -> CaseStanding:
    with k.store.reading() as conn:
        return case_standing(conn, load_case(conn, case_id))


def test_one_entry_that_waits_keeps_the_whole_case_down(k, desk):
    case_id = desk.in_review()
    assert standing(k, case_id) == CaseStanding(None, None)
    size = log_all(k, 100)
    logged = standing(k, case_id)
    assert logged.newest is not None
    assert logged.newest < size
    k.writer.run_sync(noted, f"case:{case_id}", actor=SYSTEM)
    assert standing(k, case_id).newest is None
    k.writer.run_sync(noted, "case:ANOTHER", actor=SYSTEM)
    log_all(k, size)
    assert standing(k, case_id).newest == size


def test_a_seal_holds_until_something_is_done_again(k, desk):
    case_id = desk.in_review()
    k.writer.run_sync(sealed, case_id, actor=SYSTEM)
    assert standing(k, case_id).seal is None
    size = log_all(k, 0)
    assert standing(k, case_id).seal == size - 1
    # Looked at is not done.
    k.writer.run_sync(view_case, ViewCase(case_id, "抽查"), actor=AUDITOR)
    assert standing(k, case_id) == CaseStanding(None, size - 1)
    k.writer.run_sync(noted, f"case:{case_id}", actor=SYSTEM)
    assert standing(k, case_id).seal is None


def test_each_rung_is_reached_by_what_is_known_of_the_log():
    log = LogStanding(published=10)
    log.witnesses = 3
    case = CaseStanding(newest=9, seal=8)

    def entries() -> EntryStatus:
        return case_status(case, log).entries

    assert entries() == EntryStatus(Rung.LOGGED, 0, 3)
    log.cosigned_size, log.signers = 9, 2
    assert entries() == EntryStatus(Rung.LOGGED, 0, 3)
    log.cosigned_size = 10
    assert entries() == EntryStatus(Rung.WITNESSED, 2, 3)
    log.stamps = [(9, 111), (10, 222)]
    assert entries() == EntryStatus(Rung.WITNESSED, 2, 3, 222)
    log.size = 9
    assert entries().rung is Rung.RECORDED


def test_a_seal_counts_once_it_is_published():
    log = LogStanding(published=8)
    assert not case_status(CaseStanding(newest=7, seal=8), log).sealed
    log.size = 9
    assert case_status(CaseStanding(newest=7, seal=8), log).sealed


def test_the_rung_of_time_stamps_is_there_where_somebody_stamps():
    log = LogStanding(published=10)
    case = CaseStanding(newest=3, seal=None)
    assert not case_status(case, log).time_stamping
    log.stamps = [(5, 1)]
    assert case_status(case, log).time_stamping
    log.stamps, log.time_stamping = [], True
    assert case_status(case, log).time_stamping
