"""What comes in: JSON checked by a pydantic model, forms line by line, both with limits."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from casework.errors import InvalidInput
from portal.errors import BadRequest

MAX_JSON_BYTES = 256 * 1024
MAX_FORM_BYTES = 64 * 1024
"""Far above the longest form, far below what the application takes as an upload."""
BODY_S = 20.0
"""A body of this size that takes longer comes from nobody who waits for an answer."""
IDEMPOTENCY_HEADER = "Idempotency-Key"
MAX_IDEMPOTENCY_KEY = 64

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FormLine:
    """One text field of a form; a missing one is empty."""

    max_characters: int


async def read_json(request: web.Request, model: type[M]) -> M:
    """Raises BadRequest for what is no JSON object, InvalidInput naming the first wrong field."""
    if request.content_type != "application/json":
        raise BadRequest("content type is not application/json")
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise BadRequest("body is larger than a command may be")
    try:
        async with asyncio.timeout(BODY_S):
            body = await request.content.read(MAX_JSON_BYTES + 1)
            while len(body) <= MAX_JSON_BYTES and (
                more := await request.content.read(MAX_JSON_BYTES)
            ):
                body += more
    except TimeoutError as exc:
        raise BadRequest("body did not arrive in time") from exc
    if len(body) > MAX_JSON_BYTES:
        raise BadRequest("body is larger than a command may be")
    try:
        return parse(model, json.loads(body))
    except (ValueError, RecursionError) as exc:
        raise BadRequest("body is no JSON") from exc


def parse(model: type[M], value: object) -> M:
    """`value` as `model`; raises InvalidInput with `field` (dotted path) and `reason` (pydantic's type, or
    `nul` for a text that no database takes).
    """
    nul = _nul_in(value)
    if nul is not None:
        raise InvalidInput(field=nul, reason="nul")
    try:
        return model.model_validate(value)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        raise InvalidInput(
            field=".".join(str(part) for part in first["loc"]), reason=first["type"]
        ) from exc


def _nul_in(value: object) -> str | None:
    """Dotted path of the first text with U+0000 in it."""
    if isinstance(value, str):
        return "" if "\x00" in value else None
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        if any("\x00" in name for name in value):
            return ""  # a name that the sender made up is not repeated
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    for name, part in parts:
        found = _nul_in(part)
        if found is not None:
            return f"{name}.{found}".rstrip(".")
    return None


async def read_form(request: web.Request, lines: Mapping[str, FormLine]) -> dict[str, str]:
    """The named lines of a posted form; raises InvalidInput when one is too long or a file,
    BadRequest for what is no form in UTF-8, HTTPRequestEntityTooLarge.
    """
    # Whoever sends a form may name any codec of Python, those included that are no text encoding.
    if (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        raise BadRequest("form is not in UTF-8")
    try:
        async with asyncio.timeout(BODY_S):
            posted = await request.clone(client_max_size=MAX_FORM_BYTES).post()
    except TimeoutError as exc:
        raise BadRequest("form did not arrive in time") from exc
    except ValueError as exc:
        raise BadRequest("form cannot be read") from exc
    values: dict[str, str] = {}
    for name, line in lines.items():
        value = posted.get(name, "")
        if not isinstance(value, str) or len(value) > line.max_characters or "\x00" in value:
            raise InvalidInput(field=name, limit=line.max_characters)
        values[name] = value
    return values


def idempotency_key(request: web.Request) -> str | None:
    """The caller's key of a repeated POST; raises InvalidInput when it is too long."""
    key = request.headers.get(IDEMPOTENCY_HEADER)
    if key is not None and not 0 < len(key) <= MAX_IDEMPOTENCY_KEY:
        raise InvalidInput(field=IDEMPOTENCY_HEADER, limit=MAX_IDEMPOTENCY_KEY)
    return key
