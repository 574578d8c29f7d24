"""The command `yunchuang`. Each command that touches data takes `--data DIR`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from audit.errors import AuditError
from audit.package.model import Form
from audit.verifier.cli import main as verifier_main
from casework.data_dir import DataDir, DataDirError
from casework.errors import DomainError
from casework.installation import opened
from casework.keys.kek import KekError
from yunchuang import doctor as examination
from yunchuang.export import Exporter
from yunchuang.gateway.command import gateway
from yunchuang.init_command import init
from yunchuang.keys_command import keys
from yunchuang.log_command import log
from yunchuang.logging_setup import configure_logging
from yunchuang.mirror.command import mirror
from yunchuang.node import serve as serve_node
from yunchuang.options import Data, settings_of
from yunchuang.settings import MOST_WORKERS
from yunchuang.supervisor import NotReadyError
from yunchuang.witness.command import witness

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(log, name="log")
app.add_typer(keys, name="keys")
app.add_typer(witness, name="witness")
app.command()(init)
app.command()(mirror)
app.command()(gateway)


def main() -> None:
    """Entry point. Refusals are one line on standard error and exit code 1, never a traceback."""
    try:
        app()
    except (DomainError, DataDirError, KekError, AuditError, NotReadyError, OSError) as error:
        code = f"{error.code} " if isinstance(error, DomainError) else ""
        sys.stderr.write(f"yunchuang: {code}{error}\n")
        sys.exit(1)


@app.command()
def serve(
    data: Data = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=MOST_WORKERS, help="Media workers; one per core.")
    ] = None,
) -> None:
    """Run one node: supervisor, desk and media workers."""
    configure_logging(readable=sys.stderr.isatty())
    settings = settings_of(data)
    if workers is not None:
        settings = settings.model_copy(update={"workers": workers})
    asyncio.run(serve_node(settings))


@app.command()
def demo(
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Default: var/demo/data.")
    ] = None,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8080,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin with a new city.")] = False,  # noqa: FBT002  (an option)
    auto: Annotated[bool, typer.Option("--auto", help="One whole case without a person.")] = False,  # noqa: FBT002  (an option)
    as_json: Annotated[bool, typer.Option("--json", help="With --auto: one JSON object.")] = False,  # noqa: FBT002  (an option)
) -> None:
    """Show everything in a made-up city: at its doors, or by itself (--auto --json --data DIR)."""
    configure_logging(readable=sys.stderr.isatty())
    # Imported here: libraries for media and a city are a second that no other command shall pay.
    if not auto and not as_json:
        from yunchuang.demo.interactive import play_interactive  # noqa: PLC0415

        play_interactive(data, port=port, fresh=fresh)
    elif auto and as_json and data is not None:
        from yunchuang.demo.auto import play_auto  # noqa: PLC0415

        raise typer.Exit(play_auto(data))
    else:
        raise typer.BadParameter("--auto, --json and --data DIR go together")


@app.command()
def export(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Case number or id.")],
    out: Annotated[Path, typer.Option(help="Folder to make, or a file ending in .zip.")],
    form: Annotated[Form, typer.Option(help="Ciphertext, or readable.")] = Form.SEALED,
    package: Annotated[
        str | None, typer.Option(metavar="ID", help="Write this package again.")
    ] = None,
    data: Data = None,
) -> None:
    """Write the evidence package of a case from a data directory at rest."""
    with opened(DataDir(settings_of(data).data)) as installation:
        exporter = Exporter(installation)
        package_id = package or exporter.make(exporter.find(case), form)
        exporter.write(package_id, out)
    typer.echo(package_id)


@app.command()
def compose(
    call: Annotated[str, typer.Argument(metavar="CALL", help="Call id.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.mp4", help="Side by side in one picture.")
    ] = None,
    tracks: Annotated[
        Path | None, typer.Option(metavar="FILE.mkv", help="Every source a track, as it came.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,  # noqa: FBT002  (an option)
    data: Data = None,
) -> None:
    """Make a file to look at of a call's recording, from a data directory at rest. Not evidence.

    An interrupted run goes on when the same command is given again.
    """
    asked = {".mp4": out, ".mkv": tracks}
    if out is tracks is None or any(path and path.suffix != end for end, path in asked.items()):
        raise typer.BadParameter("give --out FILE.mp4, --tracks FILE.mkv, or both")
    # Imported here: libraries for media and fonts are a second that no other command shall pay.
    from yunchuang.compose_command import compose as compose_call  # noqa: PLC0415

    compose_call(DataDir(settings_of(data).data), call, out, tracks, force=force)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def verify(context: typer.Context) -> None:
    """Verify an evidence package or a log, offline (see `verify --help`)."""
    raise typer.Exit(verifier_main(context.args, prog="yunchuang verify"))


@app.command()
def papers(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the PDFs.")],
    data: Data = None,
) -> None:
    """Write every paper of a case with made-up facts, to look at the templates; exit code 1 when one
    of the city's own cannot be set.
    """
    # Imported here: the typesetter and its font are a second that no other command shall pay.
    from yunchuang.papers_command import write_papers  # noqa: PLC0415

    if not write_papers(settings_of(data), out):
        raise typer.Exit(1)


@app.command()
def doctor(
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002  (an option)
) -> None:
    """Examine this machine and this installation; exit code 1 when something must be mended."""
    findings = examination.examine(settings_of(data))
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(finding.line())
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
