"""The clerk sends the window's citizen screen away."""

from dataclasses import dataclass

from casework.actions.pair_citizen_screen import revoke_screens
from casework.actions.steps.leave_seat import leave_citizen_seat
from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import NotAllowed
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RevokeCitizenScreen:
    """Of the actor's own window."""


def revoke_citizen_screen(tx: Tx, _command: RevokeCitizenScreen) -> None:
    """Raises NotAllowed."""
    if tx.actor.role is not Role.CLERK or tx.actor.window is None:
        raise NotAllowed(reason="no_window")
    leave_citizen_seat(tx, tx.actor.window)
    with publishing(tx, "window.screen_revoked", f"window:{tx.actor.window}"):
        revoke_screens(tx, tx.actor.window)
