"""What commands have in common: the option `--data DIR` and the settings it changes."""

from pathlib import Path
from typing import Annotated

import typer

from yunchuang.settings import Settings

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data directory (default: from the settings)."),
]


def settings_of(data: Path | None) -> Settings:
    """From file and environment, with `--data` before both."""
    return Settings() if data is None else Settings(data=data)
