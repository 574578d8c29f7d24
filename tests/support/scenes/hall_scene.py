"""A small world around a call, for tests: one outlet, three windows, three reviewers, one case."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert

from casework.actions.publish_item import PublishItem, publish_item
from casework.actor import SYSTEM, Actor, Role
from casework.catalogue.guide import LegalBasis
from casework.catalogue.item import ItemVersion, Nature, RiskTier
from casework.ids import new_id
from casework.model.applicant import ApplicantKind
from casework.model.case import Case, CaseState
from casework.model.interruption import InterruptionPolicy
from casework.model.outlet import OutletKind, WindowProfile
from casework.store import schema_org as org
from casework.store.case_rows import insert_case
from casework.store.tx import Tx
from casework.store.writer import Writer

GROUP = "unemployment"


@dataclass(frozen=True, slots=True)
class Hall:
    """`window` is a one_pc window, `tablet_window` has a tablet; `case_id` is accepted. At the window
    of `remote_clerk` citizens take part from elsewhere.
    """

    outlet: str
    window: str
    tablet_window: str
    clerk: Actor
    tablet_clerk: Actor
    screen: Actor
    tablet_screen: Actor
    reviewers: tuple[Actor, Actor, Actor]
    lead: Actor
    case_id: str
    remote_clerk: Actor | None = None
    remote_screen: Actor | None = None


@dataclass(frozen=True, slots=True)
class BuildHall:
    interruption: InterruptionPolicy = InterruptionPolicy.RESUME_WITH_RECHECK


def an_item(interruption: InterruptionPolicy) -> ItemVersion:
    """An item that must be approved in a recorded call and changes nothing."""
    return ItemVersion(
        code="SY001",
        version=1,
        name="失业保险金账号变更",
        nature=Nature.SERVICE,
        group=GROUP,
        risk=RiskTier.MEDIUM,
        bases=(LegalBasis("社会保险经办条例"),),
        conditions=(),
        materials=(),
        fields=(),
        applicants=frozenset({ApplicantKind.PERSON}),
        call_required=True,
        interruption=interruption,
        gap_limit_s=5,
        changes=(),
        instant=False,
        no_output=False,
        steps=(),
        follow_up=(),
        result="变更回执",
        promised_days=1,
        effective_from=dt.date(2020, 1, 1),
    )


def build_hall(
    writer: Writer, interruption: InterruptionPolicy = InterruptionPolicy.RESUME_WITH_RECHECK
) -> Hall:
    return writer.run_sync(_build, BuildHall(interruption), actor=SYSTEM)


def _build(tx: Tx, command: BuildHall) -> Hall:
    centre, outlet = new_id(), new_id()
    windows = (new_id(), new_id(), new_id())
    tx.conn.execute(insert(org.centre).values(id=centre, name="市人社大厅"))
    tx.conn.execute(
        insert(org.outlet).values(
            id=outlet, centre_id=centre, name="测试银行网点", kind=OutletKind.BANK, active=True
        )
    )
    profiles = (WindowProfile.ONE_PC, WindowProfile.TABLET, WindowProfile.REMOTE_CITIZEN)
    for number, (window, profile) in enumerate(zip(windows, profiles, strict=True), start=1):
        tx.conn.execute(
            insert(org.window).values(
                id=window,
                outlet_id=outlet,
                number=str(number),
                name=f"{number}号窗口",
                profile=profile,
                accepts=True,
                issues=True,
            )
        )
    tx.conn.execute(insert(org.reviewer_group).values(code=GROUP, centre_id=centre, name="失业"))
    clerks = tuple(
        Actor(_staff(tx, f"柜员0{number}", outlet, None), Role.CLERK, None, outlet, window)
        for number, window in enumerate(windows, start=1)
    )
    reviewers = tuple(
        Actor(_staff(tx, f"审核员0{number}", None, centre), Role.REVIEWER) for number in (1, 2, 3)
    )
    for reviewer in reviewers:
        tx.conn.execute(
            insert(org.certificate).values(
                id=new_id(), staff_id=reviewer.id, group_code=GROUP, from_ms=0
            )
        )
    item = an_item(command.interruption)
    publish_item(tx, PublishItem(item))
    case_id = new_id()
    insert_case(tx.conn, _accepted(tx, case_id, item, outlet, windows[0], clerks[0].id))
    tx.keys.create_case_key(case_id)
    return Hall(
        outlet=outlet,
        window=windows[0],
        tablet_window=windows[1],
        clerk=clerks[0],
        tablet_clerk=clerks[1],
        screen=Actor("screen-1", Role.CITIZEN, None, outlet, windows[0]),
        tablet_screen=Actor("screen-2", Role.CITIZEN, None, outlet, windows[1]),
        reviewers=(reviewers[0], reviewers[1], reviewers[2]),
        lead=Actor(_staff(tx, "值班领导01", None, centre), Role.DUTY_LEAD),
        case_id=case_id,
        remote_clerk=clerks[2],
        remote_screen=Actor("screen-3", Role.CITIZEN, None, outlet, windows[2]),
    )


def _staff(tx: Tx, name: str, outlet: str | None, centre: str | None) -> str:
    staff_id = new_id()
    tx.conn.execute(
        insert(org.staff).values(
            id=staff_id,
            number=staff_id[-6:],
            name=name,
            login=staff_id,
            password_hash="-",
            employer="测试单位",
            outlet_id=outlet,
            centre_id=centre,
            active=True,
        )
    )
    return staff_id


def _accepted(
    tx: Tx, case_id: str, item: ItemVersion, outlet: str, window: str, clerk: str
) -> Case:
    return Case(
        id=case_id,
        number=case_id[-16:],
        item_version_id=item.id,
        item_code=item.code,
        group_code=item.group,
        state=CaseState.ACCEPTED,
        version=1,
        outlet_id=outlet,
        window_id=window,
        first_asked_by=clerk,
        owner=clerk,
        opened_at_ms=tx.now_ms,
        clerk_id=clerk,
        accepted_at_ms=tx.now_ms,
    )
