"""一次性告知 and 补正: one complete list, told in a provable way, every point answered, and a further
list only by a duty lead's leave.
"""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from audit.entry import Entry
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.add_material import AddMaterial, add_material
from casework.actions.allow_second_notice import AllowSecondNotice, allow_second_notice
from casework.actions.ask_second_notice import AskSecondNotice, ask_second_notice
from casework.actions.fix_returned import FixReturned, fix_returned
from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.publish_item import PublishItem, publish_item
from casework.actions.refuse_second_notice import RefuseSecondNotice, refuse_second_notice
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.save_form import SaveForm, save_form
from casework.actions.set_presence import SetPresence, set_presence
from casework.actions.supply_supplement import PointAnswer, SupplySupplement, supply_supplement
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_next import TakeNext, take_next
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Actor, Role
from casework.calendar import CHINA, WorkingCalendar, day_of
from casework.catalogue.guide import ClockStop, LegalBasis, StopCause
from casework.errors import InvalidInput, NotAllowed, VersionConflict
from casework.model.applicant import IdentityMethod
from casework.model.call import Presence
from casework.model.case import CaseState, Road
from casework.model.material import NOTICE_SIGNATURE, MaterialGrade, MaterialSource
from casework.model.merge_patch import merge
from casework.model.supplement import (
    GENERAL,
    MAX_POINTS,
    AnsweredBy,
    NoticeChannel,
    NoticePoint,
    NoticeReason,
    SecondNoticeAnswer,
    notice_digest,
)
from casework.policy.refusals import (
    ApplicationNotSigned,
    CaseLocked,
    ClerkMayNotReview,
    LeaseLost,
    NothingToTake,
    StateForbids,
    WrongCall,
)
from casework.policy.supplement_refusals import (
    NoSecondNoticeAsked,
    NoticeGivenAlready,
    NoticeNotGiven,
    PointsMissing,
    PointsUnanswered,
    SecondNoticeAsked,
    SecondNoticeNotAllowed,
)
from casework.store import schema_case as s
from casework.store.reading import entries_of, events_after
from casework.views.case_snapshot import case_snapshot
from casework.views.notices import (
    asked_second_notices,
    notice_paper,
    notices_of,
    rounds_given,
    second_notices,
)
from scenes.call_case import CallCase
from scenes.case_scene import Desk, a_stored

ID_CARD = NoticePoint("id_card", NoticeReason.NOT_VALID, "身份证已过有效期。", "新的身份证")
PROOF = NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明缴费中断的原因。")


@pytest.fixture
def second(desk: Desk) -> Actor:
    """Another reviewer of the same group."""
    return desk.city.actors["reviewer2"]


@pytest.fixture
def lead(desk: Desk) -> Actor:
    return desk.city.actors["lead"]


def require(desk, case_id, *points, by=None, **more):
    command = RequireSupplement(case_id, points or (ID_CARD, PROOF), **({"days": 15} | more))
    return desk.run(require_supplement, command, by or desk.reviewer)


def give(desk, case_id):
    return desk.run(give_notice, GiveNotice(case_id, a_stored(case_id)))


def supply(desk, case_id):
    """Everything that ID_CARD and PROOF ask for."""
    desk.add(case_id, "id_card")
    command = SupplySupplement(case_id, (PointAnswer(2, "停工期间没有单位。"),))
    return desk.run(supply_supplement, command)


def answered(desk, case_id, *, by=None):
    """One whole round."""
    require(desk, case_id, by=by)
    give(desk, case_id)
    return supply(desk, case_id)


def read(desk, view, *arguments):
    with desk.kernel.store.reading() as conn:
        return view(conn, *arguments)


def notices(desk, case_id):
    now = desk.kernel.clock.wall_ms()
    return read(desk, notices_of, desk.kernel.keys, desk.case(case_id), now)


def entries(desk, case_id, type_):
    case = desk.case(case_id)
    return [one for one in read(desk, entries_of, case.chain) if one.type == type_]


class TestNotice:
    def test_the_whole_list_is_kept_with_its_digest_and_its_term(self, desk, clock):
        case_id = desk.in_review()
        written = require(desk, case_id, days=5)
        assert written.state is CaseState.SUPPLEMENT_REQUIRED
        (notice,) = notices(desk, case_id)
        assert [point.words for point in notice.points] == [ID_CARD.words, PROOF.words]
        assert [point.label for point in notice.points] == ["居民身份证或社会保障卡", ""]
        assert notice.points[0].bring == "新的身份证"
        assert not notice.before_acceptance
        key, number = desk.kernel.keys.case_key(case_id), desk.case(case_id).number
        assert notice.digest == notice_digest(key, number, (ID_CARD, PROOF))
        last = WorkingCalendar().add_working_days(day_of(clock.wall_ms()), 5)
        assert day_of(notice.due_ms) == last
        (entry,) = entries(desk, case_id, "desk.supplement.required")
        assert Entry.decode(entry.body).facts["digest"] == notice.digest
        assert "身份证" not in entry.body.decode()

    def test_the_term_runs_from_the_day_the_citizen_is_told(self, desk, clock):
        case_id = desk.in_review()
        require(desk, case_id, days=5)
        clock.advance(3 * 86_400_000)
        give(desk, case_id)
        (notice,) = notices(desk, case_id)
        assert notice.channel is NoticeChannel.AT_WINDOW
        assert notice.told_by == desk.clerk.id
        last = WorkingCalendar().add_working_days(day_of(clock.wall_ms()), 5)
        assert day_of(notice.due_ms) == last
        clock.advance(3 * 86_400_000)
        (later,) = notices(desk, case_id)
        assert later.due_ms == notice.due_ms

    def test_the_signed_paper_is_kept_and_given_once(self, desk):
        case_id = desk.in_review()
        require(desk, case_id)
        give(desk, case_id)
        with desk.kernel.store.reading() as conn:
            codes = conn.scalars(
                select(s.case_material.c.code).where(s.case_material.c.case_id == case_id)
            ).all()
        assert codes.count(NOTICE_SIGNATURE) == 1
        with pytest.raises(NoticeGivenAlready):
            give(desk, case_id)

    def test_a_list_told_in_the_call_needs_no_paper(self, k):
        scene = CallCase(k)
        desk, case_id = scene.desk, scene.case_id
        require(desk, case_id, PROOF, call_id=scene.call_id)
        (notice,) = notices(desk, case_id)
        assert (notice.channel, notice.call_id) == (NoticeChannel.IN_CALL, scene.call_id)
        assert notice.told_by == desk.reviewer.id
        with pytest.raises(NoticeGivenAlready):
            give(desk, case_id)
        desk.run(supply_supplement, SupplySupplement(case_id, (PointAnswer(1, "说明"),)))

    def test_a_call_that_is_over_tells_nothing(self, k):
        scene = CallCase(k)
        desk, case_id = scene.desk, scene.case_id
        scene.end()
        with pytest.raises(WrongCall):
            require(desk, case_id, PROOF, call_id=scene.call_id)
        assert notices(desk, case_id) == ()

    def test_a_clerk_tells_it_before_acceptance(self, desk):
        case_id = desk.filled()
        require(desk, case_id, by=desk.clerk)
        (notice,) = notices(desk, case_id)
        assert notice.before_acceptance
        give(desk, case_id)
        supply(desk, case_id)
        assert desk.case(case_id).state is CaseState.DRAFT
        desk.sign(case_id)

    def test_the_paper_has_every_fact(self, desk):
        case_id = desk.in_review()
        require(desk, case_id)
        now = desk.kernel.clock.wall_ms()
        paper = read(desk, notice_paper, desk.kernel.keys, case_id, now)
        case = desk.case(case_id)
        assert (paper.case_number, paper.item_code) == (case.number, case.item_code)
        assert paper.outlet == "示范银行第一支行"
        assert paper.written_by.number == "01"
        assert paper.applicant.startswith("群")
        assert paper.applicant != "群众甲"
        assert len(paper.notice.points) == 2

    @pytest.mark.parametrize(
        ("points", "more", "refused"),
        [
            ((), {}, PointsMissing),
            ((NoticePoint("nothing", NoticeReason.MISSING, "缺"),), {}, InvalidInput),
            ((NoticePoint("form:nothing", NoticeReason.MISSING, "缺"),), {}, InvalidInput),
            ((NoticePoint("id_card", NoticeReason.MISSING, " "),), {}, InvalidInput),
            ((NoticePoint("id_card", NoticeReason.MISSING, "缺" * 301),), {}, InvalidInput),
            ((NoticePoint("id_card", NoticeReason.MISSING, "缺", "带" * 301),), {}, InvalidInput),
            ((PROOF,) * (MAX_POINTS + 1), {}, InvalidInput),
            ((PROOF,), {"days": 0}, InvalidInput),
            ((PROOF,), {"days": 61}, InvalidInput),
            ((PROOF,), {"call_id": "no such call"}, WrongCall),
        ],
    )
    def test_what_does_not_fit_is_refused_and_nothing_changes(self, desk, points, more, refused):
        case_id = desk.in_review()
        before = desk.case(case_id)
        with pytest.raises(refused):
            command = RequireSupplement(case_id, points, **({"days": 15} | more))
            desk.run(require_supplement, command, desk.reviewer)
        assert desk.case(case_id) == before
        assert notices(desk, case_id) == ()

    def test_only_the_holder_writes_it_in_review_and_only_a_clerk_before(self, desk, second, clock):
        case_id = desk.in_review()
        with pytest.raises(CaseLocked):
            require(desk, case_id, by=second)
        with pytest.raises(NotAllowed):
            require(desk, case_id, by=desk.clerk)
        clock.advance(300_000)
        with pytest.raises(LeaseLost):
            require(desk, case_id)
        draft = desk.filled()
        with pytest.raises((NotAllowed, LeaseLost)):
            require(desk, draft, by=desk.reviewer)
        with pytest.raises(NotAllowed):
            require(desk, draft, by=desk.city.actors["clerk3"])  # of another outlet

    def test_who_wrote_the_clerks_list_does_not_review_the_case(self, desk):
        case_id = desk.filled()
        helper = desk.city.actors["clerk2"]
        require(desk, case_id, by=helper)
        give(desk, case_id)
        supply(desk, case_id)
        desk.sign(case_id)
        from_window = Actor(helper.id, Role.REVIEWER)
        desk.run(accept_case, AcceptCase(case_id, Road.DESK))
        with pytest.raises(ClerkMayNotReview):
            desk.run(take_case, TakeCase(case_id), from_window)


class TestSupplement:
    def test_every_point_is_supplied_or_explained(self, desk):
        case_id = desk.in_review()
        require(desk, case_id)
        give(desk, case_id)
        with pytest.raises(PointsUnanswered) as refused:
            desk.run(supply_supplement, SupplySupplement(case_id))
        assert refused.value.details["points"] == ["1", "2"]
        desk.add(case_id, "id_card")
        with pytest.raises(PointsUnanswered) as refused:
            desk.run(supply_supplement, SupplySupplement(case_id))
        assert refused.value.details["points"] == ["2"]
        supply(desk, case_id)
        (notice,) = notices(desk, case_id)
        assert [point.answered for point in notice.points] == [
            AnsweredBy.SUPPLIED,
            AnsweredBy.EXPLAINED,
        ]
        assert notice.points[1].explained == "停工期间没有单位。"
        assert notice.ended_at_ms is not None
        assert desk.case(case_id).state is CaseState.ACCEPTED

    def test_a_field_counts_when_it_is_changed(self, desk):
        case_id = desk.in_review()
        code = next(field.code for field in desk.item(case_id).fields if field.kind == "text")
        require(desk, case_id, NoticePoint(f"form:{code}", NoticeReason.CONTRADICTS, "与证件不符"))
        give(desk, case_id)
        desk.run(save_form, SaveForm(case_id, {code: "示范内容"}))  # as it was
        with pytest.raises(PointsUnanswered):
            desk.run(supply_supplement, SupplySupplement(case_id))
        desk.run(save_form, SaveForm(case_id, {code: "改过的内容"}))
        with pytest.raises(ApplicationNotSigned):
            desk.run(supply_supplement, SupplySupplement(case_id))
        desk.sign(case_id)
        desk.run(supply_supplement, SupplySupplement(case_id))
        assert desk.case(case_id).state is CaseState.ACCEPTED

    def test_nothing_is_supplied_before_the_citizen_was_told(self, desk):
        case_id = desk.in_review()
        require(desk, case_id)
        with pytest.raises(NoticeNotGiven):
            supply(desk, case_id)
        # What was brought is kept all the same.
        give(desk, case_id)
        desk.run(supply_supplement, SupplySupplement(case_id, (PointAnswer(2, "说明"),)))

    @pytest.mark.parametrize(
        "answers",
        [
            (PointAnswer(3, "说明"),),
            (PointAnswer(2, " "),),
            (PointAnswer(2, "长" * 301),),
            (PointAnswer(2, "说明"), PointAnswer(2, "又说明")),
        ],
    )
    def test_answers_belong_to_points(self, desk, answers):
        case_id = desk.in_review()
        require(desk, case_id)
        give(desk, case_id)
        desk.add(case_id, "id_card")
        with pytest.raises(InvalidInput):
            desk.run(supply_supplement, SupplySupplement(case_id, answers))

    def test_the_case_is_kept_for_its_reviewer_while_he_is_on_duty(self, desk, second):
        case_id = desk.in_review()
        answered(desk, case_id)
        presence = SetPresence(Presence.FREE)
        desk.run(set_presence, presence, desk.reviewer)
        with pytest.raises(NothingToTake):
            desk.run(take_next, TakeNext(), second)
        desk.run(set_presence, SetPresence(Presence.OFF), desk.reviewer)
        assert desk.run(take_next, TakeNext(), second).case_id == case_id

    def test_it_is_no_fault_of_the_window(self, desk):
        case_id = desk.in_review()
        answered(desk, case_id)
        with desk.kernel.store.reading() as conn:
            assert conn.execute(select(s.case_fault)).all() == []
        with pytest.raises(StateForbids):
            desk.run(fix_returned, FixReturned(case_id))

    @pytest.mark.parametrize("stops", [True, False])
    def test_only_where_a_rule_says_so_the_clock_stands_still(self, desk, clock, stops):
        if stops:
            basis = LegalBasis("示范市政务服务条例", "第三十四条")
            item = desk.item(desk.opened())
            limit = replace(item.limit, stops=(ClockStop(StopCause.SUPPLEMENT, basis),))
            changed = replace(item, version=item.version + 1, limit=limit)
            desk.run(publish_item, PublishItem(changed), SYSTEM)
        case_id = desk.in_review()
        promised = desk.case(case_id).promised_due_ms
        require(desk, case_id, PROOF)
        give(desk, case_id)
        clock.advance(14 * 86_400_000)
        desk.run(supply_supplement, SupplySupplement(case_id, (PointAnswer(1, "说明"),)))
        waited = 10 if stops else 0  # working days of two weeks
        last = WorkingCalendar().add_working_days(day_of(promised), waited)
        assert day_of(desk.case(case_id).promised_due_ms) == last

    def test_the_applicant_may_withdraw_instead_and_takes_her_papers(self, desk):
        case_id = desk.in_review()
        require(desk, case_id)
        with pytest.raises(InvalidInput) as refused:
            desk.run(withdraw_case, WithdrawCase(case_id))
        assert refused.value.details["field"] == "method"
        by_reader = IdentityMethod.ID_READER
        for wrong in ("nothing", "application_signature"):
            with pytest.raises(InvalidInput) as refused:
                desk.run(withdraw_case, WithdrawCase(case_id, by_reader, given_back=(wrong,)))
            assert refused.value.details["field"] == "given_back"
        desk.run(withdraw_case, WithdrawCase(case_id, by_reader, given_back=("id_card",)))
        assert desk.case(case_id).state is CaseState.WITHDRAWN
        with pytest.raises(StateForbids):
            supply(desk, case_id)

    def test_the_events_rebuild_the_case(self, desk):
        case_id = desk.in_review()
        answered(desk, case_id)
        replayed = {}
        with desk.kernel.store.reading() as conn:
            for event in events_after(conn, f"case:{case_id}", 0):
                replayed = merge(replayed, event.data)
            assert replayed == case_snapshot(conn, case_id)


class TestSecondRound:
    @pytest.fixture
    def again(self, desk) -> str:
        """In review once more, after a whole round."""
        case_id = desk.in_review()
        answered(desk, case_id)
        desk.run(take_case, TakeCase(case_id), desk.reviewer)
        return case_id

    def test_a_second_list_is_refused(self, desk, again):
        with pytest.raises(SecondNoticeNotAllowed) as refused:
            require(desk, again)
        assert refused.value.code == "C-61"
        assert refused.value.details["round"] == 2
        assert read(desk, rounds_given, again) == 1

    def test_a_lead_allows_it_once(self, desk, again, lead):
        desk.run(ask_second_notice, AskSecondNotice(again, "新材料互相矛盾。"), desk.reviewer)
        with pytest.raises(SecondNoticeNotAllowed):
            require(desk, again)
        with pytest.raises(SecondNoticeAsked):
            desk.run(ask_second_notice, AskSecondNotice(again, "再问"), desk.reviewer)
        desk.run(allow_second_notice, AllowSecondNotice(again, "确属新情况。"), lead)
        with pytest.raises(SecondNoticeAsked):
            desk.run(ask_second_notice, AskSecondNotice(again, "再问"), desk.reviewer)
        answered(desk, again)
        assert read(desk, rounds_given, again) == 2
        desk.run(take_case, TakeCase(again), desk.reviewer)
        with pytest.raises(SecondNoticeNotAllowed) as refused:
            require(desk, again)
        assert refused.value.details["round"] == 3

    def test_a_lead_refuses_and_may_be_asked_again(self, desk, again, lead):
        desk.run(ask_second_notice, AskSecondNotice(again, "还缺一页。"), desk.reviewer)
        desk.run(refuse_second_notice, RefuseSecondNotice(again, "第一次就应写明。"), lead)
        with pytest.raises(SecondNoticeNotAllowed):
            require(desk, again)
        with pytest.raises(NoSecondNoticeAsked):
            desk.run(allow_second_notice, AllowSecondNotice(again, "同意"), lead)
        desk.run(ask_second_notice, AskSecondNotice(again, "新法规。"), desk.reviewer)
        desk.run(allow_second_notice, AllowSecondNotice(again, "同意。"), lead)
        require(desk, again)
        keys = desk.kernel.keys
        first, second = read(desk, second_notices, keys, desk.case(again))
        assert (first.answer, second.answer) == (
            SecondNoticeAnswer.REFUSED,
            SecondNoticeAnswer.ALLOWED,
        )
        assert (first.reason, first.answer_reason) == ("还缺一页。", "第一次就应写明。")

    def test_the_lead_sees_who_asks_why_and_what_was_told(self, desk, again, lead):
        now, keys = desk.kernel.clock.wall_ms(), desk.kernel.keys
        assert read(desk, asked_second_notices, keys, now) == ()
        desk.run(ask_second_notice, AskSecondNotice(again, "新材料互相矛盾。"), desk.reviewer)
        (line,) = read(desk, asked_second_notices, keys, now)
        assert line.case_number == desk.case(again).number
        assert line.asked.reason == "新材料互相矛盾。"
        assert line.asked_by.number == "01"
        assert [point.words for point in line.before[0].points] == [ID_CARD.words, PROOF.words]
        desk.run(allow_second_notice, AllowSecondNotice(again, "同意。"), lead)
        assert read(desk, asked_second_notices, keys, now) == ()

    def test_leave_is_answered_after_the_reviewer_gave_the_case_back(self, desk, again, lead):
        desk.run(ask_second_notice, AskSecondNotice(again, "新材料。"), desk.reviewer)
        desk.run(release_case, ReleaseCase(again), desk.reviewer)
        desk.run(allow_second_notice, AllowSecondNotice(again, "同意。"), lead)
        desk.run(take_case, TakeCase(again), desk.reviewer)
        require(desk, again)

    def test_nobody_allows_it_for_himself(self, desk, again):
        desk.run(ask_second_notice, AskSecondNotice(again, "新材料。"), desk.reviewer)
        for who in (desk.reviewer, desk.clerk):
            with pytest.raises(NotAllowed) as refused:
                promoted = Actor(who.id, Role.DUTY_LEAD)
                desk.run(allow_second_notice, AllowSecondNotice(again, "同意。"), promoted)
            assert refused.value.details["reason"] == "own_case"
        with pytest.raises(NotAllowed):
            desk.run(allow_second_notice, AllowSecondNotice(again, "同意。"), desk.reviewer)

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
    def test_a_reason_is_needed_to_ask_and_to_answer(self, desk, again, lead, reason):
        with pytest.raises(InvalidInput):
            desk.run(ask_second_notice, AskSecondNotice(again, reason), desk.reviewer)
        desk.run(ask_second_notice, AskSecondNotice(again, "新材料。"), desk.reviewer)
        for action, command in (
            (allow_second_notice, AllowSecondNotice(again, reason)),
            (refuse_second_notice, RefuseSecondNotice(again, reason)),
        ):
            with pytest.raises(InvalidInput):
                desk.run(action, command, lead)

    def test_the_first_needs_no_leave(self, desk):
        case_id = desk.in_review()
        with pytest.raises(InvalidInput):
            desk.run(ask_second_notice, AskSecondNotice(case_id, "想一想"), desk.reviewer)

    def test_a_list_before_acceptance_counts(self, desk):
        case_id = desk.filled()
        answered(desk, case_id, by=desk.clerk)
        with pytest.raises(SecondNoticeNotAllowed):
            require(desk, case_id, by=desk.clerk)
        desk.run(ask_second_notice, AskSecondNotice(case_id, "又缺一页。"))


class TestRaces:
    def test_two_tabs_of_a_clerk_supply_once(self, desk):
        case_id = desk.in_review()
        require(desk, case_id)
        give(desk, case_id)
        desk.add(case_id, "id_card")
        seen = desk.case(case_id).version
        command = SupplySupplement(case_id, (PointAnswer(2, "说明"),), seen)
        desk.run(supply_supplement, command)
        with pytest.raises(StateForbids):
            desk.run(supply_supplement, command)
        assert len(entries(desk, case_id, "desk.supplement.supplied")) == 1

    def test_a_stale_page_changes_nothing(self, desk):
        case_id = desk.in_review()
        seen = desk.case(case_id).version
        still, grade = MaterialSource.STILL, MaterialGrade.B
        desk.run(add_material, AddMaterial(case_id, "id_card", a_stored(case_id), still, grade))
        with pytest.raises(VersionConflict):
            require(desk, case_id, expected_version=seen)
        assert notices(desk, case_id) == ()

    def test_the_answer_that_got_lost_is_given_again(self, desk):
        case_id = desk.in_review()
        command = RequireSupplement(case_id, (ID_CARD, PROOF), 15)
        run = desk.kernel.writer.run_sync
        first = run(require_supplement, command, actor=desk.reviewer, idempotency_key="n-1")
        again = run(require_supplement, command, actor=desk.reviewer, idempotency_key="n-1")
        assert again == first
        assert len(entries(desk, case_id, "desk.supplement.required")) == 1
        # The picture is stored anew when the page sends it again; it means the same.
        paper = [GiveNotice(case_id, a_stored(case_id)) for _ in range(2)]
        given = [run(give_notice, one, actor=desk.clerk, idempotency_key="g-1") for one in paper]
        assert given[0] == given[1]
        assert len(entries(desk, case_id, "desk.notice.given")) == 1

    def test_two_reviewers_write_one_list(self, desk, second, clock):
        case_id = desk.in_review()
        clock.advance(300_000)
        desk.run(take_case, TakeCase(case_id), second)
        with pytest.raises(CaseLocked) as refused:
            require(desk, case_id)
        assert refused.value.details["holder"] == "02"
        require(desk, case_id, by=second)
        assert desk.case(case_id).reserved_for == second.id

    def test_two_leads_answer_once(self, desk, lead):
        case_id = desk.in_review()
        answered(desk, case_id)
        desk.run(take_case, TakeCase(case_id), desk.reviewer)
        desk.run(ask_second_notice, AskSecondNotice(case_id, "新材料。"), desk.reviewer)
        seen = desk.case(case_id).version
        desk.run(allow_second_notice, AllowSecondNotice(case_id, "同意。", seen), lead)
        other = Actor("LEAD-2", Role.DUTY_LEAD)
        with pytest.raises(VersionConflict):
            desk.run(refuse_second_notice, RefuseSecondNotice(case_id, "不同意。", seen), other)
        with pytest.raises(NoSecondNoticeAsked):
            desk.run(refuse_second_notice, RefuseSecondNotice(case_id, "不同意。"), other)


def test_working_days_between_leave_out_what_nobody_works():
    friday, monday = dt.date(2026, 5, 8), dt.date(2026, 5, 11)
    calendar = WorkingCalendar({dt.date(2026, 5, 12): False})
    assert calendar.working_days_between(friday, monday) == 1
    assert calendar.working_days_between(friday, dt.date(2026, 5, 13)) == 2
    assert calendar.working_days_between(monday, monday) == 0
    assert CHINA.utcoffset(None) == dt.timedelta(hours=8)
