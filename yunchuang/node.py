"""`serve`: one node = a supervisor, one desk, and its media workers."""

import asyncio
import signal
from contextlib import ExitStack

from casework.data_dir import DataDir
from yunchuang.media import WorkerOptions
from yunchuang.places import desk_pid_file, watchdog_socket, worker_name, worker_socket
from yunchuang.process import ProcessId
from yunchuang.settings import Settings
from yunchuang.supervisor import Role, Supervisor


def roles(settings: Settings) -> list[Role]:
    """Worker n takes media port + n if one is set."""
    data = DataDir(settings.data)
    found = []
    for number in range(settings.workers):
        name = worker_name(number)
        options = WorkerOptions(
            socket=worker_socket(data, number),
            pid_file=data.run / f"{name}.json",
            addresses=settings.media_addresses,
            port=settings.media_port + number if settings.media_port else 0,
            public_addresses=settings.media_public_addresses,
        )
        found.append(Role(name, options.arguments(), options.pid_file, data.run / f"{name}.log"))
    desk = Role("desk", ("-m", "yunchuang.desk"), desk_pid_file(data), data.run / "desk.log")
    return [*found, desk]


class Node:
    """A running node; `desk` tells where its pages are."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._supervisor = Supervisor(
            roles(settings),
            settings.environment(),
            watch_at=watchdog_socket(DataDir(settings.data)),
        )
        self._ready: dict[str, ProcessId] = {}
        self._held = ExitStack()

    async def start(self) -> None:
        """Raises DataDirError without an installation or while another node has it, or
        NotReadyError; then nothing is left running that this call started, and whatever it found
        running goes on.
        """
        data = DataDir(self._settings.data)
        data.check()
        # Two supervisors would start each other's children twice.
        self._held.enter_context(data.held("node"))
        try:
            self._ready = await self._supervisor.start()
        except BaseException:
            await self._supervisor.stop(adopted=False)
            self._held.close()
            raise

    @property
    def url(self) -> str:
        """Where the desk listens; `localhost` is a secure context for browsers."""
        host = self._settings.host
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104  (compared, not bound)
        return f"http://{shown}:{self._ready['desk'].facts['port']}"

    async def stop(self) -> None:
        await self._supervisor.stop()
        self._held.close()


async def serve(settings: Settings) -> None:
    """Runs a node until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    node = Node(settings)
    await node.start()
    try:
        await stop.wait()
    finally:
        await node.stop()
