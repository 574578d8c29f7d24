"""Trust comes from outside the package: keys, and a C2SP tlog-policy with a witness quorum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from audit.verifier.limits import MAX_NOTE
from audit.verifier.note import (
    LOG_KEY,
    WITNESS_KEY,
    Checkpoint,
    VerifierKey,
    parse_key,
    stated_time,
    whole_number,
)
from audit.verifier.report import UnreadableError

NO_QUORUM = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of `members`, which are names of witnesses or of earlier groups."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NO_QUORUM

    def satisfied(self, cosigned: frozenset[bytes], name: str | None = None) -> bool:
        """`cosigned` holds the public keys of the witnesses whose cosignatures verified."""
        name = self.quorum if name is None else name
        if name == NO_QUORUM:
            return True
        if name in self.witnesses:
            return self.witnesses[name].public in cosigned
        group = self.groups[name]
        return sum(self.satisfied(cosigned, m) for m in group.members) >= group.threshold


@dataclass(frozen=True, slots=True)
class Trust:
    """`outside` tells whether the keys came from outside; without it nothing is anchored."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    policy: Policy
    outside: bool


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signed a checkpoint. `failed` names known keys whose signature does not verify; `times`
    are those that known witnesses state, in seconds.
    """

    log: VerifierKey | None
    cosigned: frozenset[bytes]
    failed: tuple[str, ...]
    times: tuple[int, ...] = ()


def signers(checkpoint: Checkpoint, trust: Trust) -> Signers:
    """Lines of unknown keys are ignored; a log key counts only for its own origin."""
    log, cosigned, failed, times = None, set(), [], []
    for line in checkpoint.signatures:
        for key in (*trust.logs, *trust.witnesses):
            if (line.name, line.key_id) != (key.name, key.key_id):
                continue
            if not key.verifies(line.signature, checkpoint.body):
                failed.append(key.name)
            elif key.kind == WITNESS_KEY:
                cosigned.add(key.public)
                times.append(stated_time(line.signature))
            elif key.name == checkpoint.origin:
                log = key
    return Signers(log, frozenset(cosigned), tuple(failed), tuple(times))


def parse_keys(data: bytes, path: str) -> tuple[VerifierKey, ...]:
    """One vkey a line; empty lines and lines that begin with `#` are ignored."""
    keys = []
    for line in _lines(data, path):
        key = parse_key(line)
        if key is None:
            raise UnreadableError(path, "one vkey name+id+base64 a line", line)
        keys.append(key)
    return tuple(keys)


def make_trust(keys: Sequence[VerifierKey], policy: Policy | None, *, outside: bool) -> Trust:
    """The keys of both files together, each once."""
    policy = policy or Policy()
    every = tuple(dict.fromkeys((*keys, *policy.logs, *policy.witnesses.values())))
    return Trust(
        logs=tuple(key for key in every if key.kind == LOG_KEY),
        witnesses=tuple(key for key in every if key.kind == WITNESS_KEY),
        policy=policy,
        outside=outside,
    )


def parse_policy(data: bytes, path: str) -> Policy:
    """C2SP tlog-policy: lines `log`, `witness`, `group`, and exactly one `quorum`."""
    logs: list[VerifierKey] = []
    witnesses: dict[str, VerifierKey] = {}
    groups: dict[str, Group] = {}
    quorum: str | None = None
    for line in _lines(data, path):
        match line.split():
            case ["log", vkey, *rest] if len(rest) <= 1:
                logs.append(_key(vkey, LOG_KEY, path))
            case ["witness", name, vkey, *rest] if len(rest) <= 1 and _free(
                name, witnesses, groups
            ):
                witnesses[name] = _key(vkey, WITNESS_KEY, path)
            case ["group", name, threshold, *members] if _free(name, witnesses, groups):
                # A witness counts once: a name stands in one group only, over the whole file.
                unused = {*witnesses, *groups} - {m for g in groups.values() for m in g.members}
                groups[name] = _group(threshold, members, unused, path)
            case ["quorum", name] if quorum is None and name in {NO_QUORUM, *witnesses, *groups}:
                quorum = name
            case _:
                raise UnreadableError(path, "a line of a tlog-policy", line)
    if quorum is None:
        raise UnreadableError(path, "one quorum line")
    for keys in (logs, list(witnesses.values())):
        if len({key.public for key in keys}) != len(keys):
            raise UnreadableError(path, "each key once")
    return Policy(tuple(logs), witnesses, groups, quorum)


def _key(vkey: str, kind: int, path: str) -> VerifierKey:
    key = parse_key(vkey)
    if key is None or key.kind != kind:
        raise UnreadableError(path, f"a vkey of type {kind}", vkey)
    return key


def _free(name: str, *taken: Mapping[str, object]) -> bool:
    return name != NO_QUORUM and not any(name in names for names in taken)


def _group(threshold: str, members: list[str], unused: set[str], path: str) -> Group:
    words = {"any": 1, "all": len(members)}
    count = words.get(threshold, whole_number(threshold))
    if count is None or not 1 <= count <= len(members) or len(set(members)) != len(members):
        raise UnreadableError(path, "a group of 1 <= k <= n different members", threshold)
    if not set(members) <= unused:
        raise UnreadableError(
            path, "members of earlier lines, each in one group", " ".join(members)
        )
    return Group(count, tuple(members))


def _lines(data: bytes, path: str) -> list[str]:
    if len(data) > MAX_NOTE:
        raise UnreadableError(path, f"at most {MAX_NOTE} bytes", len(data))
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableError(path, "UTF-8", error) from error
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
