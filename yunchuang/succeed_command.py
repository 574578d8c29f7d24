"""`yunchuang log succeed`: another log, with a key of its own, takes the place of this one."""

from pathlib import Path
from typing import Annotated

import typer

from audit.durable import write_file
from audit.note import VerifyingKey
from audit.successor import Cause
from casework.clock import SystemClock
from casework.data_dir import DataDir
from casework.log.setup import load_log_key
from casework.log.succession.carry_out import carry_out
from casework.log.succession.ended import folder_of
from casework.log.succession.plan import Plan, unfinished, write_plan
from casework.log.succession.survey import Survey, survey
from yunchuang.options import Data, settings_of

MAX_CHECKPOINT = 65_536


def succeed(
    origin: Annotated[
        str | None, typer.Option(help="Name of the new log for ever: a host name and a path.")
    ] = None,
    cause: Annotated[Cause | None, typer.Option(help="Why the old one ends.")] = None,
    confirm: Annotated[
        str | None, typer.Option(metavar="OLD_ORIGIN", help="Do it: name the log that ends.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A newer one, as a witness has it.")
    ] = None,
    old_key: Annotated[
        str | None, typer.Option(metavar="VKEY", help="Public key of a log whose key is lost.")
    ] = None,
    data: Data = None,
) -> None:
    """End the log and begin another in its place, with every entry and a new key; at rest.

    Tells what it would do, and does it with --confirm. After a crash the same command, with no
    options at all, goes on to the end. It cannot be undone.
    """
    folder = DataDir(settings_of(data).data)
    folder.check()
    with folder.held():
        plan = unfinished(folder)
        if plan is not None:
            _check_same(plan, origin, cause)
            typer.echo(f"going on with {plan.old.name} -> {plan.origin}")
        else:
            plan = _planned(folder, origin, cause, confirm, checkpoint, old_key)
            write_plan(folder, plan)
        key = carry_out(folder, plan, SystemClock())
        _tell_demonstration(folder, key)
    for line in _afterwards(folder, plan, key):
        typer.echo(line)


def _planned(
    folder: DataDir,
    origin: str | None,
    cause: Cause | None,
    confirm: str | None,
    checkpoint: Path | None,
    old_key: str | None,
) -> Plan:
    if origin is None or cause is None:
        raise typer.BadParameter("give --origin and --cause")
    key = load_log_key(folder.log_key).verifying_key if old_key is None else _parsed(old_key)
    found = survey(folder, origin, cause, key, _read(checkpoint))
    for line in _told(found):
        typer.echo(line)
    if confirm is None:
        typer.echo(f"nothing was done; `--confirm {key.name}` does it")
        raise typer.Exit(1)
    if confirm != key.name:
        raise typer.BadParameter(f"--confirm names the log that ends, {key.name}")
    return found.plan


def _parsed(vkey: str) -> VerifyingKey:
    try:
        return VerifyingKey.parse(vkey)
    except ValueError as error:
        raise typer.BadParameter("--old-key is the line that `yunchuang init` printed") from error


def _check_same(plan: Plan, origin: str | None, cause: Cause | None) -> None:
    if origin not in {None, plan.origin} or cause not in {None, plan.successor.cause}:
        raise typer.BadParameter(
            f"another succession is under way: {plan.origin}, {plan.successor.cause}"
        )


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    with path.open("rb") as file:
        return file.read(MAX_CHECKPOINT)


def _told(found: Survey) -> list[str]:
    said = found.plan.successor
    return [
        *(f"fault: {fault}" for fault in found.faults),
        f"{said.origin} ends: {said.cause}",
        f"its last tree: {said.head.size} entries, root {said.head.root.hex()}",
        f"{found.plan.origin} begins, with a new key, and takes over {said.recorded} entries:",
        f"  {said.carried} stood in the old log, {said.recorded - said.carried} in none yet",
        f"  {found.lost} entries of the old log are lost, and the new one says so for ever",
    ]


def _tell_demonstration(folder: DataDir, key: VerifyingKey) -> None:
    """A made-up city has nobody outside who could be handed a key."""
    # Imported here: a city is a second that no other command of the log shall pay.
    from yunchuang.demo_data import is_demo, trusted_keys  # noqa: PLC0415

    if is_demo(folder):
        known = trusted_keys(folder).read_text("ascii").splitlines()
        lines = dict.fromkeys([*known, key.vkey])
        write_file(trusted_keys(folder), "".join(f"{line}\n" for line in lines).encode("ascii"))


def _afterwards(folder: DataDir, plan: Plan, key: VerifyingKey) -> list[str]:
    lines = [
        key.vkey,
        f"kept for auditors, read-only: {folder_of(folder, plan.old.name)}",
        "now hand the new key, on paper or in person, to auditors, witnesses and mirrors:",
        "  it is trusted by nobody who has it from the log alone",
        "now put the new key into the policy file of witnesses, in the place of the old one",
    ]
    if plan.successor.cause.name.startswith("KEY_"):
        lines.append("whoever has the old key in a file of trusted keys strikes it out")
    return lines
