"""`yunchuang init`: a data directory, and in it a centre, its calendar and the first administrator."""

import datetime as dt
import getpass
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from audit.durable import create_file
from casework.actions.begin_organisation import BeginOrganisation, begin_organisation
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.errors import InvalidInput
from casework.installation import init_data_dir, opened
from casework.log.setup import load_log_key
from casework.policy.organisation_refusals import AlreadyBegun
from casework.views.centre import has_begun
from portal.own_password import MIN_PASSWORD
from portal.passwords import MAX_PASSWORD, hash_password
from yunchuang.logging_setup import configure_logging
from yunchuang.options import Data, settings_of

MAX_FILE = 256 * 1024


def init(
    data: Data = None,
    origin: Annotated[
        str | None, typer.Option(help="Name of the log for ever: a host name and a path.")
    ] = None,
    centre: Annotated[
        str | None, typer.Option(metavar="NAME", help="Begin the organisation with this centre.")
    ] = None,
    number: Annotated[str, typer.Option(help="Staff number of the first administrator.")] = "",
    name: Annotated[str, typer.Option(help="Name of the first administrator.")] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="First line: the password. Without it, it is asked for."),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="Lists `holidays` and `working_days` of dates."),
    ] = None,
    database: Annotated[
        str, typer.Option(metavar="URL", help="An empty database: postgresql://USER@HOST/NAME.")
    ] = "",
) -> None:
    """Make a data directory with keys, database and an empty log; print the log's public key.

    With --centre also the centre, its calendar and the first administrator. A run that was killed
    is finished by the same command.
    """
    settings = settings_of(data)
    folder = DataDir(settings.data)
    if centre is None:
        if number or name or password_file or calendar:
            raise typer.BadParameter("these options need --centre NAME")
        made = init_data_dir(folder, origin=origin or settings.origin, database_url=database)
        typer.echo(made.vkey)
        return
    if not number or not name:
        raise typer.BadParameter("--centre needs --number and --name of an administrator")
    # Everything that may be refused is looked at before anything is made.
    days = {} if calendar is None else read_calendar(calendar)
    if folder.is_initialised:
        _refuse_begun(folder)
    password = _password(password_file, number)
    configure_logging(readable=sys.stderr.isatty())
    _make(folder, origin or settings.origin, database)
    typer.echo(load_log_key(folder.log_key).verifying_key.vkey)
    with opened(folder) as installation:
        command = BeginOrganisation(
            installation.log.origin, centre, number, name, hash_password(password), days
        )
        installation.writer.run_sync(begin_organisation, command, actor=SYSTEM)
    typer.echo(f"{centre}: {number}")


def _make(folder: DataDir, origin: str, database_url: str) -> None:
    """The data directory, whole. A file beside it tells that this command began to make it: what a
    killed run left was never opened, since the marker comes last, and is made anew.
    """
    beginning = folder.path.with_name(f".{folder.path.name}-beginning")
    if not folder.is_initialised:
        if beginning.is_file():
            _empty(folder.path)
        elif not folder.path.is_dir() or not any(folder.path.iterdir()):
            folder.path.parent.mkdir(parents=True, exist_ok=True)
            create_file(beginning, b"", mode=0o600)
        init_data_dir(folder, origin=origin, database_url=database_url)
    beginning.unlink(missing_ok=True)


def _empty(path: Path) -> None:
    for one in path.iterdir() if path.is_dir() else ():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()


def _refuse_begun(folder: DataDir) -> None:
    with opened(folder) as installation, installation.store.reading() as conn:
        if has_begun(conn):
            raise AlreadyBegun


def read_calendar(path: Path) -> Mapping[dt.date, bool]:
    """Exceptions of the working calendar. Raises InvalidInput, OSError."""
    try:
        read: Any = yaml.safe_load(_limited(path))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput("the calendar is no YAML", field="calendar") from error
    names = {"holidays": False, "working_days": True}
    if not isinstance(read, dict) or not set(read) <= set(names):
        raise InvalidInput("a calendar has `holidays` and `working_days`", field="calendar")
    found: dict[dt.date, bool] = {}
    for name, works in names.items():
        for day in read.get(name) or ():
            # A moment is a date to Python, too.
            if not isinstance(day, dt.date) or isinstance(day, dt.datetime) or day in found:
                raise InvalidInput(f"no date, or one given twice: {day}", field=name)
            found[day] = works
    return found


def _password(path: Path | None, number: str) -> str:
    if path is not None:
        lines = _limited(path).decode().splitlines()
        password = lines[0] if lines else ""
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Password once more: ") != password:
            raise InvalidInput("the passwords differ", field="password")
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD or (
        len(number) > 2 and number in password
    ):
        raise InvalidInput(
            f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters and not the staff number",
            field="password",
        )
    return password


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise InvalidInput(f"{path.name} is larger than {MAX_FILE} bytes", field="file")
    return content
