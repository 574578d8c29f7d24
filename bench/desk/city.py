"""A city with two hundred people signed in: outlets, windows, posts, certificates and sessions."""

import json
import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Table, insert, select

from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.ids import new_id
from casework.installation import opened
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.store.schema_session import session
from casework.store.tx import Tx
from portal.doors import Door

OUTLETS, WINDOWS = 40, 3
STAFF = {Door.CLERK: OUTLETS * WINDOWS, Door.REVIEWER: 60, Door.LEAD: 10, Door.AUDITOR: 10}
_NO_PASSWORD = "none"  # noqa: S105 - nobody signs in by it: the sessions are there
_SESSION_MS = 12 * 3_600_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a door, and the cookie of his session."""

    id: str
    door: Door
    token: str
    outlet: str | None = None
    window: str | None = None

    @property
    def cookies(self) -> dict[str, str]:
        return {self.door.cookie: self.token}


@dataclass(frozen=True, slots=True)
class City:
    people: tuple[Person, ...]
    items: tuple[str, ...]

    def at(self, door: Door) -> tuple[Person, ...]:
        return tuple(one for one in self.people if one.door is door)


def save_city(path: Path, city: City) -> None:
    path.write_text(json.dumps(asdict(city)), encoding="utf-8")


def load_city(path: Path) -> City:
    saved = json.loads(path.read_text(encoding="utf-8"))
    people = tuple(Person(**{**one, "door": Door(one["door"])}) for one in saved["people"])
    return City(people, tuple(saved["items"]))


def make_city(data: DataDir) -> City:
    """In an installation of the demonstration, whose catalogue and groups it uses."""
    with opened(data) as installation:
        return installation.writer.run_sync(_make, None, actor=SYSTEM)


def _make(tx: Tx, _command: None) -> City:
    centre = tx.conn.scalar(select(org.centre.c.id)) or ""
    groups = tx.conn.scalars(select(org.reviewer_group.c.code)).all()
    items = tuple(tx.conn.scalars(select(catalogue.item_version.c.code).distinct()))
    places: list[tuple[str, str]] = []
    for n in range(OUTLETS):
        outlet = new_id()
        _put(tx, org.outlet, id=outlet, centre_id=centre, name=f"示范网点{n + 1:02d}",
             kind=OutletKind.BANK, active=True)  # fmt: skip
        for code in items:
            _put(tx, org.outlet_item, id=new_id(), outlet_id=outlet, item_code=code,
                 mandatory=True, from_ms=0)  # fmt: skip
        for w in range(WINDOWS):
            window = new_id()
            _put(tx, org.window, id=window, outlet_id=outlet, number=str(w + 1),
                 name=f"{w + 1}号窗口", profile=WindowProfile.ONE_PC, accepts=True,
                 issues=True)  # fmt: skip
            places.append((outlet, window))
    people: list[Person] = []
    for door, count in STAFF.items():
        for n in range(count):
            outlet, window = places[n] if door is Door.CLERK else (None, None)
            people.append(_person(tx, door, len(people), centre, outlet, window))
            if door is Door.REVIEWER:
                for group in groups:
                    _put(tx, org.certificate, id=new_id(), staff_id=people[-1].id,
                         group_code=group, from_ms=0)  # fmt: skip
    return City(tuple(people), items)


def _person(
    tx: Tx, door: Door, number: int, centre: str, outlet: str | None, window: str | None
) -> Person:
    person = Person(new_id(), door, secrets.token_urlsafe(32), outlet, window)
    grant, code = new_id(), f"9{number:05d}"
    _put(tx, org.staff, id=person.id, number=code, name=f"人员{number:03d}", login=f"b{code}",
         password_hash=_NO_PASSWORD, employer="示范单位", active=True, outlet_id=outlet,
         centre_id=None if outlet else centre, employer_kind=EmployerKind.BUREAU)  # fmt: skip
    _put(tx, org.post_grant, id=grant, staff_id=person.id, role=door.spec.role, post="岗位",
         outlet_id=outlet, from_ms=0, granted_by=person.id)  # fmt: skip
    _put(tx, session, token_sha256=sha256(person.token.encode()).hexdigest(), door=door,
         staff_id=person.id, grant_id=grant, window_id=window, opened_ms=tx.now_ms,
         seen_ms=tx.now_ms, expires_ms=tx.now_ms + _SESSION_MS)  # fmt: skip
    return person


def _put(tx: Tx, table: Table, **values: object) -> None:
    tx.conn.execute(insert(table).values(**values))
