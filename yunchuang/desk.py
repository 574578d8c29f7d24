"""The desk process: pages, acts, sockets and the log. `python -m yunchuang.desk`.

Started by the supervisor with its settings in the environment; ready when its pid file exists.
A desk that is killed ends no call: workers go on, and the next desk takes up what they hold.
"""

import asyncio
import signal
import socket
import sys

import structlog
from aiohttp import web

from audit.errors import AuditError
from casework.bus.memory import MemoryBus
from casework.bus.port import Bus
from casework.data_dir import DataDir, DataDirError
from casework.installation import opened
from casework.keys.kek import KekError
from yunchuang.interpreter import switch_threads_soon
from yunchuang.logging_setup import configure_logging
from yunchuang.places import desk_pid_file, worker_name, worker_socket
from yunchuang.process import write_pid_file
from yunchuang.server import create_app
from yunchuang.settings import Settings
from yunchuang.watchdog import keep_saying_so
from yunchuang.witnesses import read_policy

log = structlog.get_logger(component="desk")

_GOODBYE_S = 5.0


def _bus(settings: Settings) -> Bus:
    if not settings.redis_url:
        return MemoryBus()
    # Imported here: a quarter of a second that a node without Redis need not wait for its desk.
    from casework.bus.redis_streams import RedisBus  # noqa: PLC0415

    return RedisBus(settings.redis_url)


async def run(settings: Settings) -> None:
    """Serves until SIGTERM. Raises DataDirError, LogStateError, MalformedError for a bad policy of
    witnesses, or OSError for a taken port.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    data = DataDir(settings.data)
    with opened(data, policy=read_policy(settings.witness_policy)) as installation:
        bus = _bus(settings)
        workers = [
            (worker_name(number), worker_socket(data, number)) for number in range(settings.workers)
        ]
        app = create_app(installation, settings, bus, workers)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_S)
        await runner.setup()
        alive = asyncio.create_task(keep_saying_so())
        # The runner closes its sites while their socket is still open.
        with _listening(settings) as listener:
            try:
                await web.SockSite(runner, listener).start()
                port = listener.getsockname()[1]
                write_pid_file(desk_pid_file(data), {"port": port})
                log.info("ready", host=settings.host, port=port)
                await stop.wait()
            finally:
                await runner.cleanup()
                await bus.close()
                alive.cancel()


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, reuse_port=False)


def main() -> None:
    """A refusal is the last line of what the desk says, and not a traceback."""
    configure_logging()
    switch_threads_soon()
    try:
        asyncio.run(run(Settings()))
    except (DataDirError, KekError, AuditError) as error:
        sys.exit(f"desk refused: {error}")


if __name__ == "__main__":
    main()
