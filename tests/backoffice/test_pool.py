"""The reviewer's pool when more cases wait than a page shows: filters and figures are of all of them."""

import pytest

from backoffice_console.views import desk_lists
from casework.model.case import Road

FIRST, SECOND = "SB-002", "SB-004"


@pytest.fixture
def waiting(house, monkeypatch) -> list[str]:
    """Three cases of one item and then one of another, of which a page shows two."""
    monkeypatch.setattr(desk_lists, "MAX_ROWS", 2)
    return [house.desk.accepted(item, Road.DESK) for item in (FIRST, FIRST, FIRST, SECOND)]


def pool(house, **asked):
    now_ms = house.kernel.clock.wall_ms()
    with house.kernel.store.reading() as conn:
        return desk_lists.pool(conn, house.reviewer, now_ms, **asked)


def test_all_that_wait_are_counted_and_offered_as_filters(house, waiting):
    shown = pool(house)
    assert [line.id for line in shown.lines] == waiting[:2]
    assert (shown.fitting, shown.total) == (4, 4)
    assert [code for code, _ in shown.items] == [FIRST, SECOND]


def test_a_filter_finds_what_stands_behind_the_first_page(house, waiting):
    shown = pool(house, item=SECOND)
    assert [line.id for line in shown.lines] == waiting[3:]
    assert (shown.fitting, shown.total) == (1, 4)
    assert [code for code, _ in shown.items] == [FIRST, SECOND], "the way back is offered too"
    outlet = house.desk.case(waiting[0]).outlet_id
    assert pool(house, item=FIRST, outlet=outlet).fitting == 3
    assert pool(house, item=FIRST, outlet="elsewhere").lines == []


async def test_the_page_says_that_there_are_more(client, sign_in, house, waiting):
    await sign_in("reviewer", "reviewer1")
    page = await (await client.get("/hall", headers={"Accept": "text/html"})).text()
    assert "4 件" in page
    assert "共 4 件，先列出前 2 件，可用上方筛选缩小范围。" in page
    page = await (await client.get(f"/hall?item={SECOND}", headers={"Accept": "text/html"})).text()
    assert f'href="/hall/case/{waiting[3]}?leaf=pool&amp;item={SECOND}"' in page
    assert "先列出前" not in page


async def test_leafing_stays_in_the_list_one_came_from(client, sign_in, waiting):
    await sign_in("reviewer", "reviewer1")
    page = await (await client.get(f"/hall/case/{waiting[0]}?leaf=pool&item={FIRST}")).text()
    assert "第 1 件，共 3 件" in page
    assert f'href="/hall/case/{waiting[1]}?leaf=pool&amp;item={FIRST}"' in page
    page = await (await client.get(f"/hall/case/{waiting[3]}?leaf=pool&item={SECOND}")).text()
    assert "第 1 件，共 1 件" in page
