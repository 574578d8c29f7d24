"""`python -m yunchuang.mirror`: the mirror alone, without loading anything of the desk."""

import typer

from yunchuang.mirror.command import mirror
from yunchuang.witness.alone import alone

if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(mirror)
    alone("mirror", app)
