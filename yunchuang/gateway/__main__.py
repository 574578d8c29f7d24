"""`python -m yunchuang.gateway`: the gateway alone, without loading anything of the desk."""

import typer

from yunchuang.gateway.command import gateway
from yunchuang.witness.alone import alone

if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(gateway)
    alone("gateway", app)
