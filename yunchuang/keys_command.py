"""`yunchuang keys`: the key-encryption key and what is wrapped under it (docs/keys.md)."""

from pathlib import Path
from typing import Annotated

import typer

from casework.calendar import day_of
from casework.clock import SystemClock
from casework.data_dir import DataDir
from casework.keys.backup import remove_expired, write_backup
from casework.keys.backup_ledger import BackupLedger, KeyBackup
from casework.keys.kek_files import KekFiles
from casework.keys.key_status import KekFile, KeyStatus, key_status
from casework.keys.opening import open_key_file
from casework.keys.rotation import remove_kek, rotate_kek
from yunchuang.destruction_command import destruction
from yunchuang.key_backups import restore_keys
from yunchuang.options import Data, settings_of

DAY_MS = 86_400_000
MOST_DAYS = 3_650

keys = typer.Typer(no_args_is_help=True, help="Keys of cases and calls, and the key above them.")
keys.add_typer(destruction, name="destruction")


@keys.command("status")
def status(data: Data = None) -> None:
    """Tell which key-encryption key is in force and how many keys there are. Opens none."""
    folder = _folder(data)
    found = key_status(folder.keys, KekFiles(folder.kek))
    for line in _lines(found, SystemClock().wall_ms()):
        typer.echo(line)


@keys.command("rotate-kek")
def rotate(data: Data = None) -> None:
    """Make a new key-encryption key and wrap every key anew under it; at rest."""
    folder = _folder(data)
    keks = KekFiles(folder.kek)
    with folder.held():
        file = open_key_file(folder.keys, keks)
        try:
            old = file.kek_id
            kek = rotate_kek(file, keks)
        finally:
            file.close()
    typer.echo(f"in force {kek.id} in {keks.where(kek.id).name}")
    typer.echo(f"kept {old} in {keks.where(old).name}: `yunchuang keys remove-kek {old}` ends it")


@keys.command("remove-kek")
def remove(
    kek: Annotated[str, typer.Argument(metavar="ID", help="As `keys status` prints it.")],
    force: Annotated[bool, typer.Option("--force", help="Although backups need it.")] = False,  # noqa: FBT002  (an option)
    data: Data = None,
) -> None:
    """Remove a key-encryption key that is not in force. What is under it opens never again."""
    folder = _folder(data)
    keks = KekFiles(folder.kek)
    with folder.held():
        file = open_key_file(folder.keys, keks)
        try:
            needed_by = [] if force else BackupLedger(folder.keys).kept()
            remove_kek(file, keks, kek, needed_by)
        finally:
            file.close()
    typer.echo(f"removed {kek}")


@keys.command("backup")
def backup(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it.")] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="How long to keep it.")] = 90,
    expire: Annotated[bool, typer.Option("--expire", help="Remove those that ran out.")] = False,  # noqa: FBT002  (an option)
    gone: Annotated[
        str | None, typer.Option(metavar="ID", help="Say that you removed this one.")
    ] = None,
    data: Data = None,
) -> None:
    """Copy the key file, whose keys are wrapped; never the key-encryption key. A desk may run."""
    if out is None and gone is None and not expire:
        raise typer.BadParameter("give --out FILE, --expire or --gone ID")
    path, now = _folder(data).keys, SystemClock().wall_ms()
    if gone is not None:
        BackupLedger(path).mark_gone(gone, now)
        typer.echo(f"gone {gone}")
    for one in remove_expired(path, now) if expire else ():
        place = "removed" if not one.is_kept() else "not there any more, remove it by hand:"
        typer.echo(f"{place} {one.id} {one.path}")
    if out is not None:
        made = write_backup(path, out, now_ms=now, expires_at_ms=now + days * DAY_MS)
        typer.echo(f"{made.id} until {day_of(made.expires_at_ms)} under {made.kek}")


@keys.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup of the key file.")],
    kek: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The key-encryption key, kept apart.")
    ] = None,
    although_run_out: Annotated[bool, typer.Option("--although-run-out")] = False,  # noqa: FBT002  (an option)
    data: Data = None,
) -> None:
    """Make the key file from a backup. What the log says was destroyed stays destroyed."""
    folder, now = DataDir(settings_of(data).data), SystemClock().wall_ms()
    done = restore_keys(folder, file, kek, now, although_run_out=although_run_out)
    typer.echo(f"restored {done.backup.id} of {day_of(done.backup.made_at_ms)}")
    typer.echo(f"{done.destroyed} keys are destroyed, as the log says")
    if done.without_key:
        typer.echo(f"{len(done.without_key)} cases and calls are younger and have no key:")
        typer.echo("\n".join(done.without_key))


def _folder(data: Data) -> DataDir:
    folder = DataDir(settings_of(data).data)
    folder.check()
    return folder


def _lines(found: KeyStatus, now_ms: int) -> list[str]:
    return [
        *(_kek_line(kek) for kek in found.keks),
        *(f"{one.kind:<5}  {one.present} keys, {one.destroyed} destroyed" for one in found.counts),
        *(_backup_line(one, now_ms) for one in found.backups),
    ]


def _kek_line(kek: KekFile) -> str:
    state = "in force" if kek.in_force else kek.fault or "not in force"
    return f"kek    {kek.id or '-'}  {kek.path.name}  {state}"


def _backup_line(one: KeyBackup, now_ms: int) -> str:
    ends = f"until {day_of(one.expires_at_ms)}"
    if one.has_run_out(now_ms):
        ends = f"RAN OUT {day_of(one.expires_at_ms)}"
    return f"backup {one.id}  of {day_of(one.made_at_ms)}  {ends}  under {one.kek}  {one.path}"
