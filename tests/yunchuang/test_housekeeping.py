"""What the desk does by itself goes on where it stood, however often the desk is started."""

import asyncio
import os
from contextlib import asynccontextmanager, suppress

from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.clock import ManualClock
from casework.data_dir import DataDir
from casework.erasure.eraser import Eraser
from casework.ids import new_id
from casework.materials.local import LocalMaterialStore
from casework.materials.unnamed import UnnamedContents
from casework.model.case import CaseState
from casework.model.supplement import GENERAL, NoticePoint, NoticeReason
from scenes.case_scene import DESK_ITEM, Desk, a_stored, seeded_city
from scenes.kernel import kernel
from scenes.lapsing import TERM, publish_lapsing
from yunchuang.housekeeping import keep_house

POINT = NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明情况。")


@asynccontextmanager
async def kept(k, folder):
    """A desk keeps house meanwhile."""
    eraser = Eraser(DataDir(folder), k.store, k.writer, k.keys, origin="desk.example/log")
    unnamed = UnnamedContents(k.store, LocalMaterialStore(folder / "materials", k.keys), k.clock)
    task = asyncio.create_task(keep_house(k.writer, k.clock, eraser, unnamed))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def test_what_fell_due_while_the_desk_was_down_lapses_when_it_is_up_again(tmp_path):
    clock = ManualClock()
    with kernel(tmp_path, clock=clock) as k:
        desk = Desk(k, seeded_city(k))
        publish_lapsing(desk, DESK_ITEM)
        told, held = desk.in_review(), desk.in_review()
        desk.run(require_supplement, RequireSupplement(told, (POINT,), TERM), desk.reviewer)
        desk.run(give_notice, GiveNotice(told, a_stored(told)))
        clock.advance(
            200_000
        )  # the lock on the other one has run out: by it one sees a turn of the house
        async with kept(k, tmp_path):
            await until(lambda: desk.case(held).state is CaseState.ACCEPTED)
        assert desk.case(told).state is CaseState.SUPPLEMENT_REQUIRED
        clock.advance(60 * 86_400_000)
        async with kept(k, tmp_path):
            await until(lambda: desk.case(told).state is CaseState.LAPSED)


async def test_a_content_that_no_case_names_goes_with_the_housework(tmp_path):
    with kernel(tmp_path) as k:
        case_id = Desk(k, seeded_city(k)).in_review()
        refused = tmp_path / "materials" / case_id / f"{new_id()}.bin"
        refused.parent.mkdir(parents=True)
        refused.touch()
        os.utime(refused, (0, 0))
        async with kept(k, tmp_path):
            await until(lambda: not refused.exists())
