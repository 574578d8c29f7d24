"""The shipped catalogue, and what the reader of item files refuses."""

import dataclasses
import datetime as dt

import pytest
import yaml
from sqlalchemy import update

from casework.actions.open_case import OpenCase, open_case
from casework.actions.publish_item import PublishItem, publish_item
from casework.actor import SYSTEM
from casework.catalogue.item import StepKind
from casework.catalogue.loader import MAX_FILE_BYTES, SEED, load_catalogue, read_item
from casework.catalogue.pinyin import initials_of, pinyin_of
from casework.catalogue.stored_item import item_in_force, load_item, sha256_of
from casework.errors import InvalidInput, NotAllowed, NotFound, VersionConflict
from casework.model.case import Outcome
from casework.policy.refusals import ItemNotInForce
from casework.store import schema_catalogue as s

ITEMS = load_catalogue().items


class TestShipped:
    def test_no_bad_rows(self):
        report = load_catalogue()
        assert report.bad_rows == ()
        assert len(report.items) >= 14

    @pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
    def test_each_item_is_complete(self, item):
        assert item.bases
        assert item.conditions
        assert item.follow_up
        assert all(spec.basis.act for spec in item.materials)
        assert any(step.kind is StepKind.MUST for step in item.steps)
        assert sum(field.required for field in item.fields) <= 4
        assert (SEED / f"{item.code}.yaml").exists()

    def test_days_that_have_been_lie_in_the_past_and_a_card_has_two_sides(self):
        fields = {field.code: field for item in ITEMS for field in item.fields}
        assert fields["died_on"].not_after == fields["left_on"].not_after == "today"
        cards = [spec for item in ITEMS for spec in item.materials if spec.name == "居民身份证"]
        assert {spec.pages for spec in cards} == {2}

    def test_nothing_medical(self):
        for path in SEED.glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("医保", "医疗", "生育"))

    def test_account_changes_need_a_call_and_start_again(self):
        changing_accounts = [
            item for item in ITEMS if any(field.code == "account" for field in item.changes)
        ]
        assert len(changing_accounts) >= 2
        for item in changing_accounts:
            assert item.call_required
            assert item.interruption == "restart"
            assert not item.desk_review_allowed


GOOD = yaml.safe_load((SEED / "SB-001.yaml").read_text(encoding="utf-8"))


def read(**changes):
    return read_item("x.yaml", yaml.safe_dump({**GOOD, **changes}, allow_unicode=True).encode())


class TestBadRows:
    def test_every_bad_row_is_told_with_its_place(self):
        materials = [{**GOOD["materials"][0], "grade": "E"}, {"code": "x", "name": "无依据"}]
        item, bad = read(materials=materials, risk="huge", surprise=1)
        assert item is None
        assert {row.where for row in bad} == {
            "materials.0.grade",
            "materials.1.basis",
            "materials.1.grade",
            "risk",
            "surprise",
        }

    @pytest.mark.parametrize(
        "changes",
        [
            {"fields": [dict(GOOD["fields"][0], code=f"f{n}") for n in range(5)]},
            {"fields": [GOOD["fields"][0], GOOD["fields"][0]]},
            {"materials": [dict(GOOD["materials"][0], code="application_signature")]},
            {"instant": True},
            {"fields": [dict(GOOD["fields"][0], choices=["甲"])]},
            {"code": "sb1"},
            {"bases": []},
            {"bases": [{"act": "社会保险法", "article": "第5条"}]},
            {"fields": [dict(GOOD["fields"][0], not_after="today")]},
            {"materials": [dict(GOOD["materials"][0], pages=0)]},
            {"gap_limit_s": 0},
        ],
    )
    def test_rows_that_do_not_fit_together(self, changes):
        item, bad = read(**changes)
        assert item is None
        assert bad

    @pytest.mark.parametrize(
        "content",
        [
            b"a: [",
            b"a: 1\na: 2\n",
            b"a: &x [1]\nb: *x\n",
            b"!!python/object/apply:os.system ['true']\n",
            b"\xff\xfe\x00",
            b"- just\n- a list\n",
            b"#" * (MAX_FILE_BYTES + 1),
        ],
    )
    def test_hostile_files(self, content):
        item, bad = read_item("x.yaml", content)
        assert item is None
        assert bad[0].file == "x.yaml"

    def test_the_same_version_in_two_files(self, tmp_path):
        for name in ("a.yaml", "b.yaml"):
            (tmp_path / name).write_bytes((SEED / "SB-001.yaml").read_bytes())
        report = load_catalogue(tmp_path)
        assert len(report.items) == 1
        assert report.bad_rows[0].where == "code"


class TestVersions:
    def test_an_open_case_keeps_its_version(self, desk, store):
        case_id = desk.in_review("SB-002")
        newer = dataclasses.replace(desk.item(case_id), version=2, name="失业保险金申领（新）")
        desk.run(publish_item, PublishItem(newer), SYSTEM)
        assert desk.item(case_id).version == 1
        desk.decided(case_id)
        assert desk.case(case_id).outcome is Outcome.APPROVED
        opened = desk.run(open_case, OpenCase("SB-002"))
        assert desk.item(opened.case_id).version == 2

    def test_a_published_version_never_changes(self, desk):
        item = next(item for item in ITEMS if item.code == "SB-002")
        again = desk.run(publish_item, PublishItem(item), SYSTEM)
        assert again.sha256 == sha256_of(item)
        with pytest.raises(VersionConflict):
            desk.run(publish_item, PublishItem(dataclasses.replace(item, name="改名")), SYSTEM)
        with pytest.raises(NotAllowed):
            desk.run(publish_item, PublishItem(item))
        with pytest.raises(InvalidInput):
            command = PublishItem(dataclasses.replace(item, version=2, group="nobody"))
            desk.run(publish_item, command, SYSTEM)

    def test_the_version_in_force(self, desk, store):
        item = next(item for item in ITEMS if item.code == "SB-002")
        later = dataclasses.replace(item, version=2, effective_from=dt.date(2030, 1, 1))
        desk.run(publish_item, PublishItem(later), SYSTEM)

        def close(tx, _nothing):
            tx.conn.execute(
                update(s.item_version)
                .where(s.item_version.c.id == "SB-001@1")
                .values(closed_on=dt.date(2029, 1, 1))
            )

        desk.run(close, None, SYSTEM)
        with store.reading() as conn:
            assert item_in_force(conn, "SB-002", dt.date(2029, 12, 31)).version == 1
            assert item_in_force(conn, "SB-002", dt.date(2030, 1, 1)).version == 2
            assert load_item(conn, "SB-002@1") == item
            for code, day in (("SB-001", dt.date(2029, 1, 1)), ("SB-002", dt.date(2023, 12, 31))):
                with pytest.raises(ItemNotInForce):
                    item_in_force(conn, code, day)
            with pytest.raises(NotFound):
                load_item(conn, "SB-001@9")


def test_pinyin():
    assert initials_of("失业保险金账号变更") == "sybxjzhbg"
    assert pinyin_of("社会保障卡补换") == "shehuibaozhangkabuhuan"
    assert initials_of("12333 热线（A）") == "12333rxa"
