"""A process of headless clients, told what to do by JSON lines on standard input.

Every line is one command `{"do": name, ...}`, answered in order by one line: what the command
returns, or `{"error": text}`.
"""

import argparse
import asyncio
import json
import mmap
import selectors
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from bench.media.clip import SECONDS, load
from bench.media.connection import Connection
from bench.media.counting import ReceivedStream
from bench.media.identity import Identifier, Known, Places
from bench.media.pacing import Pacer
from bench.media.schedule import PARTICIPANTS, Schedule, make_schedule, packet_sizes
from bench.media.streams import VIDEO_PAYLOAD_TYPE, PublishedStream, SentBoard
from signaling.relay.dtls import new_certificate

REPORT_SECONDS = 1.0
CONNECT_SECONDS = 20.0
LONGEST_LINE = 1 << 22
Reply = dict[str, Any]  # JSON: the coordinator reads it field by field


def room_mates(participant: int) -> range:
    first = participant - participant % PARTICIPANTS
    return range(first, first + PARTICIPANTS)


def stream_of(participant: int, video: bool) -> int:  # noqa: FBT001 - one of two streams
    """Numbers on the board: voice 2p, picture 2p + 1."""
    return 2 * participant + video


def first_second(participant: int) -> int:
    """Where in the clip a participant begins: the three of a room far apart."""
    return participant % PARTICIPANTS * (SECONDS // PARTICIPANTS)


class Clients:
    """The connections of this process."""

    def __init__(self, schedule: Schedule, board: SentBoard) -> None:
        self.timed = False
        self._schedule = schedule
        self._board = board
        self._places = {video: Places(packet_sizes(schedule, video)) for video in (False, True)}
        self._certificate = new_certificate()
        self._connections: dict[str, Connection] = {}
        self._pacers: dict[int, Pacer] = {}
        self._marked: dict[str, int] = {}

    def identifier(self, participant: int, payload_type: int) -> Identifier:
        video = payload_type == VIDEO_PAYLOAD_TYPE
        neighbours = [p for p in room_mates(participant) if p != participant]
        boards = {n: self._board.stream(n) for n in (stream_of(p, video) for p in neighbours)}
        return Identifier(self._places[video], boards)

    def received_stream(self, known: Known) -> ReceivedStream:
        sizes = self._places[known.number % 2 == 1].sizes
        return ReceivedStream(sizes, self._board.stream(known.number), known)

    async def handle(self, command: dict[str, Any]) -> Reply:
        """Raises what a bad command raises; the caller reports it."""
        match command["do"]:
            case "offer":
                return {"sdp": self._open(command).offer()}
            case "answer":
                known = self._connections.get(command["connection"])
                connection = known if known is not None else self._open(command)
                return {"sdp": connection.answer(command["sdp"])}
            case "accept":
                self._connections[command["connection"]].accept(command["sdp"])
                return {}
            case "connected":
                return await self._connected()
            case "mark":
                return self._mark()
            case "end":
                return self._end()
            case "count":
                return self._count({int(n): tuple(r) for n, r in command["ranges"].items()})
            case other:
                raise ValueError(f"unknown command {other}")

    async def close(self) -> None:
        for pacer in self._pacers.values():
            pacer.stop()
        await asyncio.gather(*(connection.close() for connection in self._connections.values()))

    def report_forever(self) -> None:
        for connection in self._connections.values():
            connection.send_reports()
        asyncio.get_running_loop().call_later(REPORT_SECONDS, self.report_forever)

    def _open(self, command: dict[str, Any]) -> Connection:
        participant: int = command["participant"]
        streams: dict[str, PublishedStream] = {}
        if command["publishes"]:
            start = self._schedule.start(first_second(participant))
            for kind, first in (("audio", start.audio), ("video", start.video)):
                video = kind == "video"
                streams[kind] = PublishedStream(
                    stream_of(participant, video),
                    first,
                    video=video,
                    schedule=self._schedule,
                    board=self._board,
                )
        connection = Connection(participant, self._certificate, self, streams)
        self._connections[command["connection"]] = connection
        return connection

    async def _connected(self) -> Reply:
        async with asyncio.timeout(CONNECT_SECONDS):
            await asyncio.gather(*(one.ready for one in self._connections.values()))
        for connection in self._connections.values():
            participant = connection.participant
            if connection.publishes and participant not in self._pacers:
                first = self._schedule.start(first_second(participant)).burst
                pacer = Pacer(participant, self._schedule.bursts, first, connection.send_next)
                self._pacers[participant] = pacer
                pacer.start()
        return {"tag_bytes": sorted({one.tag_bytes for one in self._connections.values()})}

    def _sent(self) -> dict[int, int]:
        return {
            stream.number: stream.next_number
            for connection in self._connections.values()
            for stream in connection.publishes.values()
        }

    def _mark(self) -> Reply:
        self._marked = self._anomalies()
        self.timed = True
        return {"sent": self._sent(), "at": time.monotonic()}

    def _end(self) -> Reply:
        self.timed = False
        return {"sent": self._sent(), "at": time.monotonic()}

    def _anomalies(self) -> dict[str, int]:
        streams = [s for c in self._connections.values() for s in c.received.values()]
        return {
            "duplicates": sum(stream.duplicates for stream in streams),
            "strangers": sum(stream.strangers for stream in streams),
            "faults": sum(connection.faults for connection in self._connections.values()),
        }

    def _count(self, ranges: dict[int, tuple[int, int]]) -> Reply:
        """Received packets of all subscribers here, between the marks of their publishers."""
        received, delays = 0, Counter[int]()
        for connection in self._connections.values():
            for stream in connection.received.values():
                received += stream.received(*ranges[stream.number])
                delays += stream.delays
        now = self._anomalies()
        return {
            "received": received,
            "delays": dict(delays),
            "runs": sum(c.runs.runs for c in self._connections.values()),
            "run_packets": sum(c.runs.packets for c in self._connections.values()),
            **{name: now[name] - self._marked[name] for name in now},
        }


async def serve(clip: Path, board: Path) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with board.open("r+b") as file:
        # Never closed: streams hold views of it, and the process ends with them.
        memory = mmap.mmap(file.fileno(), SentBoard.BYTES)
    clients = Clients(make_schedule(load(clip)), SentBoard(memoryview(memory)))
    clients.report_forever()
    while line := await reader.readline():
        try:
            reply = await clients.handle(json.loads(line))
        except Exception as error:  # noqa: BLE001 - the coordinator decides what it means
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
    await clients.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.media.client_process")
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--board", type=Path, required=True)
    given = parser.parse_args()
    # select(2) waits with microseconds, where epoll rounds up to whole milliseconds and would send
    # the bursts of several clients together.
    with asyncio.Runner(
        loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())
    ) as runner:
        runner.run(serve(given.clip, given.board))


if __name__ == "__main__":
    main()
