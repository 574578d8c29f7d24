"""Entries: read leniently here, held to their schema by the check `entry.schema`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import NoneType
from typing import Any, NamedTuple

from audit.verifier import jsonform
from audit.verifier.digest import leaf_hash
from audit.verifier.limits import MAX_ENTRY, MAX_INTEGER
from audit.verifier.report import UnreadableError

_HASH = r"[0-9a-f]{64}"
CHAIN = re.compile(r"(?:case|call):[0-9A-Za-z][0-9A-Za-z_-]{0,63}|log:[\x21-\x2a\x2c-\x7e]{1,128}")
_PATTERNS = {
    "type": re.compile(r"(?=.{3,64}\Z)[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}"),
    "chain": CHAIN,
    "actor": re.compile(r"[0-9A-Za-z][0-9A-Za-z._:@-]{0,63}"),
    "role": re.compile(r"[a-z][a-z0-9_.-]{0,63}"),
}
_FIELD = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}")
_REASON = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_SIGNATURE = re.compile(r"[\x21-\x7e]{1,4096}")
HASH = re.compile(_HASH)
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "type": str, "chain": str, "seq": int, "prev": (str, NoneType), "refs": dict, "c": dict,
    "facts": dict, "mono": int,
}  # fmt: skip
"""Members that checks rely on, in the order of `Leaf`."""
MEMBERS = frozenset({
    "v", "type", "t", "mono", "chain", "seq", "prev", "actor", "role", "policy", "refs", "c",
    "facts", "akey", "asig",
})  # fmt: skip


class Leaf(NamedTuple):
    """One entry as it lies in a package or a log. `members` is its whole JSON object; the other
    fields are the members that checks rely on, of the right types but not yet in the right form.

    A tuple, because a log's audit makes millions, and it is made in a third of the time.
    """

    path: str
    data: bytes
    hash: bytes
    members: Mapping[str, object]
    type: str
    chain: str
    seq: int
    prev: str | None
    refs: Mapping[str, str]
    c: Mapping[str, str]
    facts: Mapping[str, object]
    mono: int

    @property
    def record(self) -> str:
        return f"{self.chain}#{self.seq}"

    @property
    def is_canonical(self) -> bool:
        return jsonform.canonical(self.members) == self.data


def parse_leaf(data: bytes, path: str, record: str = "") -> Leaf:
    """Raises UnreadableError if the members that link and bind the entry are not there."""
    if len(data) > MAX_ENTRY:
        raise UnreadableError(path, f"an entry of at most {MAX_ENTRY} bytes", len(data), record)
    value = jsonform.parse(data, path, record)
    members = value if isinstance(value, dict) else {}
    # Any: the kinds are looked at in the next line.
    found: tuple[Any, ...] = tuple(map(members.get, _KINDS))
    if not all(map(isinstance, found, _KINDS.values())) or not _all_text(members):
        raise UnreadableError(path, "an entry", data[:100], record)
    return Leaf(path, data, leaf_hash(data), members, *found)


def _all_text(members: Mapping[str, Mapping[str, object]]) -> bool:
    """What `refs` and `c` hold."""
    return {*map(type, members["refs"].values()), *map(type, members["c"].values())} <= {str}


def schema_faults(leaf: Leaf) -> list[tuple[str, object]]:
    """(what is demanded, what was found) of each member that is not as version 1 describes."""
    members = leaf.members
    faults: list[tuple[str, object]] = []
    if members.keys() != MEMBERS:
        return [("exactly the members of version 1", " ".join(sorted(members)))]
    if members["v"] != 1 or isinstance(members["v"], bool):
        faults.append(("v 1", members["v"]))
    for name in ("t", "mono", "seq"):
        number = members[name]
        if type(number) is not int or not 0 <= number < MAX_INTEGER:
            faults.append((f"{name}: a whole number below 2^53", number))
    faults += [
        (f"{name}: {pattern.pattern}", members[name])
        for name, pattern in _PATTERNS.items()
        if not _is_name(pattern, members[name])
    ]
    if (leaf.prev is None) != (leaf.seq == 0) or not (
        leaf.prev is None or _matches(HASH, leaf.prev)
    ):
        faults.append(("prev: null at seq 0, else a leaf hash", leaf.prev))
    if leaf.chain in leaf.refs or not _mapping(leaf.refs, CHAIN):
        faults.append(("refs: other chains and their heads", leaf.refs))
    if not _mapping(leaf.c, _FIELD):
        faults.append(("c: fields and their commitments", leaf.c))
    if not _policy(members["policy"]):
        faults.append(("policy: null, or decision and reason", members["policy"]))
    keys = (members["akey"], members["asig"])
    if keys != (None, None) and not all(_matches(_SIGNATURE, key) for key in keys):
        faults.append(("akey and asig: both or neither", keys))
    return faults


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


# The same few names stand in most entries of a log.
_is_known_name = lru_cache(1 << 14)(_matches)


def _is_name(pattern: re.Pattern[str], value: object) -> bool:
    return type(value) is str and _is_known_name(pattern, value)


def _mapping(values: Mapping[str, str], names: re.Pattern[str]) -> bool:
    for name, text in values.items():
        if not _is_name(names, name) or not _matches(HASH, text):
            return False
    return True


def _policy(value: object) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, dict)
        and value.keys() == {"decision", "reason"}
        and value["decision"] in ("allow", "deny")
        and _is_name(_REASON, value["reason"])
    )
