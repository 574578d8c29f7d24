"""`yunchuang keys`: the key-encryption key and what is wrapped under it (docs/keys.md)."""

from typing import Annotated

import typer

from casework.data_dir import DataDir
from casework.keys.kek_files import KekFiles
from casework.keys.key_status import KekFile, KeyStatus, key_status
from casework.keys.opening import open_key_file
from casework.keys.rotation import remove_kek, rotate_kek
from yunchuang.options import Data, settings_of

keys = typer.Typer(no_args_is_help=True, help="Keys of cases and calls, and the key above them.")


@keys.command("status")
def status(data: Data = None) -> None:
    """Tell which key-encryption key is in force and how many keys there are. Opens none."""
    folder = _folder(data)
    found = key_status(folder.keys, KekFiles(folder.kek))
    for line in _lines(found):
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
    data: Data = None,
) -> None:
    """Remove a key-encryption key that is not in force. What is under it opens never again."""
    folder = _folder(data)
    keks = KekFiles(folder.kek)
    with folder.held():
        file = open_key_file(folder.keys, keks)
        try:
            remove_kek(file, keks, kek)
        finally:
            file.close()
    typer.echo(f"removed {kek}")


def _folder(data: Data) -> DataDir:
    folder = DataDir(settings_of(data).data)
    folder.check()
    return folder


def _lines(found: KeyStatus) -> list[str]:
    return [
        *(_kek_line(kek) for kek in found.keks),
        *(f"{one.kind:<5}  {one.present} keys, {one.destroyed} destroyed" for one in found.counts),
    ]


def _kek_line(kek: KekFile) -> str:
    state = "in force" if kek.in_force else kek.fault or "not in force"
    return f"kek    {kek.id or '-'}  {kek.path.name}  {state}"
