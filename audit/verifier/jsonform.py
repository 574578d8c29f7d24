"""Canonical JSON (the subset of RFC 8785 the formats use): read leniently, rebuild, compare."""

import json

from audit.verifier.limits import MAX_DEPTH, MAX_INTEGER
from audit.verifier.report import UnreadableError


def parse(data: bytes, path: str, record: str = "") -> object:
    """Any JSON. Whether it stood in canonical form is told by `canonical(value) == data`."""
    try:
        return json.loads(data.decode("utf-8"), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(path, "JSON in UTF-8", error, record) from error


def canonical(value: object) -> bytes | None:
    """The one encoding of `value`; None if it has none (floats, deep nesting, odd keys)."""
    if not _plain(value, MAX_DEPTH):
        return None
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


def _plain(value: object, depth: int) -> bool:
    if value is None or isinstance(value, bool | str):
        return True
    if isinstance(value, int):
        return -MAX_INTEGER < value < MAX_INTEGER
    if depth == 0:
        return False
    if isinstance(value, list):
        return all(_plain(item, depth - 1) for item in value)
    if isinstance(value, dict):
        return all(
            isinstance(key, str) and key.isascii() and _plain(item, depth - 1)
            for key, item in value.items()
        )
    return False


def _integer(text: str) -> int:
    # int() of a long text costs quadratic time.
    if len(text) > len(str(-MAX_INTEGER)):
        raise ValueError("integer is too long")
    return int(text)
