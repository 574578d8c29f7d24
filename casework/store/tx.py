"""The transaction an action runs in: state, audit entry and event together, or none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from sqlalchemy import BigInteger, Connection, String, Text, bindparam, insert, select, update
from sqlalchemy.sql.dml import Insert, ReturningInsert

from audit import canonical, commitment, merkle
from audit.canonical import JsonValue
from audit.entry import Entry, Policy
from casework.actor import Actor
from casework.clock import Clock
from casework.keys.key_ring import KeyRing, seal
from casework.store import schema_log as s
from casework.store.dialects import upsert
from casework.store.engine import locked
from casework.store.log_so_far import LogSoFar
from casework.store.prepared import Prepared

MAX_EVENT_BYTES = 20_000

_CHAIN_END = Prepared(
    locked(select(s.chain.c.next_seq, s.chain.c.head).where(s.chain.c.chain == bindparam("at"))),
    "at",
)
_NEW_CHAIN = Prepared(insert(s.chain), "chain", "next_seq", "head")
_GROW_CHAIN = Prepared(
    update(s.chain)
    .where(s.chain.c.chain == bindparam("at"))
    .values(next_seq=bindparam("next"), head=bindparam("leaf")),
    "at",
    "next",
    "leaf",
)
_NEW_ENTRY = Prepared(insert(s.entry), "chain", "seq", "type", "t_ms", "leaf_hash", "body")
_NEW_PAYLOAD = Prepared(insert(s.payload), "chain", "seq", "field", "nonce", "ciphertext")


def _next_of_stream(conn: Connection) -> Insert:
    first = upsert(conn, s.stream).values(stream=bindparam("at", type_=String), last_seq=1)
    return first.on_conflict_do_update(
        index_elements=["stream"], set_={"last_seq": s.stream.c.last_seq + 1}
    )


def _next_of_series(conn: Connection) -> ReturningInsert[tuple[int]]:
    first = upsert(conn, s.serial).values(name=bindparam("at", type_=String), last=1)
    return first.on_conflict_do_update(
        index_elements=["name"], set_={"last": s.serial.c.last + 1}
    ).returning(s.serial.c.last)


_GROW_STREAM = Prepared(_next_of_stream)
_NEW_EVENT = Prepared(
    insert(s.outbox).from_select(
        ["stream", "seq", "kind", "data", "t_ms"],
        select(
            s.stream.c.stream,
            s.stream.c.last_seq,
            bindparam("kind", type_=String),
            bindparam("data", type_=Text),
            bindparam("t_ms", type_=BigInteger),
        ).where(s.stream.c.stream == bindparam("at")),
    )
)
_NEXT_SERIAL = Prepared(_next_of_series)


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
    entry or an event: only then does its commit concern anybody who waits for one. `told` are the kinds
    of streams that got one: what stands before the colon of their names.
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
        self.told: set[str] = set()
        self._ends: dict[str, tuple[int, str | None]] = {}  # of chains, as this act knows them
        self.now_ms = clock.wall_ms()
        self.mono_ms = clock.mono_ms()

    def head(self, chain: str) -> str | None:
        """Leaf hash of the chain's newest entry, or None; for `refs={chain: tx.head(chain)}`."""
        return self._end_of(chain)[1]

    def next_seq(self, chain: str) -> int:
        """The number that the chain's next entry will have."""
        return self._end_of(chain)[0]

    def new_chain(self, chain: str) -> None:
        """The act makes its subject itself: nobody need look for earlier entries of the chain. If there
        are some after all, its first entry fails.
        """
        self._ends.setdefault(chain, (0, None))

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
        commitments = self._commit(chain, seq, committed) if committed else {}
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
        _NEW_ENTRY.send(
            self.conn,
            chain=chain,
            seq=seq,
            type=type_,
            t_ms=self.now_ms,
            leaf_hash=leaf,
            body=body,
        )
        if previous is None:
            _NEW_CHAIN.send(self.conn, chain=chain, next_seq=1, head=leaf)
        else:
            _GROW_CHAIN.send(self.conn, at=chain, next=seq + 1, leaf=leaf)
        self._ends[chain] = (seq + 1, leaf)
        return EntryRef(chain, seq, leaf)

    def emit(self, stream: str, kind: str, data: Mapping[str, JsonValue]) -> None:
        """Adds an event to `case:ID`, `call:ID`, `hall`, `window:ID` or `staff:ID`.

        Numbers of a stream count from 1 without gaps. `data` holds ids and states, no personal
        data: the page fetches what it may see. Raises ValueError above `MAX_EVENT_BYTES`.
        """
        text = canonical.encode(data)
        if len(text) > MAX_EVENT_BYTES:
            raise ValueError(f"event {kind} is larger than {MAX_EVENT_BYTES} bytes")
        self.is_news = True
        self.told.add(stream.partition(":")[0])
        # The database counts: nobody waits for the number.
        _GROW_STREAM.send(self.conn, at=stream)
        _NEW_EVENT.send(self.conn, at=stream, kind=kind, data=text.decode(), t_ms=self.now_ms)

    def next_serial(self, name: str) -> int:
        """The next number of a gapless series, from 1 (such as `case-number:20260511`)."""
        [(last,)] = _NEXT_SERIAL.rows(self.conn, at=name)
        return int(last)

    def _end_of(self, chain: str) -> tuple[int, str | None]:
        """Next seq and head; locks the chain's row, where there is one, until the commit."""
        known = self._ends.get(chain)
        if known is None:
            row = _CHAIN_END.one(self.conn, at=chain)
            known = self._ends[chain] = (0, None) if row is None else (row[0], row[1])
        return known

    def _commit(self, chain: str, seq: int, values: Mapping[str, JsonValue]) -> dict[str, str]:
        """Keeps the values sealed; their commitments by field."""
        key = self.keys.chain_key(chain)
        commitments: dict[str, str] = {}
        rows: list[dict[str, object]] = []
        for field, value in sorted(values.items()):
            plaintext = canonical.encode(value)
            sealed = seal(key, ("payload", chain, str(seq), field), plaintext)
            rows.append(
                {
                    "chain": chain,
                    "seq": seq,
                    "field": field,
                    "nonce": sealed.nonce,
                    "ciphertext": sealed.ciphertext,
                }
            )
            opening = commitment.derive(key, chain, seq, field)
            commitments[field] = commitment.commit(opening, plaintext).hex()
        _NEW_PAYLOAD.send(self.conn, *rows)
        return commitments
