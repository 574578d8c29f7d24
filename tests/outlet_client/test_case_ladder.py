"""The status ladder as a piece of a page: what it says, and to whom."""

import re

import pytest

from casework.actor import SYSTEM
from casework.log.sequenced import SetLogIndexes, set_log_indexes, waiting
from portal.case_ladder import setup_case_ladder
from scenes import counter as t
from scenes.log_standing import LogStanding


@pytest.fixture
def app(app, log):
    setup_case_ladder(app, log)
    return app


def log_all(k, log: LogStanding) -> None:
    with k.store.reading() as conn:
        positions = tuple(entry.position for entry in waiting(conn, limit=1_000))
    k.writer.run_sync(set_log_indexes, SetLogIndexes(log.size, positions), actor=SYSTEM)
    log.size += len(positions)


async def rungs(someone, case: str) -> list[tuple[str, bool]]:
    """Each rung's words, and whether it is reached."""
    answer = await someone.client.get(f"/cases/{case}/ladder", headers={"Accept": "text/html"})
    assert answer.status == 200
    found = re.findall(
        r'<li class="ladder-step"[^>]*?( data-reached)?>.*?<span>(.*?)</span>', await answer.text()
    )
    return [(words, bool(reached)) for reached, words in found]


async def test_it_says_what_is_reached_and_what_is_not(clerk, screen, k, log):
    case = await t.accepted(clerk, screen)
    assert await rungs(clerk, case) == [
        ("已记录", True), ("待入链", False), ("未配置见证", False), ("未封存", False),
    ]  # fmt: skip
    log_all(k, log)
    log.witnesses = 3
    assert await rungs(clerk, case) == [
        ("已记录", True), ("已入链", True), ("见证 0/3", False), ("未封存", False),
    ]  # fmt: skip
    log.cosigned_size, log.signers, log.time_stamping = log.size, 2, True
    assert await rungs(clerk, case) == [
        ("已记录", True), ("已入链", True), ("见证 2/3", True), ("未加时间戳", False), ("未封存", False),
    ]  # fmt: skip
    log.stamps = [(log.size, 1_795_000_000_000)]
    assert ("已加时间戳", True) in await rungs(clerk, case)


async def test_whoever_may_not_see_the_case_does_not_see_its_ladder(clerk, screen, sign_in):
    case = await t.accepted(clerk, screen)
    elsewhere = await sign_in("clerk3", "community/1")
    nobody = await sign_in()
    for someone, status in ((elsewhere, 404), (screen, 403), (nobody, 401)):
        assert (await someone.client.get(f"/cases/{case}/ladder")).status == status
    assert (await clerk.client.get("/cases/nonsense/ladder")).status == 404


async def test_auditors_leads_and_reviewers_see_the_same(clerk, screen, sign_in, k, log):
    case = await t.accepted(clerk, screen)
    log_all(k, log)
    hers = await rungs(clerk, case)
    for login, door in (("auditor", "auditor"), ("lead", "lead"), ("reviewer2", "reviewer")):
        assert await rungs(await sign_in(login, door=door), case) == hers
