"""The shipped catalogue, and what the reader of item files refuses."""

import dataclasses
import datetime as dt
import json

import pytest
import yaml
from pydantic import TypeAdapter
from sqlalchemy import update

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.open_case import OpenCase, open_case
from casework.actions.publish_item import PublishItem, publish_item
from casework.actor import SYSTEM
from casework.calendar import WorkingCalendar
from casework.catalogue.faults import FAULTS
from casework.catalogue.guide import ClockStart
from casework.catalogue.item import ItemVersion, Nature, StepKind
from casework.catalogue.loader import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    SEED,
    load_catalogue,
    read_catalogue,
    read_item,
)
from casework.catalogue.pinyin import initials_of, pinyin_of
from casework.catalogue.stored_item import (
    content_of,
    item_in_force,
    load_item,
    sha256_of,
)
from casework.errors import InvalidInput, NotAllowed, NotFound, VersionConflict
from casework.model.case import Outcome, Road
from casework.model.material import SourceKind
from casework.policy.refusals import ItemNotInForce
from casework.store import schema_catalogue as s

ITEMS = load_catalogue().items


class TestShipped:
    def test_no_bad_rows(self):
        report = load_catalogue()
        assert report.bad_rows == ()
        assert len(report.items) == 40
        assert {item.code[:2] for item in report.items} == {"SB", "JY", "RC", "LD", "SK"}

    @pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
    def test_each_item_is_complete(self, item):
        assert item.bases
        assert item.conditions
        assert item.follow_up
        assert all(spec.basis.act for spec in item.materials)
        assert any(step.kind is StepKind.MUST for step in item.steps)
        assert sum(field.required for field in item.fields) <= 4
        assert (SEED / f"{item.code}.yaml").exists()
        assert item.process
        assert {channel.kind for channel in item.channels} >= {"outlet", "telephone"}
        if item.nature is Nature.LICENCE:
            assert item.limit.legal_days == 20
            assert item.limit.deemed_accepted is not None

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


FIELD, MATERIAL, BASIS = GOOD["fields"][0], GOOD["materials"][0], GOOD["bases"][0]
STOP = {"cause": "supplement", "basis": BASIS}


class Unfolded(yaml.SafeDumper):
    """Writes a value that stands twice twice, not as an alias."""

    def ignore_aliases(self, _data):
        return True


def read(**changes):
    content = yaml.dump({**GOOD, **changes}, Dumper=Unfolded, allow_unicode=True)
    return read_item("x.yaml", content.encode())


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
        ("changes", "where", "code"),
        [
            (
                {"fields": [dict(FIELD, code=f"f{n}") for n in range(5)]},
                "fields",
                "too_many_required",
            ),
            ({"fields": [FIELD, FIELD]}, "fields.1.code", "repeated"),
            (
                {"materials": [dict(MATERIAL, code="application_signature")]},
                "materials.0.code",
                "reserved_code",
            ),
            ({"instant": True, "changes": [], "risk": "low"}, "call_required", "instant_with_call"),
            (
                {"instant": True, "call_required": False, "risk": "low"},
                "changes",
                "instant_with_change",
            ),
            ({"instant": True, "call_required": False, "changes": []}, "risk", "instant_with_risk"),
            ({"fields": [dict(FIELD, choices=["甲"])]}, "fields.0.choices", "choices_do_not_fit"),
            ({"code": "sb1"}, "code", "wrong_form"),
            ({"bases": []}, "bases", "missing"),
            ({"process": []}, "process", "missing"),
            (
                {"bases": [{"act": "社会保险法", "article": "第5条"}]},
                "bases.0.article",
                "wrong_form",
            ),
            (
                {"fields": [dict(FIELD, not_after="today")]},
                "fields.0.not_after",
                "bound_without_date",
            ),
            ({"materials": [dict(MATERIAL, pages=0)]}, "materials.0.pages", "out_of_range"),
            ({"materials": [dict(MATERIAL, sources=[])]}, "materials.0.sources", "missing"),
            (
                {"materials": [dict(MATERIAL, sources=["citizen", "citizen"])]},
                "materials.0.sources",
                "repeated",
            ),
            (
                {"materials": [dict(MATERIAL, sources=["citizen", "commitment"])]},
                "materials.0.commitment",
                "commitment_without_text",
            ),
            (
                {
                    "materials": [
                        dict(MATERIAL, commitment={"text": "本人承诺。", "verify_days": 5})
                    ]
                },
                "materials.0.sources",
                "commitment_not_allowed",
            ),
            ({"gap_limit_s": 0}, "gap_limit_s", "out_of_range"),
            ({"conditions": ["第一行\n第二行"]}, "conditions.0", "wrong_form"),
            ({"result": "确认\u0007单"}, "result", "wrong_form"),
            ({"applicants": ["person", "person"]}, "applicants", "repeated"),
            ({"limit": {"legal_days": 10}}, "limit.basis", "limit_without_basis"),
            ({"limit": {"basis": BASIS}}, "limit.legal_days", "basis_without_limit"),
            (
                {"limit": {"legal_days": 1, "basis": BASIS}, "promised_days": 2},
                "promised_days",
                "longer_than_legal",
            ),
            (
                {"limit": {"deemed_accepted": BASIS}},
                "limit.deemed_accepted",
                "deemed_without_licence",
            ),
            ({"limit": {"stops": [{"cause": "supplement"}]}}, "limit.stops.0.basis", "missing"),
            ({"limit": {"stops": [STOP, STOP]}}, "limit.stops.1.cause", "repeated"),
            (
                {"fees": [{"name": "工本费", "yuan": "20", "basis": BASIS}]},
                "fees.0.yuan",
                "wrong_form",
            ),
            ({"channels": [{"kind": "pigeon", "text": "甲"}]}, "channels.0.kind", "wrong_choice"),
            (
                {"second_review": {"when": "amount_from", "field": "account", "yuan": "1.00"}},
                "second_review.field",
                "review_field_unknown",
            ),
            (
                {"second_review": {"when": "always", "yuan": "1.00"}},
                "second_review.field",
                "review_amount_unasked",
            ),
            ({"steps": [{"kind": "stop", "text": "不予受理。"}]}, "steps", "no_must_step"),
            ({"elements": [{"title": "甲", "text": "乙" * 1001}]}, "elements.0.text", "too_long"),
        ],
    )
    def test_rows_that_do_not_fit_together(self, changes, where, code):
        item, bad = read(**changes)
        assert item is None
        assert [(row.where, row.code) for row in bad] == [(where, code)]
        assert code in FAULTS

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"a: [", "not_readable"),
            (b"a: 1\na: 2\n", "key_twice"),
            (b"a: &x [1]\nb: *x\n", "aliases"),
            (b"a: " + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too_deep"),
            (b"a: 1\n---\nb: 1\n", "too_many"),
            (b"!!python/object/apply:os.system ['true']\n", "not_readable"),
            (b"a: 2024-13-45\n", "not_readable"),
            (b"? [1]\n: 2\n", "not_readable"),
            (b"1: 2\n", "not_readable"),
            # Tags that the value does not fit: PyYAML raises KeyError, IndexError, AttributeError.
            (b"a: !!bool x\n", "not_readable"),
            (b"a: !!int ''\n", "not_readable"),
            (b"a: !!float ''\n", "not_readable"),
            (b"a: !!timestamp x\n", "not_readable"),
            (b"\xff\xfe\x00", "not_readable"),
            (b"- just\n- a list\n", "wrong_kind"),
            (b"", "wrong_kind"),
            (b"#" * (MAX_FILE_BYTES + 1), "too_large"),
        ],
    )
    def test_hostile_files(self, content, code):
        item, bad = read_item("x.yaml", content)
        assert item is None
        assert bad[0].file == "x.yaml"
        assert bad[0].code == code

    def test_laughs_stay_small(self):
        """Nine levels of ten aliases each would be a thousand million values."""
        lines = ["a0: &a0 [x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
        assert read_catalogue("x.yaml", "\n".join(lines).encode()).bad_rows[0].code == "aliases"

    def test_a_file_of_many_items(self):
        second = {**GOOD, "code": "SB-900", "risk": "huge"}
        content = yaml.dump_all([GOOD, second, GOOD], Dumper=Unfolded, allow_unicode=True).encode()
        report = read_catalogue("x.yaml", content)
        assert [(row.where, row.code) for row in report.bad_rows] == [
            ("2.risk", "wrong_choice"),
            ("3.code", "repeated"),
        ]
        assert read_catalogue("x.yaml", b"").bad_rows[0].code == "no_items"

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

    def test_a_version_from_before_the_guide_keeps_its_hash(self):
        """What an older program stored and signed says nothing of what came later."""
        item = next(item for item in ITEMS if item.code == "SB-002")
        came_later = {"process", "channels", "limit", "fees", "second_review", "elements"}
        plain = {
            field.name: getattr(item, field.name)
            for field in dataclasses.fields(item)
            if field.name not in came_later
        }
        old = ItemVersion(**plain)
        assert came_later.isdisjoint(json.loads(content_of(old)))
        assert TypeAdapter(ItemVersion).validate_json(content_of(old)) == old
        assert TypeAdapter(ItemVersion).validate_json(content_of(item)) == item
        assert sha256_of(old) != sha256_of(item)

    def test_a_version_from_before_sources_keeps_its_hash(self):
        item = next(item for item in ITEMS if item.code == "SB-002")
        later = {"sources", "commitment"}
        assert all(later.isdisjoint(spec) for spec in json.loads(content_of(item))["materials"])
        first = dataclasses.replace(item.materials[0], sources=(SourceKind.SHARED_DATA,))
        newer = dataclasses.replace(item, materials=(first, *item.materials[1:]))
        assert json.loads(content_of(newer))["materials"][0]["sources"] == ["shared_data"]
        assert TypeAdapter(ItemVersion).validate_json(content_of(newer)) == newer

    @pytest.mark.parametrize("starts", ClockStart)
    def test_a_limit_runs_from_receipt_or_from_acceptance(self, desk, clock, starts):
        item = next(item for item in ITEMS if item.code == "SB-002")
        limit = dataclasses.replace(item.limit, starts=starts)
        newer = dataclasses.replace(item, version=2, limit=limit)
        desk.run(publish_item, PublishItem(newer), SYSTEM)
        case_id = desk.signed("SB-002")
        signed_ms = clock.wall_ms()
        clock.advance(7 * 24 * 3600 * 1000)
        accepted = desk.run(accept_case, AcceptCase(case_id, Road.DESK))
        began_ms = signed_ms if starts is ClockStart.RECEIPT else clock.wall_ms()
        expected = WorkingCalendar().due_ms(began_ms, item.promised_days)
        assert accepted.promised_due_ms == expected

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
