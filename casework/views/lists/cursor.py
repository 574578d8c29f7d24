"""Where a page of a list ended: the key of its last row, signed for one person and one filter.

Nothing in it is secret. It is signed so that nobody asks for a place that was never shown, and so
that a cursor of one filter cannot go on in another, where it would silently leave cases out.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from casework.actor import Actor
from casework.ids import is_id
from casework.views.lists.case_filter import CaseFilter
from casework.views.lists.errors import PlaceLost

_MAC_BYTES = 12
_TIME_BYTES = 6


@dataclass(frozen=True, slots=True)
class Place:
    """The row after which a page begins; `opened_ms` wall milliseconds."""

    opened_ms: int
    case_id: str


def cursor_of(key: bytes, actor: Actor, wanted: CaseFilter, place: Place) -> str:
    body = place.opened_ms.to_bytes(_TIME_BYTES, "big") + place.case_id.encode("ascii")
    return _text(body + _mac(key, actor, wanted, body))


def place_of(key: bytes, actor: Actor, wanted: CaseFilter, cursor: str) -> Place:
    """Raises PlaceLost for one that was changed, or given for another list."""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        body, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
        case_id = body[_TIME_BYTES:].decode("ascii")
    except (ValueError, binascii.Error) as wrong:
        raise PlaceLost from wrong
    fits = hmac.compare_digest(mac, _mac(key, actor, wanted, body))
    if not fits or not is_id(case_id) or _text(data) != cursor:
        raise PlaceLost
    return Place(int.from_bytes(body[:_TIME_BYTES], "big"), case_id)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _mac(key: bytes, actor: Actor, wanted: CaseFilter, body: bytes) -> bytes:
    owner = f"{actor.role}\0{actor.id}\0{actor.outlet or ''}\0{wanted.query}\0".encode()
    return hmac.new(key, owner + body, hashlib.sha256).digest()[:_MAC_BYTES]
