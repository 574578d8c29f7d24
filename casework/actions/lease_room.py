"""A media worker is given the call's room; the number it gets fences every older one."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of


@dataclass(frozen=True, slots=True)
class LeaseRoom:
    call_id: str
    worker: str


@dataclass(frozen=True, slots=True)
class RoomLeased:
    epoch: int


def lease_room(tx: Tx, command: LeaseRoom) -> RoomLeased:
    """Raises NotFound, NotAllowed, CallStateForbids."""
    call = call_of(tx.conn, command.call_id)
    require(tx.actor, CallVerb.LEASE_ROOM, call)
    epoch = tx.conn.execute(
        update(s.call)
        .where(s.call.c.id == call.id)
        .values(epoch=s.call.c.epoch + 1, worker=command.worker)
        .returning(s.call.c.epoch)
    ).scalar_one()
    tx.entry(
        "desk.room.leased",
        f"call:{call.id}",
        plain={"worker": command.worker, "epoch": epoch},
    )
    return RoomLeased(epoch)
