"""A window gets another name, profile or task. Its number stays: papers name it."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.open_window import refuse_idle
from casework.actions.steps.org_act import administer, clean, note, open_row
from casework.actions.steps.place_use import refuse_awaited_results, refuse_running_calls
from casework.model.outlet import WindowProfile
from casework.store import schema_org as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    origin: str
    window_id: str
    name: str
    profile: WindowProfile
    accepts: bool
    issues: bool


def change_window(tx: Tx, command: ChangeWindow) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput, StillInUse while a call runs whose
    legs were admitted by the profile, or where results wait for the last window that issues.
    """
    administer(tx)
    row = open_row(tx, s.window, command.window_id)
    name = clean(command.name, "name")
    refuse_idle(accepts=command.accepts, issues=command.issues)
    if row.profile != command.profile:
        refuse_running_calls(tx, command.window_id)
    if row.issues and not command.issues:
        refuse_awaited_results(tx, command.window_id)
    values = {"name": name, "profile": command.profile}
    tx.conn.execute(
        update(s.window)
        .where(s.window.c.id == command.window_id)
        .values(**values, accepts=command.accepts, issues=command.issues)
    )
    facts = {"window": command.window_id, "profile": command.profile.value}
    note(tx, command.origin, "org.window_changed", facts)
