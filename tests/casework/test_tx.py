"""One transaction: state, entry and event; chains and streams without gaps."""

import json
from dataclasses import dataclass

import pytest

from audit import commitment
from audit.entry import Entry
from casework.errors import KeyDestroyed, NotFound
from casework.keys.key_file import KeyKind
from casework.keys.key_ring import SealBroken
from casework.store import reading, schema_log
from casework.store.tx import EntryRef, Tx


@dataclass(frozen=True, slots=True)
class Note:
    case: str
    text: str = "hello"


@dataclass(frozen=True, slots=True)
class Allowed:
    allow: bool = True
    reason: str = "owner"


def note(tx: Tx, command: Note) -> EntryRef:
    tx.keys.create_case_key(command.case)
    chain = f"case:{command.case}"
    ref = tx.entry(
        "desk.case.noted",
        chain,
        plain={"count": 1},
        committed={"text": command.text},
        decision=Allowed(),
    )
    tx.emit(chain, "noted", {"seq": ref.seq})
    return ref


async def test_entries_form_a_chain_that_decodes(store, writer, clerk, clock):
    refs = []
    for n in range(5):
        clock.advance(10)
        refs.append(await writer.run(note, Note("A", f"text {n}"), actor=clerk))
    entries = await store.read(reading.entries_of, "case:A")
    previous = None
    for n, (ref, stored) in enumerate(zip(refs, entries, strict=True)):
        decoded = Entry.decode(stored.body)
        assert decoded.seq == ref.seq == n
        assert decoded.prev == previous
        assert decoded.leaf_hash().hex() == stored.leaf_hash == ref.leaf_hash
        assert (decoded.actor, decoded.role) == ("clerk-01", "clerk")
        assert decoded.facts == {"count": 1}
        assert decoded.policy.reason == "owner"
        previous = ref.leaf_hash


async def test_a_committed_value_opens_and_is_nowhere_in_the_clear(
    store, writer, keys, clerk, tmp_path
):
    ref = await writer.run(note, Note("A", "群众甲的银行账号"), actor=clerk)
    value = await store.read(reading.committed_value, keys, ref.chain, ref.seq, "text")
    assert value == "群众甲的银行账号"
    (stored,) = await store.read(reading.entries_of, "case:A")
    derived = commitment.derive(keys.case_key("A"), "case:A", 0, "text")
    assert commitment.opens(
        derived,
        json.dumps(value, ensure_ascii=False).encode(),
        bytes.fromhex(Entry.decode(stored.body).c["text"]),
    )
    for file in tmp_path.iterdir():
        assert "银行".encode() not in file.read_bytes(), file.name


async def test_a_sealed_value_moved_to_another_field_does_not_open(store, writer, keys, clerk):
    ref = await writer.run(note, Note("A"), actor=clerk)

    def move(tx: Tx, _: None) -> None:
        tx.conn.execute(schema_log.payload.update().values(field="other"))

    await writer.run(move, None, actor=clerk)
    with pytest.raises(SealBroken):
        await store.read(reading.committed_value, keys, ref.chain, ref.seq, "other")


async def test_erasure_closes_values_and_leaves_the_chain(store, writer, keys, clerk):
    ref = await writer.run(note, Note("A"), actor=clerk)
    assert keys.destroy(KeyKind.CASE, "A")
    with pytest.raises(KeyDestroyed):
        await store.read(reading.committed_value, keys, ref.chain, ref.seq, "text")
    with pytest.raises(KeyDestroyed):
        await writer.run(note, Note("A"), actor=clerk)
    assert len(await store.read(reading.entries_of, "case:A")) == 1


async def test_a_chain_without_a_key_takes_no_committed_values(writer, clerk):
    def bad(tx: Tx, chain: str) -> None:
        tx.entry("log.note", chain, committed={"x": 1})

    with pytest.raises(ValueError, match="has no key"):
        await writer.run(bad, "log:example.org/a", actor=clerk)
    with pytest.raises(NotFound):
        await writer.run(bad, "case:UNKNOWN", actor=clerk)


async def test_refs_name_the_head_of_the_other_chain(store, writer, clerk):
    first = await writer.run(note, Note("A"), actor=clerk)

    def refer(tx: Tx, _: None) -> EntryRef:
        return tx.entry("desk.call.requested", "call:C", refs={"case:A": tx.head("case:A") or ""})

    await writer.run(refer, None, actor=clerk)
    (stored,) = await store.read(reading.entries_of, "call:C")
    assert Entry.decode(stored.body).refs == {"case:A": first.leaf_hash}


async def test_stream_numbers_count_from_one_and_can_be_read_after(store, writer, clerk):
    for _ in range(4):
        await writer.run(note, Note("A"), actor=clerk)
    await writer.run(note, Note("B"), actor=clerk)
    assert await store.read(reading.stream_seq, "case:A") == 4
    assert await store.read(reading.stream_seq, "case:none") == 0
    events = await store.read(reading.events_after, "case:A", 2)
    assert [(e.seq, e.kind, e.data) for e in events] == [
        (3, "noted", {"seq": 2}),
        (4, "noted", {"seq": 3}),
    ]


async def test_serials_have_no_gaps(writer, clerk):
    def take(tx: Tx, name: str) -> int:
        return tx.next_serial(name)

    def fail(tx: Tx, name: str) -> None:
        tx.next_serial(name)
        raise NotFound

    assert await writer.run(take, "day", actor=clerk) == 1
    with pytest.raises(NotFound):
        await writer.run(fail, "day", actor=clerk)
    assert await writer.run(take, "day", actor=clerk) == 2
    assert await writer.run(take, "other", actor=clerk) == 1


async def test_an_event_has_a_limit(writer, clerk):
    def big(tx: Tx, _: None) -> None:
        tx.emit("hall", "big", {"x": "a" * 20_000})

    with pytest.raises(ValueError, match="larger than"):
        await writer.run(big, None, actor=clerk)
