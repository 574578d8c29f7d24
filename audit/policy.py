"""Trust policies: which logs, which witnesses, and how many of them (c2sp.org/tlog-policy).

One file serves both sides: the desk asks the witnesses at their URLs, and whoever checks a package
demands the quorum (`verify --policy`).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from audit.cosignature import WitnessKey
from audit.errors import MalformedError
from audit.note import MAX_SIGNATURES, VerifyingKey

MAX_POLICY_SIZE = 65_536
MAX_WITNESSES = MAX_SIGNATURES - 1
"""A checkpoint carries the log's signature and one line of each of them."""

NONE = "none"
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}\Z")
_SPACES = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """`name` has a meaning in its policy alone; `url` is None where nobody is to be asked."""

    name: str
    key: WitnessKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of `members`: names of witnesses and of groups before it."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """No witnesses and the quorum `none`, unless a file says otherwise."""

    logs: tuple[VerifyingKey, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def satisfied(self, keys: Collection[WitnessKey]) -> bool:
        """Whether the verified cosignatures of `keys` are enough."""
        met = {NONE: True} | {one.name: one.key in keys for one in self.witnesses}
        for name, group in self.groups.items():
            met[name] = sum(met[member] for member in group.members) >= group.threshold
        return met[self.quorum]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises MalformedError naming the line that is none of a policy."""
        logs: list[VerifyingKey] = []
        witnesses: dict[str, PolicyWitness] = {}
        groups: dict[str, Group] = {}
        quorum: str | None = None
        for line in _lines(data):
            try:
                match _SPACES.split(line):
                    case ["log", vkey, *rest] if len(rest) <= 1:
                        logs.append(VerifyingKey.parse(vkey))
                    case ["witness", name, vkey, *rest] if len(rest) <= 1:
                        _check_free(name, witnesses, groups)
                        url = _check_url(rest[0]) if rest else None
                        witnesses[name] = PolicyWitness(name, WitnessKey.parse(vkey), url)
                    case ["group", name, threshold, *members]:
                        _check_free(name, witnesses, groups)
                        groups[name] = _group(threshold, members, witnesses, groups)
                    case ["quorum", name] if quorum is None:
                        if name not in {NONE, *witnesses, *groups}:
                            raise MalformedError("the quorum names nobody")
                        quorum = name
                    case _:
                        raise MalformedError("no line of a policy")
            except MalformedError as error:
                raise MalformedError(f"policy: {error}: {line[:200]}") from error
        if quorum is None:
            raise MalformedError("policy: there is no quorum line")
        _check_distinct([key.public for key in logs])
        _check_distinct([one.key.key.public for one in witnesses.values()])
        if len(witnesses) > MAX_WITNESSES:
            raise MalformedError(f"policy: more than {MAX_WITNESSES} witnesses")
        return cls(tuple(logs), tuple(witnesses.values()), groups, quorum)


def _lines(data: bytes) -> Iterator[str]:
    if len(data) > MAX_POLICY_SIZE:
        raise MalformedError(f"policy: longer than {MAX_POLICY_SIZE} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("policy: not UTF-8") from error
    for line in text.split("\n"):
        stripped = line.strip(" \t")
        if stripped and not stripped.startswith("#"):
            yield stripped


def _check_free(name: str, *taken: Collection[str]) -> None:
    if name == NONE or any(name in names for names in taken):
        raise MalformedError("a name stands for one thing")


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise MalformedError("the URL of a witness is http or https, without a query")
    return url


def _group(
    threshold: str,
    members: list[str],
    witnesses: Mapping[str, PolicyWitness],
    groups: Mapping[str, Group],
) -> Group:
    # A name stands in one group only, so that nobody is counted twice.
    grouped = {member for group in groups.values() for member in group.members}
    if len(set(members)) != len(members) or not set(members) <= {*witnesses, *groups} - grouped:
        raise MalformedError("members are names of lines before, each in one group")
    words = {"any": 1, "all": len(members)}
    count = words.get(threshold) or (int(threshold) if _THRESHOLD.match(threshold) else 0)
    if not 1 <= count <= len(members):
        raise MalformedError("a group needs 1 to all of its members")
    return Group(count, tuple(members))


def _check_distinct(keys: list[bytes]) -> None:
    if len(set(keys)) != len(keys):
        raise MalformedError("policy: one key stands on two lines")
