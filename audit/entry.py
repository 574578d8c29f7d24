"""The entry: what the log says about one act.

Encoded as canonical JSON it is a leaf of the Merkle tree. Every field is always present, so that
an absent value cannot be told in two ways.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from audit import canonical, merkle
from audit.canonical import JsonValue
from audit.errors import EntryTooLargeError, MalformedError

VERSION = 1
MAX_ENTRY_SIZE = 65_535
"""Bytes; an entry bundle gives the length in two bytes (C2SP tlog-tiles)."""

_TYPE = re.compile(r"(?=.{3,64}\Z)[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}\Z")
_CHAIN = re.compile(
    r"(?:case|call):[0-9A-Za-z][0-9A-Za-z_-]{0,63}\Z|log:[\x21-\x2a\x2c-\x7e]{1,128}\Z"
)
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:@-]{0,63}\Z")
_DECISION = re.compile(r"(?:allow|deny)\Z")
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}\Z")
_FIELD = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}\Z")
_SIGNATURE = re.compile(r"[\x21-\x7e]{1,4096}\Z")


def check_chain(name: str) -> str:
    """`name` itself if it is `case:ID`, `call:ID` or `log:ORIGIN`; else MalformedError."""
    return _match(_CHAIN, name, "chain")


@dataclass(frozen=True, slots=True)
class Policy:
    """What the policy engine decided on the act, and the code of the rule that decided."""

    decision: str
    reason: str

    def __post_init__(self) -> None:
        _match(_DECISION, self.decision, "policy decision")
        _match(_CODE, self.reason, "policy reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of one chain. Raises MalformedError where a field is not as described.

    type     `source.subject.action` (or `source.action`), lower case.
    t        wall clock in milliseconds since 1970; a claim of the writer, not a proof.
    mono     monotonic clock of the writer in milliseconds.
    chain    `case:ID`, `call:ID` or `log:ORIGIN`.
    seq      from 0 without gaps in the chain.
    prev     leaf hash (lower hex) of the chain's previous entry, None exactly at seq 0.
    refs     other chain -> leaf hash (lower hex) of its head at that moment.
    actor    pseudonymous id; `role` is the role in which the actor acted.
    policy   None where no policy was asked (the system's own entries).
    c        field -> commitment (lower hex), see `audit.commitment`.
    facts    what may be plain: counts, stream heads, seals. Never a person, never a plain hash of
             a document or of media, which would confirm a guess after erasure.
    akey, asig   the actor's own key id and signature, both or neither.
    """

    type: str
    t: int
    mono: int
    chain: str
    seq: int
    prev: str | None
    actor: str
    role: str
    policy: Policy | None = None
    refs: Mapping[str, str] = field(default_factory=dict)
    c: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    akey: str | None = None
    asig: str | None = None
    v: int = VERSION

    def __post_init__(self) -> None:
        if self.v != VERSION or isinstance(self.v, bool):
            raise MalformedError("entry version is unknown")
        _match(_TYPE, self.type, "type")
        for name, number in (("t", self.t), ("mono", self.mono), ("seq", self.seq)):
            _whole(number, name)
        check_chain(self.chain)
        if (self.prev is None) != (self.seq == 0):
            raise MalformedError("prev is null exactly at seq 0")
        if self.prev is not None:
            _match(_HASH, self.prev, "prev")
        _match(_ID, self.actor, "actor")
        _match(_CODE, self.role, "role")
        for chain, head in _mapping(self.refs, "refs").items():
            check_chain(chain)
            _match(_HASH, head, "refs")
        if self.chain in self.refs:
            raise MalformedError("an entry refers to its own chain by prev alone")
        for name, commitment in _mapping(self.c, "c").items():
            _match(_FIELD, name, "c")
            _match(_HASH, commitment, "c")
        _mapping(self.facts, "facts")
        if (self.akey is None) != (self.asig is None):
            raise MalformedError("akey and asig stand together")
        if self.akey is not None:
            _match(_SIGNATURE, self.akey, "akey")
            _match(_SIGNATURE, self.asig, "asig")

    def encode(self) -> bytes:
        """The bytes of the leaf. Raises EntryTooLargeError above MAX_ENTRY_SIZE."""
        members: dict[str, JsonValue] = {name: getattr(self, name) for name in _MEMBERS}
        if self.policy is not None:
            members["policy"] = {"decision": self.policy.decision, "reason": self.policy.reason}
        data = canonical.encode(members)
        if len(data) > MAX_ENTRY_SIZE:
            raise EntryTooLargeError(f"entry of {len(data)} bytes, at most {MAX_ENTRY_SIZE}")
        return data

    def leaf_hash(self) -> bytes:
        """32 bytes; its lower hex is the next entry's `prev`."""
        return merkle.leaf_hash(self.encode())

    @classmethod
    def decode(cls, data: bytes) -> "Entry":
        """The entry whose encoding is exactly `data`; MalformedError for any other bytes."""
        if len(data) > MAX_ENTRY_SIZE:
            raise EntryTooLargeError(f"entry of {len(data)} bytes, at most {MAX_ENTRY_SIZE}")
        members = canonical.decode(data)
        if not isinstance(members, dict) or members.keys() != _MEMBERS:
            raise MalformedError("an entry has exactly the members of version 1")
        policy = members.pop("policy")
        if policy is not None:
            if not isinstance(policy, dict) or policy.keys() != {"decision", "reason"}:
                raise MalformedError("policy has exactly decision and reason")
            policy = Policy(**policy)
        return cls(**members, policy=policy)


_MEMBERS = frozenset(member.name for member in fields(Entry))


def _match(pattern: re.Pattern[str], value: object, name: str) -> str:
    if not isinstance(value, str) or not pattern.match(value):
        raise MalformedError(f"{name} is malformed")
    return value


def _whole(value: object, name: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise MalformedError(f"{name} is not a whole number below 2^53")


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise MalformedError(f"{name} is not an object")
    return value
