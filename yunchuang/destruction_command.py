"""`yunchuang keys destruction`: two administrators have the keys of a closed case destroyed."""

import sys
from typing import Annotated

import typer

from casework.actions.confirm_erasure import ConfirmErasure, confirm_erasure
from casework.actions.request_erasure import RequestErasure, request_erasure
from casework.actions.withdraw_erasure import WithdrawErasure, withdraw_erasure
from casework.calendar import instant
from casework.data_dir import DataDir
from casework.erasure.certificate import as_text
from casework.errors import NotFound
from casework.installation import opened
from casework.model.erasure import ErasureReason, ErasureStatus
from casework.store.erasure_rows import erasures_in, erasures_of
from casework.views.package_contents import find_case_id
from yunchuang.administrators import administrator
from yunchuang.logging_setup import configure_logging
from yunchuang.options import Data, settings_of

HOUR_MS = 3_600_000

destruction = typer.Typer(no_args_is_help=True)

Number = Annotated[
    str, typer.Option("--as", metavar="NUMBER", help="Staff number of the administrator.")
]
Password = Annotated[
    str, typer.Option(prompt="Password", hide_input=True, help="Asked for when it is not given.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `keys destruction list` prints it.")]


@destruction.callback()
def quiet() -> None:
    """Destroy the keys of a closed case, by two administrators; with the desk stopped."""
    # What is printed is a paper; what the program says of itself goes to standard error.
    configure_logging(readable=sys.stderr.isatty())


@destruction.command("request")
def request(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Case number or id.")],
    reason: Annotated[ErasureReason, typer.Option(help="Stands readable in the log.")],
    number: Number,
    password: Password,
    data: Data = None,
) -> None:
    """Ask for it. Nothing is destroyed before somebody else confirms, after the waiting time."""
    settings = settings_of(data)
    with opened(DataDir(settings.data)) as installation:
        actor = administrator(installation, number, password)
        with installation.store.reading() as conn:
            case_id = find_case_id(conn, case)
        command = RequestErasure(case_id, reason, settings.destruction_wait_h * HOUR_MS)
        asked = installation.writer.run_sync(request_erasure, command, actor=actor)
    typer.echo(f"{asked.erasure_id} may be confirmed from {instant(asked.not_before_ms)}")


@destruction.command("confirm")
def confirm(erasure: Id, number: Number, password: Password, data: Data = None) -> None:
    """Confirm what another administrator asked for: keys and contents are destroyed, now."""
    with opened(DataDir(settings_of(data).data)) as installation:
        actor = administrator(installation, number, password)
        command = ConfirmErasure(erasure)
        confirmed = installation.writer.run_sync(confirm_erasure, command, actor=actor)
        installation.eraser.carry_out()
        with installation.store.reading() as conn:
            done = erasures_of(conn, confirmed.case_id)[-1]
    typer.echo(as_text(done.certificate or b""))


@destruction.command("withdraw")
def withdraw(erasure: Id, number: Number, password: Password, data: Data = None) -> None:
    """Take a request back that nobody confirmed."""
    with opened(DataDir(settings_of(data).data)) as installation:
        actor = administrator(installation, number, password)
        installation.writer.run_sync(withdraw_erasure, WithdrawErasure(erasure), actor=actor)
    typer.echo(f"withdrawn {erasure}")


@destruction.command("list")
def show(data: Data = None) -> None:
    """Print what was asked for and waits."""
    with opened(DataDir(settings_of(data).data)) as installation, installation.store.reading() as c:
        waiting = erasures_in(c, ErasureStatus.REQUESTED, ErasureStatus.CONFIRMED)
    for one in waiting:
        since = instant(one.not_before_ms)
        typer.echo(f"{one.id}  case {one.case_id}  {one.reason}  {one.status}  from {since}")


@destruction.command("certificate")
def certificate(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Case number or id.")],
    as_json: Annotated[bool, typer.Option("--json", help="The bytes that the log binds.")] = False,  # noqa: FBT002  (an option)
    data: Data = None,
) -> None:
    """Print the certificate of a destruction that was done."""
    with opened(DataDir(settings_of(data).data)) as installation, installation.store.reading() as c:
        found = [one.certificate for one in erasures_of(c, find_case_id(c, case))]
    written = [one for one in found if one is not None]
    if not written:
        raise NotFound("the keys of this case were not destroyed")
    typer.echo(written[-1] if as_json else as_text(written[-1]), nl=not as_json)
