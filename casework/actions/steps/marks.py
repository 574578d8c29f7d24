"""Points on the timeline of a recording. The entry that says the same is the calling act's."""

from sqlalchemy import insert, update

from casework.actions.steps.publish import publishing
from casework.ids import new_id
from casework.model.call import MarkKind
from casework.store import schema_call as s
from casework.store.tx import Tx


def place_mark(
    tx: Tx, call_id: str, kind: MarkKind, *, case_id: str | None = None, ref: str | None = None
) -> str:
    """Places a mark and tells the call's pages; returns its id."""
    with publishing(tx, "mark.placed", f"call:{call_id}", moves_queue=False):
        return write_mark(tx, call_id, kind, case_id=case_id, ref=ref)


def write_mark(
    tx: Tx, call_id: str, kind: MarkKind, *, case_id: str | None = None, ref: str | None = None
) -> str:
    """As `place_mark`, inside an act that publishes the call itself.

    An identity that is confirmed anew after a drop is the re-check, and more.
    """
    mark_id = new_id()
    tx.conn.execute(
        insert(s.mark).values(
            id=mark_id,
            call_id=call_id,
            kind=kind,
            t_ms=tx.now_ms,
            mono_ms=tx.mono_ms,
            actor_id=tx.actor.id,
            case_id=case_id,
            ref=ref,
        )
    )
    if kind is MarkKind.IDENTITY:
        tx.conn.execute(update(s.call).where(s.call.c.id == call_id).values(recheck_due=False))
    return mark_id
