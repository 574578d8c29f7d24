"""The made-up city of the demonstration, in a data directory of its own."""

from pathlib import Path

from audit.durable import write_file
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.seed import LOGINS, SeedDemo, SeededDemo, seed_demo
from portal.passwords import hash_password

DEMO_ORIGIN = "demo.yunchuang.example/log"
DEMO_PASSWORD = "yunchuang-demo"  # noqa: S105  (printed on the terminal; opens a made-up city)
KEYS_FILE = "trusted-keys.txt"
"""Beside the data directory, not in it: what verifies must not come from what is verified."""


def prepare_demo(data: DataDir, origin: str = DEMO_ORIGIN) -> SeededDemo:
    """Makes the installation and its people, with a log of this origin; every password is
    `DEMO_PASSWORD`.

    Raises DataDirError if the directory is not empty. The file of trusted keys comes last: where
    it stands, the city is whole. One left from a directory that is gone is replaced.
    """
    key = init_data_dir(data, origin=origin)
    shared = hash_password(DEMO_PASSWORD)
    with opened(data) as installation:
        command = SeedDemo(dict.fromkeys(LOGINS, shared))
        seeded = installation.writer.run_sync(seed_demo, command, actor=SYSTEM)
    write_file(trusted_keys(data), f"{key.vkey}\n".encode("ascii"))
    return seeded


def is_demo(data: DataDir) -> bool:
    """Whether `prepare_demo` made this directory, to the end."""
    return data.is_initialised and trusted_keys(data).is_file()


def trusted_keys(data: DataDir) -> Path:
    return data.path.with_name(f"{data.path.name}-{KEYS_FILE}")
