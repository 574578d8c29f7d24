"""What a room adds to the shell: its templates and its static files.

A room calls `add_room(app, "outlet_client", Path(__file__).parent)` in its setup, after
`setup_portal` and before the server starts.
"""

from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from jinja2 import BaseLoader, FileSystemLoader

from portal.keys import ROOMS, STATIC


@dataclass(slots=True)
class Rooms:
    """Template loaders by room name: `outlet_client/window.html` lies in that room's templates."""

    loaders: dict[str, BaseLoader] = field(default_factory=dict)


def add_room(app: web.Application, name: str, root: Path) -> None:
    """Takes `root/templates` and `root/static`, each where it exists."""
    if (root / "templates").is_dir():
        app[ROOMS].loaders[name] = FileSystemLoader(root / "templates")
    if (root / "static").is_dir():
        app[STATIC].add_folder(name, root / "static")
