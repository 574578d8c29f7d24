"""`yunchuang gateway` (docs/gateway.md)."""

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from audit.note import VerifyingKey
from audit.policy import Policy

DEFAULT_LISTEN = "127.0.0.1:8470"


def gateway(
    source: Annotated[
        Path, typer.Option("--from", metavar="DIR", help="The log's public files, or a copy.")
    ],
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The policy that names the log and its witnesses."),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", metavar="VKEY", help="The log, where there is no policy.")
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to answer; port 0 means any.")
    ] = DEFAULT_LISTEN,
    organisation: Annotated[str, typer.Option(help="Whose log it is, as the page says it.")] = "",
    help_line: Annotated[str, typer.Option(help="Telephone number for questions.")] = "",
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A proxy of ours in front; may be repeated."),
    ] = None,
) -> None:
    """Show the log and the page of a receipt to the public, from files alone."""
    # Imported here: the other commands need no server.
    from yunchuang.gateway.app import create_gateway  # noqa: PLC0415
    from yunchuang.logging_setup import configure_logging  # noqa: PLC0415
    from yunchuang.witness.server import (  # noqa: PLC0415
        ListeningError,
        listener,
        serve,
        url_of,
    )

    configure_logging()
    rule = Policy.parse(policy.read_bytes()) if policy else Policy()
    app = create_gateway(
        source,
        _log_key(log, rule),
        rule,
        organisation=organisation,
        help_line=help_line,
        trusted_proxies=_addresses(trusted_proxy or ()),
    )
    try:
        sock = listener(listen)
    except ListeningError as error:
        raise typer.BadParameter(str(error)) from error
    with sock:
        typer.echo(f"gateway {url_of(sock)}receipt")
        asyncio.run(serve(app, sock))


def _addresses(named: Iterable[str]) -> list[str]:
    """As a connection tells them; an empty one is none, as compose gives it."""
    try:
        return [str(ip_address(one)) for one in named if one]
    except ValueError as error:
        raise typer.BadParameter(f"--trusted-proxy: no address: {error}") from error


def _log_key(vkey: str | None, policy: Policy) -> VerifyingKey:
    """The one log to show: a policy may name several."""
    if vkey is not None:
        return VerifyingKey.parse(vkey)
    if len(policy.logs) != 1:
        raise typer.BadParameter("--log VKEY is needed where the policy does not name one log")
    return policy.logs[0]
