"""The link of a launch: how it is found, and for whom it was made."""

import hashlib
from typing import Any

from sqlalchemy import Row

from casework.actor import Actor
from casework.policy.launch_refusals import LaunchElsewhere


def handle_sha256(handle: str) -> str:
    """Lower hex, by what a link is found; 32 random-looking bytes need no slow hash."""
    return hashlib.sha256(handle.encode()).hexdigest()


def refuse_elsewhere(row: Row[Any], clerk: Actor) -> None:
    """Raises LaunchElsewhere unless the launch was made for this outlet, window and clerk."""
    here = row.outlet_id == clerk.outlet and row.window_id in {None, clerk.window}
    if not here or row.staff_id not in {None, clerk.id}:
        raise LaunchElsewhere
