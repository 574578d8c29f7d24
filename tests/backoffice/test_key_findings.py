"""Pages of keys say what the log says, and where somebody wrote past the desk they say that."""

import pytest
from sqlalchemy import delete, insert, update

from audit import act, device
from audit.note import encode_base64
from backoffice_console.views.devices import device_lines, windows_to_enrol_again
from backoffice_console.views.signing_keys import signing_keys
from casework.model.key_finding import KeyFinding
from casework.store import schema_actor, schema_device
from scenes.signing import Browser
from scenes.window_device import WindowDevice


@pytest.fixture
def origin(house) -> str:
    return house.log.published().origin


@pytest.fixture
def reviewer(house):
    return house.desk.reviewer


@pytest.fixture
def browser(house, origin, reviewer) -> Browser:
    made = Browser(house.kernel, reviewer, 71, origin)
    made.enrol()
    return made


@pytest.fixture
def computer(house, origin) -> WindowDevice:
    made = WindowDevice(house.kernel, house.desk.clerk, 61, origin)
    made.propose()
    made.enrol(house.desk.city.actors["lead"])
    return made


def past_the_desk(house, statement) -> None:
    """By somebody who can write the database."""

    def write(tx, _command) -> None:
        tx.conn.execute(statement)

    house.kernel.writer.run_sync(write, None, actor=house.desk.clerk)


def read(house, view, *asked):
    with house.kernel.store.reading() as conn:
        return view(conn, *asked)


def enrolled_past_the_desk(house, origin, reviewer, staff: str) -> str:
    """An entry that gives her a key of somebody else's, and a row that hides it from her list."""
    other = Browser(house.kernel, reviewer, 72, origin)

    def write(tx, _command) -> None:
        facts = {"actor": reviewer.id, "key": other.id, "kind": "webcrypto-p256"}
        facts["public_key"] = encode_base64(other.public_key)
        seq = tx.entry(act.ENROLLED_TYPE, f"log:{origin}", plain=facts).seq
        if staff:
            row = {"origin": origin, "id": other.id, "staff_id": staff, "kind": "webcrypto-p256"}
            row |= {"public_key": other.public_key, "entry_seq": seq, "enrolled_at_ms": 1}
            tx.conn.execute(insert(schema_actor.actor_key).values(**row, revoked_at_ms=2))

    house.kernel.writer.run_sync(write, None, actor=reviewer)
    return other.id


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_key_enrolled_in_her_name_is_on_her_page(
    client, sign_in, house, origin, reviewer, hidden
):
    staff = house.desk.city.actors["reviewer2"].id if hidden else ""
    key = enrolled_past_the_desk(house, origin, reviewer, staff)
    (line,) = read(house, signing_keys, origin, reviewer.id)
    assert (line.id, line.owner.name != "") == (key, True)
    assert line.finding is (KeyFinding.OTHER_PERSON if hidden else KeyFinding.NO_ROW)
    await sign_in("reviewer", "reviewer1")
    page = await (await client.get("/hall/keys")).text()
    assert key in page
    assert 'data-alert="key_findings"' in page
    # She revokes it, whatever the table says of it.
    answer = await client.post(f"/api/v1/signing-keys/{key}/revoke", json={"reason": "doubted"})
    assert answer.status == 200
    assert house.types(f"log:{origin}")[-1] == act.REVOKED_TYPE


async def test_keys_that_are_what_they_are_raise_no_alarm(
    client, sign_in, house, origin, reviewer, browser, computer
):
    assert [line.finding for line in read(house, signing_keys, origin)] == [None]
    assert [line.finding for line in read(house, device_lines, origin)] == [None]
    computer.revoke(house.desk.city.actors["lead"])
    await sign_in("reviewer", "reviewer1")
    path = f"/api/v1/signing-keys/{browser.id}/revoke"
    assert (await client.post(path, json={"reason": "lost"})).status == 200
    assert [line.finding for line in read(house, signing_keys, origin)] == [None]
    assert [line.finding for line in read(house, device_lines, origin)] == [None]
    assert "key_findings" not in await (await client.get("/hall/keys")).text()


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (update(schema_actor.actor_key).values(id="ab" * 32), KeyFinding.NO_ENTRY),
        (update(schema_actor.actor_key).values(revoked_at_ms=5), KeyFinding.OTHER_STATE),
        (delete(schema_actor.actor_key), KeyFinding.NO_ROW),
    ],
    ids=["another key", "as if revoked", "deleted"],
)
def test_a_row_that_was_written_by_hand_is_found(house, origin, browser, statement, finding):
    past_the_desk(house, statement)
    assert finding in {line.finding for line in read(house, signing_keys, origin)}


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (update(schema_device.device_key).values(id="ab" * 32), KeyFinding.NO_ENTRY),
        (update(schema_device.device_key).values(revoked_at_ms=5), KeyFinding.OTHER_STATE),
        (update(schema_device.device_key).values(entry_seq=None), KeyFinding.OTHER_STATE),
        (delete(schema_device.device_key), KeyFinding.NO_ROW),
    ],
    ids=["another key", "as if revoked", "as if waiting", "deleted"],
)
async def test_a_computers_row_that_was_written_by_hand_is_found(
    client, sign_in, house, origin, computer, statement, finding
):
    past_the_desk(house, statement)
    lines = read(house, device_lines, origin)
    assert finding in {line.finding for line in lines}
    assert lines[0].finding is not None
    await sign_in("lead", "lead")
    assert 'data-alert="key_findings"' in await (await client.get("/lead/devices")).text()
    # What the log knows is revoked there, also without its row.
    path = f"/api/v1/devices/{computer.id}/revoke"
    assert (await client.post(path, json={"reason": "doubted"})).status == 200
    assert house.types(f"log:{origin}") == [device.ENROLLED_TYPE, device.REVOKED_TYPE]


async def test_windows_whose_computers_are_of_the_log_before(
    client, sign_in, house, origin, computer
):
    assert read(house, windows_to_enrol_again, origin) == []
    past_the_desk(house, update(schema_device.device_key).values(origin="before.example/log"))
    (window,) = read(house, windows_to_enrol_again, origin)
    await sign_in("lead", "lead")
    page = await (await client.get("/lead/devices")).text()
    assert 'data-alert="enrol_again"' in page
    assert window.window in page
    again = WindowDevice(house.kernel, house.desk.clerk, 62, origin)
    again.propose()
    assert len(read(house, windows_to_enrol_again, origin)) == 1
    again.enrol(house.desk.city.actors["lead"])
    assert read(house, windows_to_enrol_again, origin) == []


def test_no_number_of_revoked_keys_hides_one_that_holds(house, origin, reviewer, monkeypatch):
    monkeypatch.setattr("backoffice_console.views.signing_keys.MAX_OTHERS", 2)
    monkeypatch.setattr("backoffice_console.views.devices.MAX_REVOKED", 2)
    lead = house.desk.city.actors["lead"]
    first = Browser(house.kernel, reviewer, 80, origin)
    first.enrol()
    waits = WindowDevice(house.kernel, house.desk.clerk, 90, origin)
    waits.propose()
    waits.enrol(lead)
    for secret in range(81, 85):
        one = Browser(house.kernel, reviewer, secret, origin)
        one.enrol()
        one.revoke()
        computer = WindowDevice(house.kernel, house.desk.clerk, secret + 10, origin)
        computer.propose()
        computer.enrol(lead)
        computer.revoke(lead)
    assert read(house, signing_keys, origin)[0].id == first.id
    assert len(read(house, signing_keys, origin)) == 3
    assert read(house, device_lines, origin)[0].id == waits.id
    assert len(read(house, device_lines, origin)) == 3
