"""The transaction an action runs in: state, audit entry and event together, or none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

from audit import canonical, commitment, merkle
from audit.canonical import JsonValue
from audit.entry import Entry, Policy
from casework.actor import Actor
from casework.clock import Clock
from casework.keys.key_ring import KeyRing, seal
from casework.store import schema_log as s
from casework.store.engine import locked
from casework.store.log_so_far import LogSoFar

MAX_EVENT_BYTES = 20_000

# Built once: putting a statement together costs more than SQLite takes to run it.
_CHAIN_END = locked(
    select(s.chain.c.next_seq, s.chain.c.head).where(s.chain.c.chain == bindparam("at"))
)
_NEW_CHAIN = insert(s.chain)
_GROW_CHAIN = (
    update(s.chain)
    .where(s.chain.c.chain == bindparam("at"))
    .values(next_seq=bindparam("next"), head=bindparam("leaf"))
)
_NEW_ENTRY = insert(s.entry)
_NEW_PAYLOAD = insert(s.payload)
_STREAM_END = locked(select(s.stream.c.last_seq).where(s.stream.c.stream == bindparam("at")))
_NEW_STREAM = insert(s.stream)
_GROW_STREAM = (
    update(s.stream).where(s.stream.c.stream == bindparam("at")).values(last_seq=bindparam("last"))
)
_NEW_EVENT = insert(s.outbox)


class PolicyDecision(Protocol):
    """What `casework.policy.decide` returned for this act."""

    @property
    def allow(self) -> bool: ...

    @property
    def reason(self) -> str: ...


Attest: TypeAlias = Callable[[Entry], tuple[str, str]]
"""Gives `akey` and `asig` for the entry as it will be written, or raises a refusal."""


@dataclass(frozen=True, slots=True)
class EntryRef:
    """An entry just written; `leaf_hash` is lower hex."""

    chain: str
    seq: int
    leaf_hash: str


class Tx:
    """Handed to one action by the Writer; must not be kept after the action returns.

    `conn` is the SQLAlchemy connection inside the action's savepoint. `now_ms` and `mono_ms` are
    read once, so that a state row and its entry carry the same time. `is_news` once the act wrote an
    entry or an event: only then does its commit concern anybody who waits for one.
    """

    def __init__(
        self, conn: Connection, *, clock: Clock, actor: Actor, keys: KeyRing, log: LogSoFar
    ) -> None:
        self.conn = conn
        self.clock = clock
        self.actor = actor
        self.keys = keys
        self.log = log
        self.is_news = False
        self.now_ms = clock.wall_ms()
        self.mono_ms = clock.mono_ms()

    def head(self, chain: str) -> str | None:
        """Leaf hash of the chain's newest entry, or None; for `refs={chain: tx.head(chain)}`."""
        return self.conn.scalar(select(s.chain.c.head).where(s.chain.c.chain == chain))

    def next_seq(self, chain: str) -> int:
        """The number that the chain's next entry will have."""
        return self._end_of(chain)[0]

    def entry(
        self,
        type_: str,
        chain: str,
        *,
        plain: Mapping[str, JsonValue] | None = None,
        committed: Mapping[str, JsonValue] | None = None,
        refs: Mapping[str, str] | None = None,
        decision: PolicyDecision | None = None,
        attest: Attest | None = None,
    ) -> EntryRef:
        """Writes the chain's next entry.

        `chain` is `case:ID`, `call:ID` or `log:ORIGIN`. `plain` stands readable in the log for
        ever: ids, counts, hashes of ciphertext; nothing about a person and no outcome.
        Each value of `committed` becomes an HMAC commitment in the entry, and its canonical JSON is
        kept encrypted under the chain's key, which must exist (`tx.keys.create_case_key`).
        `refs` maps other chains to their heads (`tx.head`). `attest` brings the actor's signature.
        Raises audit.errors.MalformedError (a ValueError) for malformed names and values outside
        canonical JSON (floats, large integers), NotFound or KeyDestroyed for the chain's key.
        """
        seq, previous = self._end_of(chain)
        commitments = {
            field: self._commit(chain, seq, field, value)
            for field, value in sorted((committed or {}).items())
        }
        entry = Entry(
            type=type_,
            t=self.now_ms,
            mono=self.mono_ms,
            chain=chain,
            seq=seq,
            prev=previous,
            actor=self.actor.id,
            role=self.actor.role.value,
            policy=None
            if decision is None
            else Policy("allow" if decision.allow else "deny", decision.reason),
            refs=refs or {},
            c=commitments,
            facts=plain or {},
        )
        if attest is not None:
            akey, asig = attest(entry)
            entry = replace(entry, akey=akey, asig=asig)
        self.is_news = True
        body = entry.encode()
        leaf = merkle.leaf_hash(body).hex()
        self.conn.execute(
            _NEW_ENTRY,
            {
                "chain": chain,
                "seq": seq,
                "type": type_,
                "t_ms": self.now_ms,
                "leaf_hash": leaf,
                "body": body,
            },
        )
        if previous is None:
            self.conn.execute(_NEW_CHAIN, {"chain": chain, "next_seq": 1, "head": leaf})
        else:
            self.conn.execute(_GROW_CHAIN, {"at": chain, "next": seq + 1, "leaf": leaf})
        return EntryRef(chain, seq, leaf)

    def emit(self, stream: str, kind: str, data: Mapping[str, JsonValue]) -> int:
        """Adds an event to `case:ID`, `call:ID`, `hall`, `window:ID` or `staff:ID`; returns its seq.

        Numbers of a stream count from 1 without gaps. `data` holds ids and states, no personal
        data: the page fetches what it may see. Raises ValueError above `MAX_EVENT_BYTES`.
        """
        text = canonical.encode(data)
        if len(text) > MAX_EVENT_BYTES:
            raise ValueError(f"event {kind} is larger than {MAX_EVENT_BYTES} bytes")
        self.is_news = True
        last = self.conn.scalar(_STREAM_END, {"at": stream})
        seq = (last or 0) + 1
        if last is None:
            self.conn.execute(_NEW_STREAM, {"stream": stream, "last_seq": seq})
        else:
            self.conn.execute(_GROW_STREAM, {"at": stream, "last": seq})
        self.conn.execute(
            _NEW_EVENT,
            {
                "stream": stream,
                "seq": seq,
                "kind": kind,
                "data": text.decode(),
                "t_ms": self.now_ms,
            },
        )
        return seq

    def next_serial(self, name: str) -> int:
        """The next number of a gapless series, from 1 (such as `case-number:20260511`)."""
        last: int | None = self.conn.scalar(
            locked(select(s.serial.c.last).where(s.serial.c.name == name))
        )
        if last is None:
            self.conn.execute(insert(s.serial).values(name=name, last=1))
            return 1
        self.conn.execute(update(s.serial).where(s.serial.c.name == name).values(last=last + 1))
        return last + 1

    def _end_of(self, chain: str) -> tuple[int, str | None]:
        """Next seq and head; locks the chain's row, where there is one, until the commit."""
        row = self.conn.execute(_CHAIN_END, {"at": chain}).one_or_none()
        return (0, None) if row is None else (row.next_seq, row.head)

    def _commit(self, chain: str, seq: int, field: str, value: JsonValue) -> str:
        key = self.keys.chain_key(chain)
        plaintext = canonical.encode(value)
        sealed = seal(key, ("payload", chain, str(seq), field), plaintext)
        self.conn.execute(
            _NEW_PAYLOAD,
            {
                "chain": chain,
                "seq": seq,
                "field": field,
                "nonce": sealed.nonce,
                "ciphertext": sealed.ciphertext,
            },
        )
        return commitment.commit(commitment.derive(key, chain, seq, field), plaintext).hex()
