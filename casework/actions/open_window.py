"""An outlet gets a window."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.steps.org_act import administer, clean, note, open_row
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.outlet import WindowProfile
from casework.policy.organisation_refusals import NameTaken
from casework.store import schema_org as s
from casework.store.tx import Tx

MAX_NUMBER = 10


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """`accepts` 受理窗口, `issues` 出件窗口: at least one of them."""

    origin: str
    outlet_id: str
    number: str
    name: str
    profile: WindowProfile
    accepts: bool = True
    issues: bool = True


@dataclass(frozen=True, slots=True)
class OpenedWindow:
    id: str


def open_window(tx: Tx, command: OpenWindow) -> OpenedWindow:
    """A number is used once at an outlet, closed windows included: papers name it.

    Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput, NameTaken.
    """
    administer(tx)
    open_row(tx, s.outlet, command.outlet_id)
    number = clean(command.number, "number", MAX_NUMBER)
    name = clean(command.name, "name")
    refuse_idle(accepts=command.accepts, issues=command.issues)
    taken = tx.conn.scalar(
        select(s.window.c.id).where(
            s.window.c.outlet_id == command.outlet_id, s.window.c.number == number
        )
    )
    if taken is not None:
        raise NameTaken(field="number")
    window_id = new_id()
    tx.conn.execute(
        insert(s.window).values(
            id=window_id,
            outlet_id=command.outlet_id,
            number=number,
            name=name,
            profile=command.profile,
            accepts=command.accepts,
            issues=command.issues,
        )
    )
    facts = {"window": window_id, "outlet": command.outlet_id, "profile": command.profile.value}
    note(tx, command.origin, "org.window_opened", facts)
    return OpenedWindow(window_id)


def refuse_idle(*, accepts: bool, issues: bool) -> None:
    if not (accepts or issues):
        raise InvalidInput("a window accepts, issues, or both", field="accepts")
