"""The first act of an installation: its centre, the working calendar, and one administrator."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.steps.org_act import clean, note
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.ids import new_id
from casework.model.organisation import EmployerKind
from casework.policy.organisation_refusals import AlreadyBegun
from casework.store import schema_org as s
from casework.store.tx import Tx

MAX_DAYS = 2_000


@dataclass(frozen=True, slots=True)
class BeginOrganisation:
    """`calendar` maps exceptions to whether they are worked. The password is the administrator's own."""

    origin: str
    centre: str
    number: str
    name: str
    password_hash: str
    calendar: Mapping[dt.date, bool]


@dataclass(frozen=True, slots=True)
class BegunOrganisation:
    centre_id: str
    staff_id: str


def begin_organisation(tx: Tx, command: BeginOrganisation) -> BegunOrganisation:
    """All of it or nothing. Raises NotAllowed for anyone but the program, InvalidInput, AlreadyBegun."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    if tx.conn.scalar(select(s.centre.c.id).limit(1)) is not None:
        raise AlreadyBegun
    if len(command.calendar) > MAX_DAYS:
        raise InvalidInput(field="calendar", limit=MAX_DAYS)
    if not command.password_hash:
        raise InvalidInput(field="password")
    centre = clean(command.centre, "centre")
    number = clean(command.number, "number", 20)
    centre_id, staff_id, grant_id = new_id(), new_id(), new_id()
    tx.conn.execute(insert(s.centre).values(id=centre_id, name=centre))
    if command.calendar:
        days = [{"day": day, "working": works} for day, works in sorted(command.calendar.items())]
        tx.conn.execute(insert(s.calendar_day), days)
    tx.conn.execute(
        insert(s.staff).values(
            id=staff_id,
            number=number,
            name=clean(command.name, "name", 60),
            login=number,
            password_hash=command.password_hash,
            password_to_change=False,
            employer=centre,
            employer_kind=EmployerKind.BUREAU,
            centre_id=centre_id,
            active=True,
        )
    )
    tx.conn.execute(
        insert(s.post_grant).values(
            id=grant_id,
            staff_id=staff_id,
            role=Role.ADMIN,
            post="系统管理员",
            from_ms=tx.now_ms,
            granted_by=tx.actor.id,
        )
    )
    facts = {"centre": centre_id, "staff": staff_id, "grant": grant_id}
    note(tx, command.origin, "org.begun", facts)
    return BegunOrganisation(centre_id, staff_id)
