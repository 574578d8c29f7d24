"""Which streams exist for a page, and who may follow them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from casework.actor import Actor, Role
from casework.errors import NotFound
from casework.model.call import WAITING
from casework.model.merge_patch import JsonObject
from casework.policy.call_rules import takes_part
from casework.policy.case_visibility import sees_case
from casework.store.case_rows import load_case
from casework.store.reading import stream_seq
from casework.views.calls import call_of, is_rung_by
from casework.views.case_snapshot import case_snapshot
from casework.views.grants import certified_groups
from casework.views.snapshots import snapshot
from signaling.protocol.errors import StreamForbidden

_HALL_STAFF = frozenset({Role.REVIEWER, Role.DUTY_LEAD})
_STAFF = _HALL_STAFF | {Role.CLERK}
_AT_COUNTER = frozenset({Role.CLERK, Role.CITIZEN})


@dataclass(frozen=True, slots=True)
class StreamState:
    """A snapshot and the number of the newest event it holds, read together."""

    seq: int
    data: JsonObject


def require_stream(conn: Connection, actor: Actor, stream: str, now_ms: int) -> None:
    """Raises StreamForbidden for a stream that does not exist or is not this actor's to follow."""
    kind, _, id_ = stream.partition(":")
    rule = _RULES.get(kind)
    try:
        allowed = rule is not None and rule(conn, actor, id_, now_ms)
    except NotFound:
        allowed = False
    if not allowed:
        raise StreamForbidden(stream=kind)


def state_of(conn: Connection, actor: Actor, stream: str, now_ms: int) -> StreamState:
    """Raises StreamForbidden; NotFound for streams of hints, which have no state of their own."""
    require_stream(conn, actor, stream, now_ms)
    kind, _, id_ = stream.partition(":")
    data = case_snapshot(conn, id_) if kind == "case" else snapshot(conn, stream)
    return StreamState(stream_seq(conn, stream), data)


def _hall(_conn: Connection, actor: Actor, id_: str, _now_ms: int) -> bool:
    return not id_ and actor.role in _STAFF


def _queue(_conn: Connection, actor: Actor, id_: str, _now_ms: int) -> bool:
    return not id_ and actor.role in _HALL_STAFF


def _staff(_conn: Connection, actor: Actor, id_: str, _now_ms: int) -> bool:
    own = actor.role in {Role.CLERK, Role.REVIEWER} and actor.id == id_
    return own or actor.role is Role.DUTY_LEAD


def _window(_conn: Connection, actor: Actor, id_: str, _now_ms: int) -> bool:
    return actor.role in _AT_COUNTER and actor.window == id_


def _outlet(_conn: Connection, actor: Actor, id_: str, _now_ms: int) -> bool:
    return actor.role is Role.CLERK and actor.outlet == id_


def _pool(conn: Connection, actor: Actor, id_: str, now_ms: int) -> bool:
    if actor.role is Role.DUTY_LEAD:
        return True
    return actor.role is Role.REVIEWER and id_ in certified_groups(conn, actor.id, now_ms)


def _call(conn: Connection, actor: Actor, id_: str, _now_ms: int) -> bool:
    call = call_of(conn, id_)
    if actor.role is Role.DUTY_LEAD or takes_part(actor, call):
        return True
    # Whoever is rung sees what it is about before answering.
    return call.state in WAITING and is_rung_by(conn, id_, actor.id)


def _case(conn: Connection, actor: Actor, id_: str, now_ms: int) -> bool:
    case = load_case(conn, id_)
    if actor.role is Role.CITIZEN:
        # A closed one too: she reads what comes next, and rates, after it was closed.
        return actor.window == case.window_id
    return sees_case(actor, case, certified_groups(conn, actor.id, now_ms))


Rule = Callable[[Connection, Actor, str, int], bool]

_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "hall": _hall,
        "queue": _queue,
        "staff": _staff,
        "window": _window,
        "outlet": _outlet,
        "pool": _pool,
        "call": _call,
        "case": _case,
    }
)
