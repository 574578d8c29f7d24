"""What an installation needs of its machine, looked at one by one."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from audit.errors import AuditError
from audit.log import read_published
from casework.clock import SystemClock
from casework.data_dir import DataDir, DataDirError
from casework.keys.kek import KekError
from casework.keys.kek_files import KekFiles
from casework.keys.key_status import key_status
from casework.log.setup import load_log_key
from yunchuang.settings import Settings

ROOMS = (
    "audit",
    "backoffice_console",
    "casework",
    "outlet_client",
    "portal",
    "recording",
    "signaling",
)
LEAST_FREE_BYTES = 5 << 30
WANTED_RECEIVE_BUFFER = 4 << 20
LEAST_FILES = 4096


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` says what to do, and is empty when `ok`."""

    name: str
    ok: bool
    found: str
    advice: str = ""

    def as_json(self) -> dict[str, str | bool]:
        return asdict(self)

    def line(self) -> str:
        mark = "ok  " if self.ok else "MEND"
        return f"{mark}  {self.name}: {self.found}" + (f" -> {self.advice}" if self.advice else "")


def examine(settings: Settings) -> list[Finding]:
    """Looks without changing anything; safe while a node runs."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _packages,
        _data_directory,
        _log,
        _keys,
        _witnesses,
        _authority,
        _papers,
        _disk,
        _limits,
        _addresses,
    )
    return [finding for check in checks for finding in check(settings)]


def _packages(_settings: Settings) -> Iterator[Finding]:
    # Public registries hold other distributions of these names; in one environment they would
    # overwrite ours.
    home = Path(__file__).parents[1]
    for room in ROOMS:
        spec = find_spec(room)
        origin = Path(spec.origin).parents[1] if spec and spec.origin else None
        ok = origin == home
        yield Finding(
            f"package {room}",
            ok,
            str(origin),
            "" if ok else "install Yunchuang in an environment of its own",
        )


def _data_directory(settings: Settings) -> Iterator[Finding]:
    try:
        DataDir(settings.data).check()
    except DataDirError as error:
        yield Finding("data directory", False, str(error), "run `yunchuang init`, or mend its mode")
    else:
        yield Finding("data directory", True, str(settings.data))


def _log(settings: Settings) -> Iterator[Finding]:
    data = DataDir(settings.data)
    if not data.is_initialised:
        return
    try:
        signed, _ = read_published(data.log, load_log_key(data.log_key).verifying_key)
    except FileNotFoundError:
        yield Finding("log", False, "no checkpoint", "restore the log's directory; never make one")
    except AuditError as error:
        yield Finding("log", False, str(error), "run `yunchuang log verify` and keep everything")
    else:
        yield Finding("log", True, f"{signed.head.size} entries under {signed.origin}")
    if data.succession.exists():
        advice = "run `yunchuang log succeed` to its end: until then no desk starts"
        yield Finding("succession of the log", False, "begun and not done", advice)


def _keys(settings: Settings) -> Iterator[Finding]:
    data = DataDir(settings.data)
    if not data.is_initialised:
        return
    try:
        found = key_status(data.keys, KekFiles(data.kek))
    except KekError as error:
        yield Finding("keys", False, str(error), "restore the key file: docs/keys.md")
        return
    ok = any(kek.in_force for kek in found.keks)
    lost = "the key-encryption key is not there: bring it back from where it is kept apart"
    yield Finding("keys", ok, f"under {found.kek_id}", "" if ok else lost)
    now_ms = SystemClock().wall_ms()
    old = [backup.id for backup in found.backups if backup.has_run_out(now_ms)]
    advice = "run `yunchuang keys backup --expire`" if old else ""
    yield Finding("key backups", not old, f"{len(found.backups)} kept, {len(old)} run out", advice)


def _witnesses(settings: Settings) -> Iterator[Finding]:
    # Imported here: a library for HTTP that no other command shall pay for.
    from yunchuang.witnesses import read_policy, read_status  # noqa: PLC0415

    try:
        policy = read_policy(settings.witness_policy)
    except (OSError, AuditError) as error:
        yield Finding("witnesses", False, str(error), "mend the file of YUNCHUANG_WITNESS_POLICY")
        return
    told = {one.get("name"): one for one in read_status(DataDir(settings.data).witnesses)}
    for witness in policy.witnesses:
        state = str(told.get(witness.name, {}).get("state", "not_asked"))
        ok = state in {"cosigned", "not_asked"}
        advice = "" if ok else "docs/witness.md says what each state means"
        yield Finding(f"witness {witness.name}", ok, state, advice)


def _authority(settings: Settings) -> Iterator[Finding]:
    # Imported here: as above.
    from yunchuang.time_stamping import read_status  # noqa: PLC0415

    if not settings.time_stamp_url:
        return
    state = read_status(DataDir(settings.data).authority).state.value
    ok = state in {"stamped", "not_asked"}
    advice = "" if ok else "docs/witness.md says what each state means"
    yield Finding("time-stamping authority", ok, state, advice)


def _papers(settings: Settings) -> Iterator[Finding]:
    # Imported here: the typesetter and its font are a second that no other command shall pay.
    from portal.papers.city_templates import load_templates  # noqa: PLC0415

    loaded = load_templates(DataDir(settings.data).paper_templates)
    for problem in loaded.problems:
        advice = "mend or remove it: its paper is not printed until then (docs/papers.md)"
        yield Finding(f"paper template {problem.file}", False, problem.why, advice)
    if not loaded.problems:
        yield Finding("paper templates", True, f"{len(loaded.own)} of the city's own")


def _disk(settings: Settings) -> Iterator[Finding]:
    place = next(p for p in (settings.data, *settings.data.parents) if p.exists())
    free = shutil.disk_usage(place).free
    ok = free >= LEAST_FREE_BYTES
    yield Finding(
        "free space", ok, f"{free >> 20} MiB", "" if ok else "recordings need at least 5 GiB"
    )


def _limits(_settings: Settings) -> Iterator[Finding]:
    path = Path("/proc/sys/net/core/rmem_max")
    if path.is_file():
        most = int(path.read_text(encoding="ascii"))
        ok = most >= WANTED_RECEIVE_BUFFER or os.geteuid() == 0
        advice = f"sysctl net.core.rmem_max={WANTED_RECEIVE_BUFFER}"
        yield Finding("receive buffer", ok, f"{most} bytes", "" if ok else advice)
    files = os.sysconf("SC_OPEN_MAX")
    ok = files >= LEAST_FILES
    yield Finding("open files", ok, str(files), "" if ok else f"ulimit -n {LEAST_FILES}")


def _addresses(settings: Settings) -> Iterator[Finding]:
    for address in settings.media_addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((address, 0))
            except OSError as error:
                yield Finding(
                    f"media address {address}", False, str(error), "set YUNCHUANG_MEDIA_ADDRESSES"
                )
            else:
                yield Finding(f"media address {address}", True, "can be bound")
