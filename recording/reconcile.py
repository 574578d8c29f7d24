"""Start-up reconciliation at the desk: what the disk holds against what the log has.

A call whose worker is gone is closed in its journal, exactly as the worker would have done it; so
the desk logs these events by the same action as any other, and nothing stays "recording" for ever.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from casework.clock import Clock
from casework.ports import GapCause
from casework.worker_link.messages import DurableEvent, Gap, RecordingFault, RoomClosed
from recording.format import check_call_id
from recording.worker.journal import JOURNAL_NAME, Journal, read_journal
from recording.worker.journal_repair import JournalMender
from recording.worker.ledger import Absence, Source
from recording.worker.record_disk import RecordDisk
from recording.worker.recovery import Leftover, settle

_TAIL_BYTES = 4096


class StillRecordedError(Exception):
    """A living worker holds the call's journal; its own events will come."""


def reconcile(
    directory: Path,
    call: str,
    *,
    logged: int,
    expected: Iterable[Source],
    clock: Clock,
    reason: str = "worker_lost",
    disk: RecordDisk | None = None,
) -> list[DurableEvent]:
    """Closes what a dead worker left open and returns the durable events after number `logged`.

    `expected` are all sources (leg, source) the call ever expected: one that was never recorded
    gets a line in the ledger. Running it again changes nothing and returns the same events.
    A damaged journal is mended first, and the ledger says so.
    Raises StillRecordedError, FormatError (call id) or OSError.
    """
    check_call_id(call)
    journal = Journal(directory, disk or RecordDisk())
    try:
        before = journal.open(JournalMender(call, clock, logged))
    except BlockingIOError:
        raise StillRecordedError(call) from None
    try:
        if not journal.closed:
            left = settle(directory, call, before, clock)
            journal.append(
                [
                    *_damage(call, journal.lost, clock),
                    *left.events,
                    *_restart_gaps(call, before, left, expected, clock),
                    RoomClosed(
                        call=call,
                        n=0,
                        t_ms=clock.wall_ms(),
                        mono_ms=clock.mono_ms(),
                        reason=reason,
                        parts=len(left.heads),
                    ),
                ]
            )
    finally:
        journal.close()
    return read_journal(directory, logged)


def unfinished(root: Path) -> Iterator[str]:
    """Calls under `root` whose journal does not tell of an end; reads only each journal's tail."""
    for journal in sorted(root.glob(f"*/{JOURNAL_NAME}")):
        with journal.open("rb") as file:
            file.seek(max(0, journal.stat().st_size - _TAIL_BYTES))
            last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
        if not last.startswith(b'{"type":"room_closed"'):
            yield journal.parent.name


def _damage(call: str, lost: int, clock: Clock) -> list[RecordingFault]:
    """Lines that stood in the journal and stand there no more, told under a number of its own: the
    desk may have had those of the lines themselves.
    """
    if not lost:
        return []
    fault = RecordingFault(
        call=call,
        n=0,
        t_ms=clock.wall_ms(),
        mono_ms=clock.mono_ms(),
        cause=GapCause.STORE_FAULT,
        detail=f"journal damaged, lines lost: {lost}",
    )
    return [fault]


def _restart_gaps(
    call: str,
    before: Iterable[DurableEvent],
    left: Leftover,
    expected: Iterable[Source],
    clock: Clock,
) -> list[Gap]:
    """Since when each source is missing, and what took it. The monotonic clock begins anew with the machine: then
    nobody can tell how long the gap was, and it is written with no length.
    """
    now_ms = clock.mono_ms()
    begun_ms = min((e.mono_ms for e in before if not isinstance(e, Gap)), default=now_ms)
    absent = dict(left.absent)
    for source in expected:
        if source not in left.last_part:
            absent.setdefault(source, Absence(begun_ms * 1_000_000, GapCause.WORKER_RESTART))
    return [
        Gap(
            call=call,
            n=0,
            t_ms=clock.wall_ms(),
            leg=leg,
            source=source,
            cause=absence.cause,
            from_mono_ms=absence.from_ns // 1_000_000,
            to_mono_ms=max(absence.from_ns // 1_000_000, now_ms),
            frames=None,
        )
        for (leg, source), absence in sorted(absent.items())
    ]
