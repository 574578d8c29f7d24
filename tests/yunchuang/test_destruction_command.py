"""`yunchuang keys destruction` as two administrators type it."""

import hashlib

import pytest
from sqlalchemy import insert, select

from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Role
from casework.data_dir import DataDir
from casework.ids import new_id
from casework.installation import init_data_dir, opened
from casework.model.applicant import IdentityMethod
from casework.seed import LOGINS, SeedDemo, seed_demo
from casework.store import schema_org as s
from portal.errors import AccountLocked, SignInFailed
from portal.passwords import hash_password
from portal.settings import PortalSettings
from scenes import case_scene
from scenes.command import yunchuang
from yunchuang.administrators import administrator

WORD = "made up for this test"
FIRST = ("--as", "30", "--password", WORD)
SECOND = ("--as", "31", "--password", WORD)


def run(*arguments, **settings):
    return yunchuang("keys", *arguments, **settings)


def second_administrator(tx, _command):
    first = tx.conn.execute(select(s.staff).where(s.staff.c.number == "30")).one()._asdict()
    other = first | {"id": new_id(), "number": "31", "login": "admin2", "name": "管理员02"}
    tx.conn.execute(insert(s.staff).values(**other))
    grant = select(s.post_grant).where(s.post_grant.c.staff_id == first["id"])
    row = tx.conn.execute(grant).one()._asdict()
    tx.conn.execute(insert(s.post_grant).values(row | {"id": new_id(), "staff_id": other["id"]}))


@pytest.fixture
def data(tmp_path):
    made = DataDir(tmp_path / "data")
    init_data_dir(made, origin="destruction.yunchuang.example/log")
    return made


@pytest.fixture
def case(data):
    """The number of a closed case."""
    with opened(data) as installation:
        hashes = dict.fromkeys(LOGINS, hash_password(WORD))
        city = installation.writer.run_sync(seed_demo, SeedDemo(hashes), actor=SYSTEM)
        installation.writer.run_sync(second_administrator, None, actor=SYSTEM)
        desk = case_scene.Desk(installation, city)
        case_id = desk.accepted()
        desk.run(withdraw_case, WithdrawCase(case_id, IdentityMethod.ORIGINAL_SEEN))
        return desk.case(case_id).number


def said(done):
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(done, code):
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert code in done.stderr


def test_from_the_request_to_the_certificate(data, case):
    where = ("--data", data.path)
    asking = ("destruction", "request", case, "--reason", "retention_over")
    refused(run(*asking, "--as", "30", "--password", "wrong", *where), "P-04")
    asked = run(*asking, *FIRST, *where, YUNCHUANG_DESTRUCTION_WAIT_H="0")
    erasure_id = said(asked).split()[0]
    assert erasure_id in said(run("destruction", "list", *where))
    refused(run("destruction", "confirm", erasure_id, *FIRST, *where), "C-45")
    refused(run("destruction", "certificate", case, *where), "K-02")
    printed = said(run("destruction", "confirm", erasure_id, *SECOND, *where))
    assert f"办件 case          {case}" in printed
    assert "保存期满" in printed
    raw = said(run("destruction", "certificate", case, "--json", *where)).encode()
    assert hashlib.sha256(raw).hexdigest() in printed
    assert said(run("destruction", "certificate", case, *where)) == printed
    assert said(run("destruction", "list", *where)) == ""
    assert "case   0 keys, 1 destroyed" in said(run("status", *where))


def test_the_waiting_time_holds_and_a_request_can_be_taken_back(data, case):
    where = ("--data", data.path)
    asked = run("destruction", "request", case, "--reason", "person_asked", *FIRST, *where)
    erasure_id = said(asked).split()[0]
    refused(run("destruction", "confirm", erasure_id, *SECOND, *where), "C-46")
    said(run("destruction", "withdraw", erasure_id, *SECOND, *where))
    refused(run("destruction", "confirm", erasure_id, *SECOND, *where), "C-44")


def test_wrong_passwords_lock_as_at_a_door(data, case):
    with opened(data) as installation:
        for _ in range(PortalSettings().lock_after_failures):
            with pytest.raises(SignInFailed):
                administrator(installation, "30", "wrong")
        with pytest.raises(AccountLocked):
            administrator(installation, "30", WORD)
        assert administrator(installation, "31", WORD).role is Role.ADMIN
        with pytest.raises(SignInFailed):
            administrator(installation, "nobody", WORD)
