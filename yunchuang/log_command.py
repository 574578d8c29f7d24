"""`yunchuang log`: make it, look at it, audit it."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from audit.verifier.cli import as_text
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify as run_verifier
from casework.data_dir import DataDir
from casework.log.condition import LogCondition, look_at_log
from casework.log.first import begin_log
from casework.log.setup import load_log_key
from yunchuang.options import Data, settings_of
from yunchuang.succeed_command import succeed
from yunchuang.witnesses import read_status

log = typer.Typer(no_args_is_help=True, help="The hash-chained log of this installation.")
log.command("succeed")(succeed)


@log.command("init")
def init(
    data: Data = None,
    origin: Annotated[
        str | None, typer.Option(help="Name of the log for ever: a host name and a path.")
    ] = None,
) -> None:
    """Make key, checkpoint store and log where there are none; print the log's public key.

    Refused over anything that is there, and where the database has entries of a log that is gone.
    """
    settings = settings_of(data)
    key = begin_log(DataDir(settings.data), origin or settings.origin)
    typer.echo(key.vkey)


@log.command("status")
def status(
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002  (an option)
) -> None:
    """Tell how log, checkpoint store and database stand; exit code 1 when a desk must not sign."""
    folder = DataDir(settings_of(data).data)
    folder.check()
    found = look_at_log(folder)
    facts = _facts(found, folder)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for name, value in facts.items():
            typer.echo(f"{name}: {_shown(value)}")
    raise typer.Exit(1 if found.faults else 0)


@log.command("verify")
def verify(
    data: Data = None,
    hashes: Annotated[bool, typer.Option("--hashes", help="Hashes alone, no chains.")] = False,  # noqa: FBT002  (an option)
) -> None:
    """Audit the whole log: tiles, root, signature, and every chain in it."""
    folder = DataDir(settings_of(data).data)
    folder.check()
    own = load_log_key(folder.log_key).verifying_key.vkey
    # Our own key finds damage and accidents. Who distrusts us brings a key: `verify --keys`.
    trust = make_trust(parse_keys(f"{own}\n".encode(), "log key"), None, outside=True)
    report = run_verifier(folder.log, trust, hashes_only=hashes)
    typer.echo(as_text(report))
    raise typer.Exit(report.exit_code)


def _facts(found: LogCondition, folder: DataDir) -> dict[str, object]:
    published, stored = found.published, found.stored
    return {
        "origin": found.key.name,
        "key": found.key.vkey,
        "succeeds": [one.facts() for one in found.before],
        "size": published.head.size if published else None,
        "root": published.head.root.hex() if published else None,
        "store_size": stored.size if stored else None,
        "logged": found.logged,
        "waiting": found.waiting,
        "heartbeat_ms": found.heartbeat_ms,
        "witnesses": read_status(folder.witnesses),
        "faults": [str(fault) for fault in found.faults],
    }


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_shown, value)) or "none"
    if isinstance(value, Mapping):  # a witness, or a log before this one
        names = ("origin", "cause", "size") if "origin" in value else ("name", "state", "size")
        return " ".join(_shown(value.get(name)) for name in names)
    return "-" if value is None else str(value)
