"""A PostgreSQL server for the length of a benchmark or of a run of tests: its own cluster in a folder of
its own, reached by a Unix socket alone. The server refuses to run as root; then it runs as `postgres`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
from sqlalchemy import make_url

_USER = "postgres"
_BINARIES = "/usr/lib/postgresql"
START_S = 60


class Postgres:
    """`durable` = acknowledged means on the disk, as in service; without it tests are quick."""

    def __init__(self, *, durable: bool) -> None:
        self._durable = durable
        # Short: the path of a Unix socket has at most 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="yc-pg-"))
        self._data = self._folder / "data"
        self._made = 0

    def start(self) -> "Postgres":
        if os.geteuid() == 0:
            shutil.chown(self._folder, _USER)
        self._folder.chmod(0o711)
        self._run("initdb", "-D", str(self._data), "-U", _USER, "--auth=trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": str(self._folder),
            "unix_socket_permissions": "0777",
            "max_connections": "60",
            "shared_buffers": "256MB",
            "fsync": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
            "max_wal_size": "4GB",
        }
        said = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._folder / "server.log"),
                  "-w", "-t", str(START_S), "-o", said, "start")  # fmt: skip
        return self

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def restart(self) -> None:
        """As when the server is updated: every connection breaks."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "restart")

    def new_database(self, like: str = "template0") -> str:
        """URL of a new database: empty, or a copy of the one named by URL, to which nobody is connected."""
        self._made += 1
        name, model = f"desk_{self._made}", (make_url(like).database or "") if ":" in like else like
        with psycopg.connect(self.url("postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {model}".encode())
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://{_USER}@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [_found(program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _USER, "--", *command]
        done = subprocess.run(
            command,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * START_S,
        )
        if done.returncode:
            print(done.stdout, done.stderr, file=sys.stderr)
            raise RuntimeError(f"{program} failed")


def _found(program: str) -> str:
    """Debian keeps the server's programs of each version in a folder off the path."""
    versions: Sequence[Path] = sorted(Path(_BINARIES).glob(f"*/bin/{program}"))
    found = str(versions[-1]) if versions else shutil.which(program)
    if found is None:
        raise RuntimeError(f"there is no {program}: make debian")
    return found
