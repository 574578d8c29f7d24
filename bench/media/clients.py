"""The two client processes, as the benchmark sees them."""

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bench.media.client_process import LONGEST_LINE, Reply
from bench.media.counting import Tally
from bench.media.streams import SentBoard

PROCESSES = 2
COMMAND_SECONDS = 30.0


Ranges = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Window:
    """First and end packet of each stream, and the mean time between the marks of a process."""

    packets: Ranges
    seconds: float


class ClientFailedError(Exception):
    """A client process refused a command or died."""


class _Process:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, do: str, **fields: object) -> Reply:
        writer, reader = self._process.stdin, self._process.stdout
        assert writer is not None
        assert reader is not None
        async with self._one_at_a_time, asyncio.timeout(COMMAND_SECONDS):
            writer.write(json.dumps({"do": do, **fields}).encode() + b"\n")
            reply: Reply = json.loads(await reader.readline() or b'{"error": "it died"}')
        if "error" in reply:
            raise ClientFailedError(reply["error"])
        return reply

    async def stop(self) -> None:
        writer = self._process.stdin
        assert writer is not None
        writer.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


class ClientPool:
    """Participants are numbered over all rooms; number n publishes as n and lives in process
    n mod 2, so that neighbours of a room are in different processes. `connection` names are the
    caller's.
    """

    def __init__(self) -> None:
        self._processes: list[_Process] = []
        self._begun: list[Reply] = []

    async def start(self, clip: Path, folder: Path) -> None:
        board = folder / "board"
        with board.open("wb") as file:
            file.truncate(SentBoard.BYTES)
        for _ in range(PROCESSES):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bench.media.client_process",
                f"--clip={clip}",
                f"--board={board}",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
            )
            self._processes.append(_Process(process))

    async def stop(self) -> None:
        await asyncio.gather(*(process.stop() for process in self._processes))

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    async def offer(self, participant: int, connection: str) -> str:
        """A publishing connection that offers."""
        return await self._sdp(participant, "offer", connection=connection, publishes=True)

    async def accept(self, participant: int, connection: str, sdp: str) -> None:
        await self._of(participant).ask("accept", connection=connection, sdp=sdp)

    async def answer(
        self, participant: int, connection: str, sdp: str, *, publishes: bool = False
    ) -> str:
        """Answers an offer; the first one opens the connection."""
        return await self._sdp(
            participant, "answer", connection=connection, sdp=sdp, publishes=publishes
        )

    async def connected(self) -> set[int]:
        """Waits until every connection stands, and lets publishers begin. The sizes of the SRTP
        tags tell the cipher: 16 bytes with GCM, 10 with counter mode and HMAC.
        """
        replies = await self._all("connected")
        return {size for reply in replies for size in reply["tag_bytes"]}

    async def mark(self) -> None:
        """The window begins: each publisher's next packet is its first."""
        self._begun = await self._all("mark")

    async def end(self) -> Window:
        """The window ends: each publisher's next packet is out of it."""
        ended = await self._all("end")
        first, end = _sent(self._begun), _sent(ended)
        spans = [b["at"] - a["at"] for a, b in zip(self._begun, ended, strict=True)]
        return Window({number: (first[number], end[number]) for number in first}, fmean(spans))

    async def count(self, packets: Ranges, copies: int) -> tuple[Tally, int]:
        """What the subscribers got of the window, when each stream has `copies` of them; and how
        often a socket or a DTLS association failed.
        """
        tally = Tally(expected=copies * sum(end - first for first, end in packets.values()))
        faults = 0
        for reply in await self._all("count", ranges=packets):
            faults += reply["faults"]
            tally.add(
                Tally(
                    received=reply["received"],
                    duplicates=reply["duplicates"],
                    strangers=reply["strangers"],
                    runs=reply["runs"],
                    run_packets=reply["run_packets"],
                    delays=Counter({int(b): n for b, n in reply["delays"].items()}),
                )
            )
        return tally, faults

    def _of(self, participant: int) -> _Process:
        return self._processes[participant % PROCESSES]

    async def _sdp(self, participant: int, do: str, **fields: object) -> str:
        reply = await self._of(participant).ask(do, participant=participant, **fields)
        return str(reply["sdp"])

    async def _all(self, do: str, **fields: object) -> list[Reply]:
        return list(await asyncio.gather(*(p.ask(do, **fields) for p in self._processes)))


def _sent(replies: list[Reply]) -> dict[str, int]:
    return {number: sent for reply in replies for number, sent in reply["sent"].items()}
