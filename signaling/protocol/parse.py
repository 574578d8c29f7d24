"""From the text of a frame to a message, or to a refusal that says where it is wrong."""

import json
from typing import Any, get_args

from pydantic import ValidationError

from signaling.protocol.base import ClientMessage
from signaling.protocol.client import CLIENT_MESSAGE, AnyClientMessage
from signaling.protocol.errors import BadMessage, UnknownMessage

_UNION = get_args(get_args(AnyClientMessage)[0])
TYPES: dict[str, type[ClientMessage]] = {
    message.model_fields["type"].default: message for message in _UNION
}


def parse(text: str) -> AnyClientMessage:
    """Raises BadMessage or UnknownMessage; the text itself is never repeated or logged."""
    value = _object(text)
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise UnknownMessage
    try:
        return CLIENT_MESSAGE.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:] if _is_plain(part))
        raise BadMessage(where=where, reason=first["type"]) from None


def request_id(text: str) -> int | None:
    """The id of a message that may be broken otherwise, so that its sender can be answered."""
    try:
        id_ = _object(text).get("id")
    except BadMessage:
        return None
    is_id = isinstance(id_, int) and not isinstance(id_, bool) and 0 <= id_ < 2**53
    return id_ if is_id else None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage(where="", reason="not_json") from None
    if not isinstance(value, dict):
        raise BadMessage(where="", reason="not_an_object")
    return value


def _is_plain(part: int | str) -> bool:
    # A key that the sender made up may hold anything; it is not repeated.
    return isinstance(part, int) or (part.isidentifier() and len(part) <= 40)
