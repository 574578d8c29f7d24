"""From a published checkpoint to its cosignatures by witnesses in processes of their own."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from audit.note import VerifyingKey
from audit.policy import Policy
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.installation import Installation, init_data_dir, opened
from casework.store.tx import Tx
from yunchuang.witnesses import Witnessing

WITNESSES = 3
LOOK_S = 0.002
"""Between two looks at how far log and witnesses are."""
WITNESSED_S = 20.0
_BETWEEN_S = 0.1


async def witnessed_after_ms(folder: Path, seconds: float) -> list[float]:
    """Of every checkpoint, until all witnesses cosigned it or a later one. TimeoutError if they do
    not begin to.
    """
    data = DataDir(folder / "data")
    key = init_data_dir(data, origin="bench.yunchuang.example/log")
    names = [f"w{number}.example" for number in range(WITNESSES)]
    with ExitStack() as alive:
        lines = [alive.enter_context(_witness(folder / name, name, key)) for name in names]
        text = f"{''.join(lines)}group all all {' '.join(names)}\nquorum all\n"
        installation = alive.enter_context(opened(data, policy=Policy.parse(text.encode())))
        rounds = Witnessing(
            installation.log, installation.cosigned, installation.clock, data.witnesses
        )
        asking = asyncio.create_task(rounds.run())
        try:
            return await _measured(installation, seconds)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def _measured(installation: Installation, seconds: float) -> list[float]:
    await _begun(installation)
    writing = asyncio.create_task(_write(installation, seconds))
    waiting: list[tuple[float, int]] = []
    delays: list[float] = []
    size = installation.log.size
    async with asyncio.timeout(seconds + WITNESSED_S):
        while waiting or not delays or not writing.done():
            await asyncio.sleep(LOOK_S)
            now = perf_counter()
            if installation.log.size != size:
                size = installation.log.size
                waiting.append((now, size))
            witnessed = _witnessed(installation)
            delays += [1_000 * (now - since) for since, count in waiting if count <= witnessed]
            waiting = [one for one in waiting if one[1] > witnessed]
    await writing
    return delays


async def _begun(installation: Installation) -> None:
    """Until the first heartbeat is cosigned: connections are made, and sizes known."""
    async with asyncio.timeout(WITNESSED_S):
        while True:
            if installation.log.size and _witnessed(installation) == installation.log.size:
                return
            await asyncio.sleep(LOOK_S)


def _witnessed(installation: Installation) -> int:
    """Size of the newest checkpoint that all of them cosigned."""
    newest = installation.cosigned.newest()
    return newest.head.size if newest and len(newest.cosignatures) == WITNESSES else 0


async def _write(installation: Installation, seconds: float) -> None:
    end = perf_counter() + seconds
    number = 0
    while perf_counter() < end or not number:
        await installation.writer.run(_note, number, actor=SYSTEM)
        number += 1
        await asyncio.sleep(_BETWEEN_S)


def _note(tx: Tx, number: int) -> None:
    tx.entry("bench.entry.noted", "case:bench", plain={"number": number})


@contextmanager
def _witness(folder: Path, name: str, log: VerifyingKey) -> Iterator[str]:
    """A witness's line for the policy."""
    program = [sys.executable, "-m", "yunchuang.witness"]
    there = ["--dir", str(folder), "--log", log.vkey]
    made = [*program, "init", *there, "--name", name]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(
        [*program, *there, "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline()
    finally:
        process.kill()
        process.communicate()
