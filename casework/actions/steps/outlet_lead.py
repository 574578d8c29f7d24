"""Whose window it is, and which day it is there. Not an action."""

from datetime import date

from casework.actions.steps.org_act import open_row
from casework.actor import Role
from casework.calendar import day_of
from casework.errors import NotAllowed, NotFound
from casework.store import schema_org as s
from casework.store.tx import Tx


def own_window(tx: Tx, window_id: str, *, leads_only: bool = False) -> str:
    """The outlet's id. Raises NotAllowed, NotFound for a window of another outlet, AlreadyClosed."""
    roles = {Role.OUTLET_LEAD} if leads_only else {Role.OUTLET_LEAD, Role.CLERK}
    if tx.actor.role not in roles or tx.actor.outlet is None:
        raise NotAllowed(reason="role_may_not")
    outlet_id = str(open_row(tx, s.window, window_id).outlet_id)
    if outlet_id != tx.actor.outlet:
        raise NotFound("no such window at this outlet")
    return outlet_id


def today_of(tx: Tx) -> date:
    return day_of(tx.now_ms)
