"""Canonical JSON (the subset of RFC 8785 the formats use): read leniently, rebuild, compare."""

import json
from collections.abc import Iterable

from audit.verifier.limits import MAX_DEPTH, MAX_INTEGER
from audit.verifier.report import UnreadableError


def parse(data: bytes, path: str, record: str = "") -> object:
    """Any JSON. Whether it stood in canonical form is told by `canonical(value) == data`.

    Numbers of more than some thousand digits, which would cost quadratic time, int() refuses itself.
    """
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(path, "JSON in UTF-8", error, record) from error


def canonical(value: object) -> bytes | None:
    """The one encoding of what `parse` gave; None if it has none: floats, deep nesting, odd keys."""
    if not _plain([value], MAX_DEPTH + 1):
        return None
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        return None


def _plain(value: list[object] | dict[str, object], depth: int) -> bool:
    # The hot spot of a log's audit: one call for each object or array, none for what they hold.
    if depth == 0:
        return False
    if isinstance(value, dict):
        if not "".join(value).isascii():
            return False
        items: Iterable[object] = value.values()
    else:
        items = value
    for item in items:
        kind = type(item)
        if kind is str or item is None or kind is bool:
            continue
        if isinstance(item, int):
            if not -MAX_INTEGER < item < MAX_INTEGER:
                return False
        elif not isinstance(item, dict | list) or not _plain(item, depth - 1):
            return False
    return True


# Made once: putting them together costs more than a small entry takes them.
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)
