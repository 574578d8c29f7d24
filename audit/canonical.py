"""Canonical JSON: one value, one sequence of bytes.

The profile is a subset of RFC 8785 (JCS) on which the standard library's encoder agrees with it:
ASCII keys (so that code point order equals UTF-16 order), no floating point numbers, integers of
magnitude below 2^53, UTF-8, compact separators.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

from audit.errors import MalformedError

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

INTEGER_LIMIT = 2**53
"""Magnitudes from here on are refused: other languages read numbers as IEEE 754 doubles."""

MAX_DEPTH = 32
"""Nesting of arrays and objects; deeper input is refused before it can exhaust a stack."""

_Plain: TypeAlias = "bool | int | str | list[_Plain] | dict[str, _Plain] | None"

_encoder = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def encode(value: JsonValue) -> bytes:
    """The canonical bytes of `value`.

    Raises MalformedError for floats, integers of 2^53 and more, keys that are not ASCII strings,
    lone surrogates, nesting beyond MAX_DEPTH and types JSON does not have.
    """
    try:
        return _encoder.encode(_plain(value, MAX_DEPTH)).encode()
    except UnicodeEncodeError as error:
        raise MalformedError("string holds a lone surrogate") from error


def decode(data: bytes) -> JsonValue:
    """The value whose canonical bytes are exactly `data`.

    Raises MalformedError for anything `encode` would not have written: other spacing, key order,
    escapes, duplicate keys, floats, a byte order mark.
    """
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise MalformedError("not JSON in UTF-8") from error
    if encode(value) != data:
        raise MalformedError("JSON is not in canonical form")
    return value


def _plain(value: object, depth: int) -> _Plain:
    match value:
        case None | bool() | str():
            return value
        case int():
            if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
                raise MalformedError("integer of magnitude 2^53 or more")
            return value
        case Mapping() if depth:
            return {_key(key): _plain(item, depth - 1) for key, item in value.items()}
        case list() | tuple() if depth:
            return [_plain(item, depth - 1) for item in value]
        case Mapping() | list() | tuple():
            raise MalformedError(f"nested deeper than {MAX_DEPTH}")
        case _:
            raise MalformedError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise MalformedError("object key is not an ASCII string")
    return key


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedError("duplicate object key")
    return result


def _integer(text: str) -> int:
    # The length is checked first: int() of a long text costs quadratic time.
    if len(text) > len(str(-INTEGER_LIMIT)):
        raise MalformedError("integer of magnitude 2^53 or more")
    return int(text)


def _refuse_number(text: str) -> NoReturn:
    raise MalformedError(f"number {text[:32]} is not an integer")
