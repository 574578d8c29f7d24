"""`yunchuang witness` (docs/witness.md)."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from audit import cosignature
from audit.note import VerifyingKey
from audit.witness.folder import init_witness, load_key, open_witness
from audit.witness.witness import follow as begin_to_follow

DEFAULT_LISTEN = "127.0.0.1:8465"

witness = typer.Typer(
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cosign the checkpoints of a log that somebody else runs.",
)

Folder = Annotated[Path, typer.Option("--dir", metavar="DIR", help="The witness's own folder.")]
Logs = Annotated[
    list[str], typer.Option("--log", metavar="VKEY", help="Public key of a log; may be repeated.")
]


@witness.callback()
def run(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="The witness's own folder.")
    ] = None,
    log: Annotated[
        list[str] | None,
        typer.Option("--log", metavar="VKEY", help="Public key of a log; may be repeated."),
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to answer; port 0 means any.")
    ] = DEFAULT_LISTEN,
) -> None:
    """Answer the logs that are followed, until told to stop; print the line for their policy."""
    if context.invoked_subcommand is not None:
        return
    if folder is None or not log:
        raise typer.BadParameter("--dir DIR and --log VKEY are needed")
    # Imported here: the other commands need no server.
    from yunchuang.logging_setup import configure_logging  # noqa: PLC0415
    from yunchuang.witness.server import (  # noqa: PLC0415
        ListeningError,
        WitnessServer,
        listener,
        serve,
        url_of,
    )

    configure_logging()
    opened = open_witness(folder, _keys(log), lambda: int(time.time()))
    try:
        sock = listener(listen)
    except ListeningError as error:
        raise typer.BadParameter(str(error)) from error
    with sock:
        key = cosignature.witness_key(load_key(folder))
        typer.echo(f"witness {key.name} {key.vkey} {url_of(sock)}")
        asyncio.run(serve(WitnessServer(opened).app(), sock))


@witness.command()
def init(
    folder: Folder,
    name: Annotated[str, typer.Option(help="Whose witness: a host name and a path.")],
    log: Logs,
) -> None:
    """Make the folder and its key, begin to follow the logs, and print the public key."""
    typer.echo(init_witness(folder, name, _keys(log)).vkey)


@witness.command()
def follow(folder: Folder, log: Logs) -> None:
    """Begin to follow further logs."""
    load_key(folder)
    for key in _keys(log):
        begin_to_follow(folder, key)


def _keys(texts: list[str]) -> list[VerifyingKey]:
    return [VerifyingKey.parse(text) for text in texts]
