import dataclasses
import json
from hashlib import sha256

import pytest

from audit import canonical
from audit.entry import MAX_ENTRY_SIZE, Entry, Policy, check_chain
from audit.errors import EntryTooLargeError, MalformedError

FIRST = Entry(
    type="desk.case.opened",
    t=1_788_000_000_123,
    mono=42,
    chain="case:01J8Z5K6Q7R8S9T0V1W2X3Y4Z5",
    seq=0,
    prev=None,
    actor="clerk-01",
    role="clerk",
    policy=Policy("allow", "own_outlet"),
    c={"item": "ab" * 32, "applicant.name": "cd" * 32},
)
SECOND = dataclasses.replace(
    FIRST,
    type="decision.confirmed",
    seq=1,
    prev=FIRST.leaf_hash().hex(),
    refs={"call:01J8Z5K6Q7R8S9T0V1W2X3Y4Z6": "ef" * 32},
    facts={"call_required": True, "heads": [{"part": "00" * 16, "count": 7}]},
)

FIRST_BYTES = (
    '{"actor":"clerk-01","akey":null,"asig":null,'
    f'"c":{{"applicant.name":"{"cd" * 32}","item":"{"ab" * 32}"}},'
    '"chain":"case:01J8Z5K6Q7R8S9T0V1W2X3Y4Z5","facts":{},"mono":42,'
    '"policy":{"decision":"allow","reason":"own_outlet"},"prev":null,"refs":{},"role":"clerk",'
    '"seq":0,"t":1788000000123,"type":"desk.case.opened","v":1}'
).encode()


def test_the_encoding_is_exactly_this():
    assert FIRST.encode() == FIRST_BYTES
    assert FIRST.leaf_hash() == sha256(b"\0" + FIRST_BYTES).digest()


@pytest.mark.parametrize("entry", [FIRST, SECOND, dataclasses.replace(SECOND, policy=None)])
def test_decode_gives_the_entry_back(entry):
    assert Entry.decode(entry.encode()) == entry


def test_no_flipped_bit_decodes_to_the_same_entry():
    data = SECOND.encode()
    for position in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            try:
                entry = Entry.decode(bytes(changed))
            except MalformedError:
                continue
            assert entry != SECOND
            assert entry.encode() == changed


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"type": "opened"},
        {"type": "a.b.c.d"},
        {"type": "Desk.case.opened"},
        {"type": "desk.case.opened\n"},
        {"t": -1},
        {"t": 2**53},
        {"t": True},
        {"mono": 1.5},
        {"seq": 1},
        {"prev": "ab" * 32},
        {"seq": 1, "prev": "AB" * 32},
        {"seq": 1, "prev": "ab" * 31},
        {"chain": "person:1"},
        {"actor": ""},
        {"actor": "群众甲"},
        {"role": "Clerk"},
        {"refs": {"case:1": "x"}},
        {"refs": {FIRST.chain: "ab" * 32}},
        {"refs": []},
        {"c": {"name": "ab"}},
        {"c": {"a b": "ab" * 32}},
        {"facts": []},
        {"akey": "k"},
        {"asig": "s"},
        {"akey": "k k", "asig": "s"},
    ],
)
def test_fields_outside_their_form_are_refused(change):
    with pytest.raises(MalformedError):
        dataclasses.replace(FIRST, **change)


@pytest.mark.parametrize("decision", [("maybe", "rule"), ("allow", ""), ("deny", "Two words")])
def test_policy_outside_its_form_is_refused(decision):
    with pytest.raises(MalformedError):
        Policy(*decision)


@pytest.mark.parametrize(
    "members",
    [
        [],
        {},
        {"v": 1},
        json.loads(FIRST_BYTES) | {"more": 1},
        json.loads(FIRST_BYTES) | {"policy": {"decision": "allow"}},
        json.loads(FIRST_BYTES) | {"policy": "allow"},
        json.loads(FIRST_BYTES) | {"policy": {"decision": ["allow"], "reason": "own"}},
        json.loads(FIRST_BYTES) | {"c": {"name": 7}},
        json.loads(FIRST_BYTES) | {"type": 7},
        json.loads(FIRST_BYTES) | {"actor": None},
    ],
)
def test_other_members_are_refused(members):
    with pytest.raises(MalformedError):
        Entry.decode(canonical.encode(members))


def test_an_entry_fits_two_length_bytes():
    room = MAX_ENTRY_SIZE - len(dataclasses.replace(FIRST, facts={"note": ""}).encode())
    largest = dataclasses.replace(FIRST, facts={"note": "x" * room})
    assert len(largest.encode()) == MAX_ENTRY_SIZE
    assert Entry.decode(largest.encode()) == largest
    with pytest.raises(EntryTooLargeError):
        dataclasses.replace(FIRST, facts={"note": "x" * (room + 1)}).encode()
    with pytest.raises(EntryTooLargeError):
        Entry.decode(largest.encode() + b" ")


@pytest.mark.parametrize("name", ["case:01J8Z5", "call:a-b_c", "log:example.com/log42"])
def test_chain_names(name):
    assert check_chain(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "case",
        "case:",
        "case:..",
        "case:a/b",
        "case:a\n",
        "case:甲",
        "log:",
        "log:a b",
        "log:a+b",
    ],
)
def test_other_chain_names_are_refused(name):
    with pytest.raises(MalformedError):
        check_chain(name)
