"""Where the processes of a node find each other."""

from pathlib import Path

from casework.data_dir import DataDir


def worker_name(number: int) -> str:
    return f"worker-{number}"


def worker_socket(data: DataDir, number: int) -> Path:
    """Unix socket paths are short (108 bytes, unix(7)): keep the name so."""
    return data.run / f"w{number}.sock"


def watchdog_socket(data: DataDir) -> Path:
    """Where the supervisor hears that the others are there."""
    return data.run / "wd.sock"


def desk_pid_file(data: DataDir) -> Path:
    return data.run / "desk.json"
