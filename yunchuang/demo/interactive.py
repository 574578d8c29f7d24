"""`yunchuang demo`: the made-up city at its doors, until Ctrl-C."""

import asyncio
import fcntl
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from casework.data_dir import DataDir, DataDirError
from portal.i18n import Language, _, use_language
from yunchuang.demo.accounts import ENTRANCES
from yunchuang.demo.words import SCRIPT
from yunchuang.demo_data import DEMO_ORIGIN, DEMO_PASSWORD, is_demo, prepare_demo
from yunchuang.node import Node
from yunchuang.settings import Settings

PLACE = Path("var/demo/data")
_PORTS_TRIED = 20


def play_interactive(folder: Path | None, *, port: int, fresh: bool) -> None:
    """Keeps the city of the last time, or makes one. Raises DataDirError for a directory that is
    something else, or whose demonstration runs already.
    """
    data = DataDir((folder or PLACE).absolute())
    data.path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        _make_ready(data, ours=folder is None, fresh=fresh)
        settings = Settings.alone(
            data=data.path, port=free_port(port), origin=DEMO_ORIGIN, demo=True, workers=1
        )
        asyncio.run(_serve(settings))


def free_port(first: int) -> int:
    """The first free one from `first` on, else 0: any. Free on IPv6, too: a browser takes
    `localhost` for either.
    """
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        if _is_free(socket.AF_INET, "127.0.0.1", port) and _is_free(socket.AF_INET6, "::1", port):
            return port
    return 0


def languages(environment: dict[str, str]) -> Sequence[Language]:
    """The terminal's language (locale(7)); both where it names none of them."""
    named = next(
        (environment[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(n)), ""
    )
    known = {"zh": Language.ZH_CN, "en": Language.EN}
    found = known.get(named[:2].lower())
    return tuple(Language) if found is None else (found,)


def welcome(url: str) -> str:
    """Where the doors are, how they open, and what to do first; in the language in use."""
    lines = ["", _("Yunchuang, a demonstration in a made-up city: %(url)s") % {"url": url}, ""]
    for entrance in ENTRANCES:
        door = entrance.door.spec
        key = _("number %(number)s, password %(password)s") % {
            "number": entrance.number,
            "password": DEMO_PASSWORD,
        }
        how = key if entrance.number else _("by the pairing code that the window shows")
        lines.append(f"  {_(door.title)}  {url}{door.home}  {how}")
    lines += ["", _("In five steps (the demonstration page is %(url)s):") % {"url": f"{url}/demo"}]
    numbers = {entrance.door.value: entrance.number for entrance in ENTRANCES}
    lines += [f"  {n}. {_(step) % numbers}" for n, step in enumerate(SCRIPT, 1)]
    lines += ["", _("Ctrl-C ends it; the city is kept for the next time."), ""]
    return "\n".join(lines)


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    node = Node(settings)
    await node.start()
    try:
        for language in languages(dict(os.environ)):
            use_language(language)
            sys.stdout.write(welcome(node.url))
        sys.stdout.flush()
        await stop.wait()
    finally:
        await node.stop()


def _make_ready(data: DataDir, *, ours: bool, fresh: bool) -> None:
    whole = is_demo(data)
    if data.is_initialised and not whole and not ours:
        raise DataDirError("this directory holds an installation that is no demonstration")
    # Half made, or asked for anew. Of a directory that somebody named only a whole demo is removed.
    if data.path.exists() and (fresh or not whole) and (ours or whole):
        shutil.rmtree(data.path)
        whole = False
    if not whole:
        # A browser that saw another demonstration here would take this log for that one, rewritten.
        prepare_demo(data, f"{DEMO_ORIGIN}/{secrets.token_hex(4)}")


@contextmanager
def _alone(data: DataDir) -> Iterator[None]:
    """One demonstration a directory; a second would take over the first one's processes."""
    path = data.path.with_name(f"{data.path.name}.lock")
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataDirError("this demonstration runs already") from error
        yield


def _is_free(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        # A machine without IPv6 has nobody there, either.
        return family is socket.AF_INET6 and not _has_ipv6()
    return True


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
