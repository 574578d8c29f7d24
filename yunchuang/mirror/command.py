"""`yunchuang mirror` (docs/witness.md)."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from audit import cosignature
from audit.mirror.mirror import Mirror
from audit.note import VerifyingKey
from audit.witness.folder import load_key
from yunchuang.mirror.sources import source_at


def mirror(
    source: Annotated[
        str, typer.Option("--from", metavar="URL-or-DIR", help="Where the log's files are.")
    ],
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Its own folder; `witness init` makes it.")
    ],
    log: Annotated[str, typer.Option("--log", metavar="VKEY", help="Public key of the log.")],
    token: Annotated[
        Path | None,
        typer.Option("--token", metavar="FILE", help="What the operator lets this mirror in by."),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Answer the desk; without it, once and done."),
    ] = None,
) -> None:
    """Copy a log, check every entry of it, and cosign it only then."""
    # Imported here: whoever copies once needs no server.
    from yunchuang.logging_setup import configure_logging  # noqa: PLC0415
    from yunchuang.mirror.serving import serve_mirror  # noqa: PLC0415
    from yunchuang.witness.server import ListeningError, listener, url_of  # noqa: PLC0415

    configure_logging()
    key = load_key(folder)
    shown = token.read_text(encoding="ascii").strip() if token else ""
    opened = Mirror(
        folder, key, VerifyingKey.parse(log), source_at(source, shown), lambda: int(time.time())
    )
    signed = opened.pull()
    if listen is None:
        line = opened.cosign(signed)
        chains = opened.copy.chain_count
        typer.echo(f"{signed.origin} size {signed.head.size} chains {chains}: whole")
        typer.echo(line.line(), nl=False)
        return
    try:
        sock = listener(listen)
    except ListeningError as error:
        raise typer.BadParameter(str(error)) from error
    with sock:
        typer.echo(f"witness {key.name} {cosignature.witness_key(key).vkey} {url_of(sock)}")
        asyncio.run(serve_mirror(opened, sock))
