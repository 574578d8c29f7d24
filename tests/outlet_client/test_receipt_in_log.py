"""The decision paper names the decision's place in the log, and the log what the paper said."""

import hashlib

import pytest

from audit.entry import Entry
from casework.actor import SYSTEM
from casework.log.sequenced import SetLogIndexes, set_log_indexes, waiting
from casework.store.reading import entries_of
from casework.views.sealed_values import sealed_fields
from outlet_client.api import papers
from scenes import counter as t
from scenes.paper_text import text_of

ORIGIN = "window.example/log"


@pytest.fixture
def log_origin() -> str:
    return ORIGIN


@pytest.fixture
async def decided(clerk, screen, hall) -> str:
    case = await t.accepted(clerk, screen)
    hall.approve(case)
    return case


def log_all(k, first: int = 5_000_000) -> dict[str, int]:
    """What the sequencer does when everything is in the log; the index of each leaf."""
    with k.store.reading() as conn:
        entries = waiting(conn, limit=1_000)
    positions = tuple(entry.position for entry in entries)
    k.writer.run_sync(set_log_indexes, SetLogIndexes(first, positions), actor=SYSTEM)
    return {entry.leaf_hash: first + n for n, entry in enumerate(entries)}


def chain(k, case: str) -> list[Entry]:
    with k.store.reading() as conn:
        return [Entry.decode(one.body) for one in entries_of(conn, f"case:{case}")]


async def printed(clerk, case: str, **options) -> bytes:
    body = {"paper": "decision"}
    answer = t.done(await clerk.post(f"/api/v1/cases/{case}/papers", body, **options))
    return await (await clerk.client.get(answer["url"])).read()


async def test_the_line_names_the_entry_of_the_decision(clerk, decided, k):
    indexes = log_all(k)
    paper = await printed(clerk, decided)
    (decision,) = (one for one in chain(k, decided) if one.type == "decision.confirmed")
    leaf = decision.leaf_hash().hex()
    line = f"{ORIGIN} {indexes[leaf]} {leaf}"
    assert line.replace(" ", "") in text_of(paper).replace(" ", "")


async def test_the_log_commits_to_the_very_bytes_of_each_copy(clerk, decided, k):
    log_all(k)
    copies = [await printed(clerk, decided), await printed(clerk, decided)]
    issued = [one for one in chain(k, decided) if one.type == "receipt.issued"]
    assert [dict(one.facts) for one in issued] == [{"copy": 1}, {"copy": 2}]
    for entry, paper in zip(issued, copies, strict=True):
        with k.store.reading() as conn:
            said = sealed_fields(conn, k.keys, entry.chain, entry.seq)
        assert said == {"pdf_sha256": hashlib.sha256(paper).hexdigest()}


async def test_a_log_that_stands_still_keeps_nobody_waiting(clerk, decided, k, monkeypatch):
    monkeypatch.setattr(papers, "LOGGED_WITHIN_S", 0.3)
    first = await printed(clerk, decided)
    log_all(k)
    second = await printed(clerk, decided)
    assert "存证编号" not in text_of(first)
    assert "存证编号" in text_of(second)
    url = f"/api/v1/cases/{decided}/papers/decision/0/1.pdf"
    again = await (await clerk.client.get(url)).read()
    assert again == first
