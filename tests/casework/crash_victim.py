"""Acts without end until it is killed; run by test_crash.py in a process of its own.

Prints `ack <number>` for each act only after its answer came, and `logged <size>` by the way.
"""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Integer, String, Table, create_engine

from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.installation import opened
from casework.store.base import metadata
from casework.store.tx import Tx

state = Table(
    "crash_state",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("leaf_hash", String(64), nullable=False),
)

CALLERS = 12


@dataclass(frozen=True, slots=True)
class Act:
    number: int


def act(tx: Tx, command: Act) -> int:
    chain = f"case:{command.number % 7}"
    tx.keys.create_case_key(str(command.number % 7))
    ref = tx.entry("desk.case.noted", chain, committed={"number": command.number})
    tx.conn.execute(state.insert().values(number=command.number, leaf_hash=ref.leaf_hash))
    tx.emit(chain, "noted", {"number": command.number})
    return command.number


async def main(path: Path, first: int) -> None:
    data = DataDir(path)
    # Before the house opens: its one writing connection belongs to its writer and sequencer.
    engine = create_engine(data.database_url)
    metadata.create_all(engine, tables=[state])
    engine.dispose()
    with opened(data) as installation:
        installation.sequencer._interval_s = 0.02

        async def caller(n: int) -> None:
            number = first + n
            while True:
                done = await installation.writer.run(act, Act(number), actor=SYSTEM)
                sys.stdout.write(f"ack {done}\n")
                sys.stdout.flush()
                number += CALLERS

        await asyncio.gather(*(caller(n) for n in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
