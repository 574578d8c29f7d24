"""Lists of cases: whom they show what, what narrows them, and that pages leave nothing out."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.end_visit import EndVisit, end_visit
from casework.actions.expire_leases import overdue_decisions
from casework.actions.open_case import OpenCase, open_case
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_over import TakeOver, take_over
from casework.actor import Actor, Role
from casework.ids import new_id
from casework.model.case import CaseState, Road
from casework.model.masking import mask_name
from casework.store import schema_case as s
from casework.store import schema_org as org
from casework.store.case_rows import insert_case, load_case
from casework.views.lists.asked import asked
from casework.views.lists.case_filter import CaseFilter, Due, Order
from casework.views.lists.case_list import MAX_COUNT, list_page, matching
from casework.views.lists.errors import PlaceLost
from casework.views.visible_cases import visible_cases
from scenes.case_scene import CALL_ITEM, DESK_ITEM, INSTANT_ITEM, an_id_number

DAY_MS = 24 * 3_600_000


@pytest.fixture
def read(store, keys, clock):
    """One page for an actor."""

    def do(actor, wanted=None, **asked_for):
        with store.reading() as conn:
            return list_page(
                conn, keys, actor, wanted or CaseFilter(), clock.wall_ms(), **asked_for
            )

    return do


@pytest.fixture
def ids(read):
    return lambda actor, wanted=None: [line.case_id for line in read(actor, wanted).lines]


@pytest.fixture
def lead_of(desk):
    return lambda clerk: Actor(clerk.id, Role.OUTLET_LEAD, None, clerk.outlet)


@pytest.fixture
def elsewhere(desk):
    """A clerk of another outlet."""
    others = (one for one in desk.city.actors.values() if one.role is Role.CLERK)
    return next(one for one in others if one.outlet != desk.clerk.outlet)


def test_every_role_is_shown_what_it_may_see_and_no_more(
    desk, store, clock, ids, elsewhere, lead_of
):
    mine = [desk.opened(), desk.accepted(), desk.in_review(), desk.signed(INSTANT_ITEM)]
    usher = desk.city.actors["usher1"]
    visit = desk.run(open_visit, OpenVisit("hall.example/log"), usher).visit_id
    prepared, taken = (
        desk.run(open_case, OpenCase(DESK_ITEM, visit_id=visit), usher).case_id for _ in range(2)
    )
    desk.run(end_visit, EndVisit("hall.example/log", visit), usher)
    desk.run(take_over, TakeOver(taken))
    mine += [prepared, taken]
    with store.reading() as conn:
        everybody = [*desk.city.actors.values(), elsewhere, lead_of(desk.clerk), desk.screen]
        for actor in everybody:
            rule = visible_cases(conn, actor, clock.wall_ms())
            seen = set(conn.scalars(select(s.cases.c.id).where(rule)))
            assert set(ids(actor)) == seen, actor
    assert set(ids(desk.clerk)) == set(ids(lead_of(desk.clerk))) == set(mine)
    assert ids(elsewhere) == ids(lead_of(elsewhere)) == []
    assert ids(usher) == [prepared]
    assert ids(replace(usher, outlet=elsewhere.outlet)) == []
    assert ids(Actor("x", Role.ADMIN)) == []


def all_filters(desk, case):
    yield CaseFilter(number=case.number)
    yield CaseFilter(applicant=desk.kernel.keys.blind_index("id_number", an_id_number()))
    yield CaseFilter(state=(CaseState.ACCEPTED,))
    yield CaseFilter(state=tuple(sorted(CaseState)))
    yield CaseFilter(road=Road.DESK)
    yield CaseFilter(item=case.item_code)
    yield CaseFilter(words=case.item_code[:2].lower())
    yield CaseFilter(group=case.group_code)
    yield CaseFilter(outlet=case.outlet_id)
    yield CaseFilter(window=case.window_id)
    yield CaseFilter(opened_from="2000-01-01", opened_to="2999-01-01")
    yield CaseFilter(accepted_from="2000-01-01")
    yield CaseFilter(order=Order.OLDEST)


def test_no_filter_leads_a_clerk_to_another_outlet(desk, ids, elsewhere, lead_of):
    case_id = desk.accepted()
    for wanted in all_filters(desk, desk.case(case_id)):
        assert ids(desk.clerk, wanted) == [case_id], wanted
        assert ids(elsewhere, wanted) == [], wanted
        assert ids(lead_of(elsewhere), wanted) == [], wanted


def test_a_reviewer_finds_only_cases_of_his_groups(desk, ids):
    accepted, draft = desk.accepted(), desk.opened()
    foreign = next(
        one
        for one in desk.city.actors.values()
        if one.role is Role.REVIEWER
        and ids(one, CaseFilter(group=desk.case(accepted).group_code)) == []
    )
    for wanted in all_filters(desk, desk.case(accepted)):
        assert ids(desk.reviewer, wanted) == [accepted], wanted
        assert ids(foreign, wanted) == [], wanted
    assert draft not in ids(desk.reviewer)


def test_filters_narrow(desk, ids, store, clock, k):
    draft, accepted, reviewed = desk.opened(CALL_ITEM), desk.accepted(), desk.in_review()
    lead = desk.city.actors["lead"]
    number = {
        actor.id: n for actor in (desk.clerk, desk.reviewer) for n in [number_of(store, actor)]
    }

    def only(**values):
        return set(ids(lead, CaseFilter(**values)))

    assert only(state=(CaseState.DRAFT,)) == {draft}
    assert only(state=(CaseState.DRAFT, CaseState.ACCEPTED)) == {draft, accepted}
    assert only(item=CALL_ITEM) == {draft}
    assert only(words=DESK_ITEM.lower()) == {accepted, reviewed}
    assert only(words="%") == only(words="_x_") == set()
    assert only(clerk=number[desk.clerk.id]) == {accepted, reviewed}
    assert only(reviewer=number[desk.reviewer.id]) == {reviewed}
    assert only(clerk="nobody") == set()
    assert only(accepted_to="2001-01-01") == set()
    assert only(called=True) == set()
    assert only(due=Due.OVERDUE) == set()
    due = desk.case(accepted).promised_due_ms
    clock.advance(due - clock.wall_ms() + 1)
    assert only(due=Due.OVERDUE) == {accepted, reviewed}
    assert only(due=Due.OVERDUE, state=(CaseState.ACCEPTED,)) == {accepted}
    assert only(due=Due.OVERDUE, state=(CaseState.DRAFT,)) == set()
    clock.advance(-2)
    assert only(due=Due.SOON) == {accepted, reviewed}


def number_of(store, actor):
    with store.reading() as conn:
        return conn.scalar(select(org.staff.c.number).where(org.staff.c.id == actor.id))


def test_lines_tell_people_by_number_and_the_applicant_masked(desk, read, store):
    case_id = desk.in_review()
    (line,) = read(desk.clerk).lines
    assert line.case_id == case_id
    assert line.applicant == mask_name("群众甲") != "群众甲"
    assert line.clerk == number_of(store, desk.clerk)
    assert line.reviewer == number_of(store, desk.reviewer)
    assert line.state is CaseState.IN_FIRST_REVIEW


def test_a_destroyed_key_leaves_the_line_without_a_name(desk, read):
    case_id = desk.accepted()
    desk.kernel.keys.destroy("case", case_id)
    assert [line.applicant for line in read(desk.clerk).lines] == [""]


def copies(desk, count):
    """Cases at the same place, a second apart two by two: the id has to break ties."""
    first = desk.opened()

    def write(tx, _):
        case = load_case(tx.conn, first)
        for n in range(1, count):
            fields = {name: getattr(case, name) for name in case.__dataclass_fields__}
            fields |= {"id": new_id(), "number": f"{n:016d}", "applicant_seq": None}
            fields["opened_at_ms"] = case.opened_at_ms + n // 2 * 1000
            insert_case(tx.conn, type(case)(**fields))

    desk.run(write, None)


def test_counts_are_bounded(desk, read):
    copies(desk, MAX_COUNT + 5)
    page = read(desk.clerk, size=10)
    assert (page.count, page.more, len(page.lines)) == (MAX_COUNT, True, 10)
    few = read(desk.clerk, CaseFilter(number=page.lines[0].number))
    assert (few.count, few.more) == (1, False)


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("by", ["clerk", "lead", "reviewer"])
def test_pages_go_on_where_the_last_one_ended(desk, read, order, by):
    copies(desk, 23)
    actor = {"clerk": desk.clerk, "lead": desk.city.actors["lead"], "reviewer": desk.reviewer}[by]
    if by == "reviewer":
        desk.run(lambda tx, _: tx.conn.execute(update(s.cases).values(accepted_at_ms=1)), None)
    wanted = CaseFilter(order=order)
    whole = [line.case_id for line in read(actor, wanted, size=100).lines]
    assert len(whole) == 23
    assert whole == sorted(
        whole, key=lambda i: (desk.case(i).opened_at_ms, i), reverse=order is Order.NEWEST
    )
    turned, after = [], ""
    while True:
        page = read(actor, wanted, size=4, after=after)
        turned += [line.case_id for line in page.lines]
        assert page.count == 23
        if not (after := page.after):
            break
    assert turned == whole


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=8),
    st.sampled_from(Order),
    st.integers(1, 5),
)
def test_nothing_is_shown_twice_or_missed_while_cases_come_and_go(
    desk, read, meanwhile, order, size
):
    """Rows come in anywhere in the order, and others leave the list, between any two pages."""
    start = 1_700_000_000_000
    model = desk.case(desk.opened())

    def put(tx, moments):
        for moment in moments:
            fields = {name: getattr(model, name) for name in model.__dataclass_fields__}
            case_id = new_id()
            fields |= {"id": case_id, "number": case_id[-16:], "state": CaseState.ACCEPTED}
            insert_case(tx.conn, type(model)(**fields | {"opened_at_ms": start + moment}))

    desk.run(put, [*range(10), *range(10)])
    wanted = CaseFilter(state=(CaseState.ACCEPTED,), order=order)
    before = set(ids_of(read(desk.clerk, wanted, size=100)))
    gone, shown, after = set(), [], ""
    changes = iter(meanwhile)
    while True:
        page = read(desk.clerk, wanted, size=size, after=after)
        shown += ids_of(page)
        if not (after := page.after):
            break
        moment, leaves = next(changes, (None, False))
        if moment is not None:
            desk.run(put, [moment])
        if leaves:
            leaving = min(before)
            gone.add(leaving)
            before.discard(leaving)
            desk.run(
                lambda tx, case_id: tx.conn.execute(
                    update(s.cases).where(s.cases.c.id == case_id).values(state=CaseState.WITHDRAWN)
                ),
                leaving,
            )
    assert len(shown) == len(set(shown))
    assert before <= set(shown)
    desk.run(lambda tx, _: tx.conn.execute(update(s.cases).values(state=CaseState.WITHDRAWN)), None)


def ids_of(page):
    return [line.case_id for line in page.lines]


def test_a_cursor_serves_its_list_and_person_alone(desk, read):
    copies(desk, 9)
    cursor = read(desk.clerk, size=3).after
    assert read(desk.clerk, size=3, after=cursor).lines
    strangers = (desk.city.actors["lead"], desk.city.actors["clerk2"])
    for actor in strangers:
        with pytest.raises(PlaceLost):
            read(actor, size=3, after=cursor)
    with pytest.raises(PlaceLost):
        read(desk.clerk, CaseFilter(state=(CaseState.DRAFT,)), size=3, after=cursor)
    for bad in ("", "!", "AAAA", cursor[:-1], "B" + cursor[1:], cursor + "AAAA", "é" * 9):
        if bad:
            with pytest.raises(PlaceLost):
                read(desk.clerk, size=3, after=bad)


def test_an_address_and_its_filter_say_the_same(desk):
    case = desk.case(desk.accepted())
    for wanted in all_filters(desk, case):
        again = asked(parse_qsl(wanted.query))
        assert again.filter == wanted
        assert again.wrong == ()
        assert again.filter.sha256 == wanted.sha256
    assert (
        asked(parse_qsl("state=draft&state=accepted&item=&order=newest")).filter
        == asked(parse_qsl("state=accepted&state=draft&state=draft")).filter
    )


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("state=x", ("state",)),
        ("outcome=x&road=y", ("outcome", "road")),
        ("opened_from=2026-99-99", ("opened_from",)),
        ("opened_from=0001-01-01", ("opened_from",)),
        ("opened_from=2026-02-02&opened_to=2026-02-01", ("opened_to",)),
        ("number=12", ("number",)),
        ("applicant=990000198001010015", ("applicant",)),
        ("item=%00", ("item",)),
        ("words=%07", ("words",)),
        ("words=" + "x" * 81, ("words",)),
        ("outlet=1", ("outlet",)),
        ("called=yes", ("called",)),
        ("size=30", ("?",)),
        ("item=a&item=b", ("item",)),
    ],
)
def test_a_value_that_cannot_be_read_is_named(query, wrong):
    assert asked(parse_qsl(query)).wrong == wrong


def test_what_matches_is_what_the_pages_show(desk, store, clock, ids):
    for _ in range(3):
        desk.run(accept_case, AcceptCase(desk.signed(), Road.DESK))
    taken = desk.run(take_case, TakeCase(ids(desk.clerk)[0]), desk.reviewer).case_id
    wanted = CaseFilter(state=(CaseState.ACCEPTED,))
    with store.reading() as conn:
        found = matching(conn, desk.clerk, wanted, clock.wall_ms(), 2)
    assert found == ids(desk.clerk, wanted)[:2]
    assert taken not in found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_rare_state_is_not_looked_for_among_all_cases_of_a_group(store):
    columns = s.cases.c
    walk = (
        select(columns.opened_at_ms, columns.id)
        .where(columns.group_code == "g", columns.accepted_at_ms.is_not(None), columns.state == "x")
        .order_by(columns.opened_at_ms.desc(), columns.id.desc())
        .limit(31)
    )
    with store.reading() as conn:
        said = walk.compile(conn, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
    assert plan == ["SEARCH cases USING INDEX ix_cases_group_state (group_code=? AND state=?)"]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_overdue_decisions_are_not_looked_for_among_all_cases(store):
    with store.reading() as conn:
        said = overdue_decisions(1_000).compile(conn, compile_kwargs={"literal_binds": True})
        if conn.dialect.name == "postgresql":
            # A table of a few rows is read whole, index or not: can it be found without?
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = conn.exec_driver_sql(f"EXPLAIN {said}").all()
        else:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}").all()
    assert "ix_cases_pending" in str(plan)
    assert "Seq Scan" not in str(plan)
