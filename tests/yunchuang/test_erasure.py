"""A case key destroyed by two persons: the content is gone from everything, every proof still verifies."""

import asyncio
import hashlib
import io
import json
import shutil
import sqlite3
from contextlib import suppress

import pytest
from PIL import Image
from sqlalchemy import select

from audit.entry import Entry
from audit.package.model import Form
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_erasure import ConfirmErasure, confirm_erasure
from casework.actions.destroy_keys import DestroyKeys, destroy_keys
from casework.actions.end_call import EndCall, end_call
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.rate_case import RateCase, rate_case
from casework.actions.request_erasure import RequestErasure, request_erasure
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Actor, Role
from casework.data_dir import DataDir
from casework.errors import KeyDestroyed, NotAllowed, StoreUnavailable
from casework.installation import init_data_dir, opened
from casework.keys.backup import write_backup
from casework.keys.key_ring import seal
from casework.materials.local import LocalMaterialStore
from casework.materials.unnamed import UnnamedContents
from casework.model.applicant import IdentityMethod
from casework.model.case import Road
from casework.model.erasure import ErasureReason, ErasureStatus
from casework.model.rating import RatingGivenBy, RatingLevel
from casework.policy.erasure_refusals import ErasureOver
from casework.store import schema_case, schema_log
from casework.store.erasure_rows import erasures_in, erasures_of
from casework.store.reading import entries_of
from scenes import case_scene
from scenes.call_scene import Stage, recording_ends
from yunchuang.evidence import PackageShelf
from yunchuang.export import Exporter
from yunchuang.housekeeping import keep_house

FIRST = Actor("01JADM1N000000000000000001", Role.ADMIN)
SECOND = Actor("01JADM1N000000000000000002", Role.ADMIN)
SPOKEN = b"what was said in the call " * 8


class House:
    """An installation with closed cases; keeps what must not be found any more."""

    def __init__(self, data, installation, monkeypatch):
        self.data = data
        self.installation = installation
        self.desk = case_scene.Desk(installation, case_scene.seeded_city(installation))
        self.exporter = Exporter(installation)
        store = LocalMaterialStore(installation.data.materials, installation.keys)

        def stored(case_id):
            out = io.BytesIO()
            Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
            return store.put(case_id, out.getvalue())

        monkeypatch.setattr(case_scene, "a_stored", stored)

    def completed(self):
        """Approved at the desk, issued, rated and closed."""
        desk = self.desk
        case_id = desk.in_review()
        desk.decided(case_id)
        desk.run(hand_back, HandBack(case_id), SYSTEM)
        desk.run(
            check_receiver,
            CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN),
        )
        desk.run(issue_case, IssueCase(case_id, case_scene.a_stored(case_id)))
        desk.run(complete_case, CompleteCase(case_id))
        rating = RateCase(case_id, RatingLevel.VERY_SATISFIED, RatingGivenBy.OWN_INPUT)
        desk.run(rate_case, rating, desk.screen)
        return case_id

    def withdrawn_after_a_call(self):
        """(case, call); something of the call lies on the disk, encrypted as recordings are."""
        desk, installation = self.desk, self.installation
        case_id = desk.accepted(case_scene.CALL_ITEM, Road.CALL)
        call_id, *_ = Stage(installation, desk.hall(case_id)).active()
        desk.run(end_call, EndCall(call_id), desk.reviewer)
        desk.run(close_wrap_up, CloseWrapUp(call_id), desk.reviewer)
        recording_ends(installation, call_id)
        desk.run(withdraw_case, WithdrawCase(case_id, IdentityMethod.ORIGINAL_SEEN))
        folder = self.data.recordings / call_id
        folder.mkdir(parents=True, exist_ok=True)
        media = seal(installation.keys.call_key(call_id), ("media",), SPOKEN).ciphertext
        (folder / f"{'ab' * 16}.bin").write_bytes(media)
        (folder / f"{'ab' * 16}.tsv").write_text("a record\n")
        return case_id, call_id

    def request(self, case_id, wait_ms=0):
        command = RequestErasure(case_id, ErasureReason.PERSON_ASKED, wait_ms)
        return self.desk.run(request_erasure, command, FIRST).erasure_id

    def confirm(self, erasure_id):
        return self.desk.run(confirm_erasure, ConfirmErasure(erasure_id), SECOND)

    def erase(self, case_id):
        self.confirm(self.request(case_id))
        (done,) = self.installation.eraser.carry_out()
        return done

    def traces(self, case_id, *calls):
        """Bytes that lie somewhere now and hold, find or open the content."""
        chains = [f"case:{case_id}", *(f"call:{call}" for call in calls)]
        payload, index = schema_log.payload, schema_case.case_index
        with self.installation.store.reading() as conn:
            found = list(
                conn.scalars(select(payload.c.ciphertext).where(payload.c.chain.in_(chains)))
            )
            found += [
                value.encode()
                for value in conn.scalars(select(index.c.value).where(index.c.case_id == case_id))
            ]
        keys = sqlite3.connect(self.data.keys)
        found += [
            row[0]
            for row in keys.execute(
                "SELECT wrapped FROM key WHERE id IN (?, ?)", (case_id, (*calls, "")[0])
            )
        ]
        keys.close()
        files = [*(self.data.materials / case_id).iterdir()]
        files += [path for call in calls for path in (self.data.recordings / call).glob("*.bin")]
        found += [path.read_bytes()[:64] for path in files]
        assert len(found) > 10
        return found

    def verify(self, path):
        keys = parse_keys(f"{self.exporter.key.vkey}\n".encode(), "keys")
        return verify(path, make_trust(keys, None, outside=True))


@pytest.fixture
def data(tmp_path):
    made = DataDir(tmp_path / "data")
    init_data_dir(made, origin="erasure.yunchuang.example/log")
    return made


@pytest.fixture
def house(data, monkeypatch):
    with opened(data) as installation:
        yield House(data, installation, monkeypatch)


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_nowhere(traces, folder):
    for path, content in everything(folder).items():
        for trace in traces:
            assert trace not in content, f"{path.name} still holds something"


def test_nothing_of_the_content_is_left_anywhere(house, data, tmp_path, monkeypatch):
    case_id, call_id = house.withdrawn_after_a_call()
    whose = case_scene.an_applicant
    with monkeypatch.context() as patched:
        # The same person's number is found by the same value of the blind index in every case.
        patched.setattr(case_scene, "an_applicant", lambda item=None: whose(item, 5))
        other = house.completed()
    older = house.exporter.make(case_id, Form.SEALED)
    data.packages.mkdir(exist_ok=True)
    house.exporter.write(older, data.packages / f"{older}.zip")
    traces = house.traces(case_id, call_id)
    before = tmp_path / "before.backup"
    write_backup(data.keys, before, now_ms=1, expires_at_ms=2)
    assert any(trace in before.read_bytes() for trace in traces)

    done = house.erase(case_id)

    assert_nowhere(traces, data.path)
    write_backup(data.keys, tmp_path / "keys.backup", now_ms=1, expires_at_ms=2)
    copy = shutil.copytree(data.path, tmp_path / "data.backup")
    assert_nowhere(traces, copy)
    assert not any(trace in (tmp_path / "keys.backup").read_bytes() for trace in traces)
    for key in (house.installation.keys.case_key, house.installation.keys.create_case_key):
        with pytest.raises(KeyDestroyed):
            key(case_id)
    with pytest.raises(KeyDestroyed):
        house.installation.keys.call_key(call_id)
    assert house.installation.keys.case_key(other), "another case is as it was"
    with pytest.raises(KeyDestroyed):
        house.exporter.sealed(older)
    shelf = PackageShelf(house.installation, data.packages)
    assert shelf.packages(case_id) == []
    newer = shelf.export(case_id, SYSTEM)
    assert shelf.packages(case_id) == [newer]
    records = (data.recordings / call_id / f"{'ab' * 16}.tsv").read_text()
    assert records == "a record\n", "proofs rest on it"
    assert done.case_id == case_id


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_every_proof_still_verifies_and_the_verdict_says_erased(house, tmp_path, form, name):
    case_id = house.completed()
    kept = house.exporter.make(case_id, Form.SEALED)
    house.exporter.write(kept, tmp_path / "before.zip")
    house.erase(case_id)
    package = house.exporter.make(case_id, form)
    house.exporter.write(package, tmp_path / name)
    report = house.verify(tmp_path / name)
    assert (report.problems, report.verdict, report.exit_code) == ([], "erased", 0)
    assert report.case_id == case_id
    house.exporter.write(package, tmp_path / "again.zip")
    house.exporter.write(package, tmp_path / "and-again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "and-again.zip").read_bytes()
    assert house.verify(tmp_path / "before.zip").verdict == "good", "whoever has it, has it"
    house.installation.sequencer.turn()
    log = house.verify(house.data.log)
    assert (log.problems, log.verdict) == ([], "good")


def test_the_call_goes_with_its_case(house, tmp_path):
    case_id, call_id = house.withdrawn_after_a_call()
    house.erase(case_id)
    with house.installation.store.reading() as conn:
        call = [Entry.decode(entry.body) for entry in entries_of(conn, f"call:{call_id}")]
    assert [entry.type for entry in call][-3:] == [
        "keys.destruction.requested",
        "keys.destruction.confirmed",
        "keys.call.destroyed",
    ]
    assert call[-1].facts["approved_by"] == [FIRST.id, SECOND.id]
    house.exporter.write(house.exporter.make(case_id, Form.SEALED), tmp_path / "package")
    report = house.verify(tmp_path / "package")
    assert (report.problems, report.verdict) == ([], "erased")


def test_the_certificate_names_case_keys_persons_time_entry_and_old_copies(house, tmp_path):
    case_id, call_id = house.withdrawn_after_a_call()
    backup = write_backup(house.data.keys, tmp_path / "backup", now_ms=5, expires_at_ms=6)
    done = house.erase(case_id)
    with house.installation.store.reading() as conn:
        (erasure,) = erasures_of(conn, case_id)
        entries = entries_of(conn, f"case:{case_id}")
    said = json.loads(erasure.certificate)
    last = Entry.decode(entries[-1].body)
    assert last.type == "keys.case.destroyed"
    assert last.facts["certificate_sha256"] == hashlib.sha256(erasure.certificate).hexdigest()
    assert last.facts["certificate_sha256"] == done.certificate_sha256
    assert said["entry"] == {"chain": f"case:{case_id}", "seq": entries[-1].seq}
    assert said["case_number"] == house.desk.case(case_id).number
    assert (said["requested"]["by"], said["confirmed"]["by"]) == (FIRST.id, SECOND.id)
    assert said["destroyed"]["keys"] == [f"case:{case_id}", f"call:{call_id}"]
    assert [one["id"] for one in said["backups"]] == [backup.id]
    assert said["removed"]["recordings"] == 1
    assert said["removed"]["materials"] > 0
    assert said["removed"]["values"] > 10
    text = erasure.certificate.decode()
    assert case_scene.an_applicant().name not in text


class Killed(Exception):
    """Stands for the end of the process at this step."""


def killed(*_arguments, **_named):
    raise Killed


@pytest.mark.parametrize("step", ["keys", "files", "entry"])
def test_what_a_crash_cut_short_is_done_at_the_next_start(data, monkeypatch, step):
    with opened(data) as installation:
        house = House(data, installation, monkeypatch)
        case_id, call_id = house.withdrawn_after_a_call()
        traces = house.traces(case_id, call_id)
        house.confirm(house.request(case_id))
        with monkeypatch.context() as patched:
            if step == "keys":
                patched.setattr(installation.keys, "destroy", killed, raising=False)
            elif step == "files":
                patched.setattr("casework.erasure.eraser.remove_files", killed)
            else:
                patched.setattr("casework.erasure.eraser.destroy_keys", killed)
            with pytest.raises(Killed):
                installation.eraser.carry_out()
        with installation.store.reading() as conn:
            (erasure,) = erasures_of(conn, case_id)
            types = [entry.type for entry in entries_of(conn, f"case:{case_id}")]
        assert erasure.status is ErasureStatus.CONFIRMED
        assert "keys.case.destroyed" not in types, "nothing is said before it is done"
    with opened(data) as installation:
        with installation.store.reading() as conn:
            (erasure,) = erasures_of(conn, case_id)
        assert erasure.status is ErasureStatus.DONE
        assert_nowhere(traces, data.path)


def test_a_failing_disk_leaves_it_for_later(house, monkeypatch):
    case_id = house.completed()
    house.confirm(house.request(case_id))
    with monkeypatch.context() as patched:
        patched.setattr("casework.erasure.eraser.remove_files", _refused)
        house.installation.eraser.settle()
        with house.installation.store.reading() as conn:
            assert erasures_of(conn, case_id)[0].status is ErasureStatus.CONFIRMED
    assert len(house.installation.eraser.carry_out()) == 1
    assert house.installation.eraser.carry_out() == []


async def test_a_running_desk_carries_out_what_was_confirmed(house):
    case_id = house.completed()
    house.confirm(house.request(case_id))
    installation = house.installation
    materials = LocalMaterialStore(installation.data.materials, installation.keys)
    unnamed = UnnamedContents(installation.store, materials, installation.clock)
    keeping = keep_house(installation.writer, installation.clock, installation.eraser, unnamed)
    task = asyncio.create_task(keeping)
    try:
        async with asyncio.timeout(20):
            while case_id not in _destroyed(installation):
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _destroyed(installation):
    with installation.store.reading() as conn:
        return [one.case_id for one in erasures_in(conn, ErasureStatus.DONE)]


def _refused(*_arguments, **_named):
    raise StoreUnavailable("no disk")


def test_an_older_copy_of_the_key_file_is_purged_at_the_next_start(data, tmp_path, monkeypatch):
    with opened(data) as installation:
        case_id = House(data, installation, monkeypatch).completed()
    shutil.copy(data.keys, tmp_path / "older")
    with opened(data) as installation:
        house = House.__new__(House)
        house.installation = installation
        run = installation.writer.run_sync
        command = RequestErasure(case_id, ErasureReason.PERSON_ASKED, 0)
        asked = run(request_erasure, command, actor=FIRST)
        run(confirm_erasure, ConfirmErasure(asked.erasure_id), actor=SECOND)
        installation.eraser.carry_out()
    shutil.copy(tmp_path / "older", data.keys)
    with opened(data) as installation, pytest.raises(KeyDestroyed):
        installation.keys.case_key(case_id)


def test_only_the_program_destroys_and_only_what_two_decided(house):
    case_id = house.completed()
    erasure_id = house.request(case_id)
    command = DestroyKeys(erasure_id, "x.example/log", "0" * 16, {}, [])
    with pytest.raises(NotAllowed):
        house.desk.run(destroy_keys, command, FIRST)
    with pytest.raises(ErasureOver):
        house.desk.run(destroy_keys, command, SYSTEM)
    assert house.installation.keys.case_key(case_id)
