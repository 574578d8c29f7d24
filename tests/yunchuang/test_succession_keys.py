"""What becomes of reviewers' keys when a log follows another: a security key signs on, a browser's ends."""

import pytest
from sqlalchemy import update

from audit import act
from audit.successor import Cause
from backoffice_console.views.signing_keys import SigningKeyLine, signing_keys
from casework.installation import opened
from casework.model.key_finding import KeyFinding
from casework.policy.signing_refusals import KeyTaken, KeyUnknown
from casework.store import schema_actor
from scenes.case_scene import Desk
from scenes.signing import Browser, Holder, entries
from scenes.succession import NEW, OLD, SECRET, House, decide, follow, real_materials

HELD = SECRET + 50


@pytest.fixture
def after(house: House):
    """The installation under the new log; a security key was enrolled under the old one."""
    with opened(house.data) as installation:
        Holder(installation, Desk(installation, house.city).reviewer, HELD, OLD).enrol()
    follow(house.data, Cause.KEY_STOLEN)
    with opened(house.data) as installation:
        yield installation


@pytest.fixture
def desk(after, house: House) -> Desk:
    return Desk(after, house.city)


@pytest.fixture
def prepared(after, desk, house: House) -> tuple[str, str]:
    with real_materials(house.data) as stored:
        stored(after)
        case_id = desk.in_review()
        return case_id, desk.prepared(case_id).decision_id


def listed(after, *of: str) -> dict[str, SigningKeyLine]:
    with after.store.reading() as conn:
        return {line.id: line for line in signing_keys(conn, NEW, *of)}


def test_a_browsers_key_ends_with_its_log(after, desk, prepared):
    old = Browser(after, desk.reviewer, SECRET, NEW)
    with pytest.raises(KeyUnknown):
        old.confirm(*prepared)
    with pytest.raises(KeyTaken):
        old.enrol()
    fresh = Browser(after, desk.reviewer, SECRET + 1, NEW)
    fresh.enrol()
    fresh.confirm(*prepared)
    assert entries(after, f"case:{prepared[0]}")[-1].akey == fresh.id


def test_a_security_key_signs_on(after, desk, prepared):
    held = Holder(after, desk.reviewer, HELD, NEW)
    held.confirm(*prepared)
    assert entries(after, f"case:{prepared[0]}")[-1].akey == held.id


def test_pages_tell_a_former_key_and_take_it_for_no_finding(after, desk, house):
    decide(after, house.city, house.data, NEW)
    old, fresh, held = (
        Browser(after, desk.reviewer, secret, NEW) for secret in (SECRET, SECRET + 1, HELD)
    )
    for lines in (listed(after), listed(after, desk.reviewer.id)):
        assert list(lines)[-1] == old.id
        assert {key: line.former for key, line in lines.items()} == {
            fresh.id: False,
            held.id: False,
            old.id: True,
        }
        assert {line.finding for line in lines.values()} == {None}
    # She revokes it all the same, in the log that is written now.
    old.revoke()
    assert entries(after, f"log:{NEW}")[-1].type == act.REVOKED_TYPE
    line = listed(after)[old.id]
    assert (line.revoked_ms is None, line.finding) == (False, None)


def test_a_former_key_that_the_table_lets_sign_again_is_found(after, desk):
    old = Browser(after, desk.reviewer, SECRET, NEW)

    def bring_back(tx, _command) -> None:
        table = schema_actor.actor_key
        tx.conn.execute(update(table).where(table.c.id == old.id).values(origin=NEW))

    after.writer.run_sync(bring_back, None, actor=desk.reviewer)
    for lines in (listed(after), listed(after, desk.reviewer.id)):
        assert lines[old.id].finding is KeyFinding.OTHER_LOG
    old.revoke()
    assert listed(after)[old.id].finding is None
