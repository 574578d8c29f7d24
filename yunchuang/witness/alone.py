"""A command without the rest of the house."""

import sys

import typer

from audit.errors import AuditError


def alone(name: str, command: typer.Typer) -> None:
    """Refusals are one line on standard error and exit code 1, never a traceback."""
    try:
        command(prog_name=name)
    except (AuditError, OSError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        sys.exit(1)
