"""A made-up city for demonstrations and tests: one hall, two outlets, and the people in them.

Nothing here is real: names are numbers, the bank is 示范银行. Whoever seeds gives the password
hashes; this package does not know how passwords are hashed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.publish_item import PublishItem, publish_item
from casework.actor import Actor, Role
from casework.catalogue.loader import load_catalogue
from casework.errors import InvalidInput, NotAllowed
from casework.ids import new_id
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.store import schema_org as s
from casework.store.tx import Tx

CENTRE = "市人社大厅"
GROUPS = {"insurance": "社会保险", "employment": "就业与人才"}


@dataclass(frozen=True, slots=True)
class _Outlet:
    name: str
    kind: OutletKind
    employer: str
    windows: Mapping[str, WindowProfile]


OUTLETS = {
    "bank": _Outlet(
        "示范银行第一支行",
        OutletKind.BANK,
        "示范银行",
        {
            "1": WindowProfile.ONE_PC,
            "2": WindowProfile.TABLET,
            "3": WindowProfile.REMOTE_CITIZEN,
        },
    ),
    "community": _Outlet(
        "示范社区便民服务中心",
        OutletKind.COMMUNITY,
        "示范社区",
        {"1": WindowProfile.ONE_PC, "2": WindowProfile.TABLET},
    ),
}


@dataclass(frozen=True, slots=True)
class _Person:
    login: str
    number: str
    name: str
    role: Role
    post: str
    outlet: str | None = None
    groups: tuple[str, ...] = ()


PEOPLE = (
    _Person("clerk1", "101", "柜员01", Role.CLERK, "综合柜员", "bank"),
    _Person("clerk2", "102", "柜员02", Role.CLERK, "综合柜员", "bank"),
    _Person("usher1", "103", "引导员01", Role.USHER, "引导员", "bank"),
    _Person("clerk3", "201", "柜员03", Role.CLERK, "综合柜员", "community"),
    _Person("clerk4", "202", "柜员04", Role.CLERK, "综合柜员", "community"),
    _Person(
        "reviewer1", "01", "审核员01", Role.REVIEWER, "审核员", groups=("insurance", "employment")
    ),
    _Person(
        "reviewer2", "02", "审核员02", Role.REVIEWER, "审核员", groups=("insurance", "employment")
    ),
    _Person("reviewer3", "03", "审核员03", Role.REVIEWER, "审核员", groups=("employment",)),
    _Person("lead", "10", "值班领导01", Role.DUTY_LEAD, "值班领导"),
    _Person("auditor", "20", "稽核员01", Role.AUDITOR, "稽核员"),
    _Person("admin", "30", "管理员01", Role.ADMIN, "系统管理员"),
)
LOGINS = tuple(person.login for person in PEOPLE)


@dataclass(frozen=True, slots=True)
class SeedDemo:
    """`password_hashes` by login, one for each of LOGINS."""

    password_hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SeededDemo:
    """`actors` by login, a clerk at the first window of his outlet; `windows` by OUTLET/NUMBER."""

    centre_id: str
    outlets: dict[str, str]
    windows: dict[str, str]
    actors: dict[str, Actor]
    items: tuple[str, ...]


def seed_demo(tx: Tx, command: SeedDemo) -> SeededDemo:
    """Makes the city in an empty store. Raises NotAllowed for anyone but the program itself,
    InvalidInput when a hash is missing or the store holds an organisation already.
    """
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not", verb="seed_demo")
    if set(LOGINS) - command.password_hashes.keys():
        raise InvalidInput(field="password_hashes")
    if tx.conn.scalar(select(s.centre.c.id).limit(1)) is not None:
        raise InvalidInput("the store holds an organisation already", field="store")
    centre_id = new_id()
    tx.conn.execute(insert(s.centre).values(id=centre_id, name=CENTRE))
    for code, name in GROUPS.items():
        tx.conn.execute(insert(s.reviewer_group).values(code=code, centre_id=centre_id, name=name))
    outlets, windows = _places(tx, centre_id)
    items = _catalogue(tx, outlets)
    actors = {
        person.login: _person(
            tx, person, command.password_hashes[person.login], centre_id, outlets, windows
        )
        for person in PEOPLE
    }
    return SeededDemo(centre_id, outlets, windows, actors, items)


def _places(tx: Tx, centre_id: str) -> tuple[dict[str, str], dict[str, str]]:
    outlets: dict[str, str] = {}
    windows: dict[str, str] = {}
    for key, outlet in OUTLETS.items():
        outlets[key] = new_id()
        tx.conn.execute(
            insert(s.outlet).values(
                id=outlets[key],
                centre_id=centre_id,
                name=outlet.name,
                kind=outlet.kind,
                active=True,
            )
        )
        for number, profile in outlet.windows.items():
            windows[f"{key}/{number}"] = new_id()
            tx.conn.execute(
                insert(s.window).values(
                    id=windows[f"{key}/{number}"],
                    outlet_id=outlets[key],
                    number=number,
                    name=f"{number}号窗口",
                    profile=profile,
                    accepts=True,
                    issues=True,
                )
            )
    return outlets, windows


def _catalogue(tx: Tx, outlets: Mapping[str, str]) -> tuple[str, ...]:
    """Publishes the shipped items; both outlets may accept all of them."""
    report = load_catalogue()
    if report.bad_rows:
        raise InvalidInput("the shipped catalogue has bad rows", field=report.bad_rows[0].file)
    for item in report.items:
        publish_item(tx, PublishItem(item))
        for outlet_id in outlets.values():
            tx.conn.execute(
                insert(s.outlet_item).values(
                    id=new_id(),
                    outlet_id=outlet_id,
                    item_code=item.code,
                    mandatory=True,
                    from_ms=0,
                )
            )
    return tuple(item.id for item in report.items)


def _person(
    tx: Tx,
    person: _Person,
    password_hash: str,
    centre_id: str,
    outlets: Mapping[str, str],
    windows: Mapping[str, str],
) -> Actor:
    staff_id = new_id()
    outlet_id = outlets[person.outlet] if person.outlet else None
    tx.conn.execute(
        insert(s.staff).values(
            id=staff_id,
            number=person.number,
            name=person.name,
            login=person.login,
            password_hash=password_hash,
            employer=OUTLETS[person.outlet].employer if person.outlet else CENTRE,
            employer_kind=EmployerKind.BANK if outlet_id else EmployerKind.BUREAU,
            outlet_id=outlet_id,
            centre_id=None if person.outlet else centre_id,
            active=True,
        )
    )
    grant_id = new_id()
    tx.conn.execute(
        insert(s.post_grant).values(
            id=grant_id,
            staff_id=staff_id,
            role=person.role,
            post=person.post,
            outlet_id=outlet_id,
            from_ms=0,
            granted_by=staff_id,
        )
    )
    for group in person.groups:
        tx.conn.execute(
            insert(s.certificate).values(
                id=new_id(), staff_id=staff_id, group_code=group, from_ms=0
            )
        )
    window = windows[f"{person.outlet}/1"] if person.role is Role.CLERK else None
    return Actor(id=staff_id, role=person.role, post=grant_id, outlet=outlet_id, window=window)
