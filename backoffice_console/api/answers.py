"""How this room answers: JSON of frozen dataclasses, never kept by a cache."""

from dataclasses import asdict, is_dataclass
from typing import Any

from aiohttp import web

from casework.errors import NotFound
from casework.ids import is_id

NOT_KEPT = {"Cache-Control": "no-store"}


def json_answer(value: object, *, status: int = 200) -> web.Response:
    """A dataclass instance, or a mapping of plain values."""
    members: Any = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return web.json_response(members, status=status, headers=NOT_KEPT)


def id_in_path(request: web.Request, name: str) -> str:
    """An id of the path; one that cannot be an id is as unknown as any other. Raises NotFound."""
    found = request.match_info[name]
    if not is_id(found):
        raise NotFound("no such id")
    return found
