"""What waits for the store has a limit, and nothing that counts is lost by it."""

import asyncio

from casework.errors import StoreUnavailable
from casework.worker_link import messages as m
from scenes.sockets import Scene, until
from signaling.rooms import inbox as inbox_module
from signaling.rooms.inbox import Inbox


async def test_facts_beyond_the_limit_are_read_from_the_journal(scene: Scene, monkeypatch):
    monkeypatch.setattr(inbox_module, "MOST_WAITING", 5)
    await scene.talk()
    worker, writer = scene.desk.worker, scene.desk.k.writer
    run, is_gone = writer.run, True

    async def run_if_there(action, command, **options):
        if is_gone:
            raise StoreUnavailable
        return await run(action, command, **options)

    monkeypatch.setattr(writer, "run", run_if_there)
    for _ in range(50):
        await worker.fact(m.Heads, scene.call, mono_ms=1, heads=[])
    await asyncio.sleep(0.05)
    assert worker.acked == {}
    is_gone = False
    await worker.fact(m.Heads, scene.call, mono_ms=2, heads=[])
    # Whatever got no room is told by the journal once the next one is heard.
    await until(lambda: worker.acked.get(scene.call, 0) >= 5)
    await worker.fact(m.Heads, scene.call, mono_ms=3, heads=[])
    await until(lambda: worker.acked.get(scene.call) == 52)


async def test_states_of_legs_always_find_room(monkeypatch):
    monkeypatch.setattr(inbox_module, "MOST_WAITING", 1)
    inbox, done = Inbox("01J9ZC", None, None), []

    async def note(what: str) -> None:
        done.append(what)

    inbox.put(lambda: note("state"))
    inbox.put_if_there_is_room(lambda: note("no room"))
    inbox.put(lambda: note("another state"))
    task = asyncio.create_task(inbox.run())
    await until(lambda: inbox.is_empty)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert done == ["state", "another state"]
