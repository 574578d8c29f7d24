"""The quick look at an entry takes only what the long way lets pass, and takes what logs are made of."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.entry import Entry, Policy
from audit.verifier.entry import parse_leaf, schema_faults
from audit.verifier.plain_entry import plain_link
from audit.verifier.report import UnreadableError

HASH = "5dee4dd60ff8d0ba9900fe91e90e0dcf65f0570d42c431f727d0300dd70dc431"
KEPT_BACK = frozenset({"actor.key_enrolled"})

names = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,8}", fullmatch=True)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8"), max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
entries = st.builds(
    Entry,
    type=st.sampled_from(["desk.case.viewed", "rec.head", "a.b", "actor.key_enrolled"]),
    t=st.integers(0, 2**53 - 1),
    mono=st.integers(0, 2**53 - 1),
    chain=st.sampled_from(["case:01", "call:0A_b-c", "log:a.example/log"]),
    seq=st.just(3),
    prev=st.just(HASH),
    actor=st.just("clerk-05"),
    role=st.just("clerk"),
    policy=st.none() | st.just(Policy("allow", "ok")),
    refs=st.dictionaries(st.sampled_from(["call:X", "case:Y"]), st.just(HASH), max_size=2),
    c=st.dictionaries(names, st.just(HASH), max_size=3),
    facts=st.dictionaries(names, values, max_size=4),
)


def is_taken_rightly(data: bytes) -> None:
    link = plain_link(data, KEPT_BACK)
    if link is None:
        return
    leaf = parse_leaf(data, "entry")  # raises where it cannot be read
    assert leaf.is_canonical
    assert schema_faults(leaf) == []
    assert link == (leaf.chain, leaf.seq, leaf.prev)
    assert leaf.type not in KEPT_BACK
    assert leaf.members["akey"] is None


PLAIN = Entry(
    type="rec.head",
    t=1_790_000_000_005,
    mono=5,
    chain="call:01",
    seq=7,
    prev=HASH,
    actor="system",
    role="system",
    policy=Policy("allow", "ok"),
    refs={"case:02": HASH},
    c={"form.name": HASH, "item": HASH},
    facts={"heads": [{"part": "0f", "segments": 7}, {"part": "1f", "segments": 0}], "of": "a b:c"},
).encode()


@settings(max_examples=1_500)
@given(entries, st.data())
def test_no_spoilt_entry_is_taken(entry, data):
    body = entry.encode()
    is_taken_rightly(body)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 3))
        # What stands in an entry already does the most harm in another place of it.
        begin = data.draw(st.integers(0, len(body)))
        piece = data.draw(
            st.sampled_from([b"", b"0", b'"', b",", b"\\", b" ", b"\n", b"{}", b"\xc3\xa4"])
            | st.just(body[begin : begin + data.draw(st.integers(1, 40))])
        )
        body = body[:at] + piece + body[at + cut :]
    is_taken_rightly(body)


@settings(max_examples=500)
@given(st.permutations(list(json.loads(PLAIN).items())), st.booleans())
@example(list(json.loads(PLAIN).items()), False)
def test_only_the_canonical_order_is_taken(members, twice):
    pairs = [*members, members[0]] if twice else members
    body = ",".join(
        f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'))}" for name, value in pairs
    )
    is_taken_rightly(f"{{{body}}}".encode())


def test_what_logs_are_made_of_is_plain():
    assert plain_link(PLAIN, frozenset()) == ("call:01", 7, HASH)
    first = PLAIN.replace(b'"prev":"' + HASH.encode() + b'"', b'"prev":null')
    assert plain_link(first.replace(b'"seq":7', b'"seq":0'), frozenset()) == ("call:01", 0, None)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b'"mono":5', b'"mono":05'),
        (b'"mono":5', b'"mono":-5'),
        (b'"mono":5', b'"mono":9007199254740992'),
        (b'"mono":5', b'"mono":5.0'),
        (b'"segments":7', b'"segments":-0'),
        (b'"seq":7', b'"seq":0'),
        (b'"part":"0f","segments":7', b'"segments":7,"part":"0f"'),
        (b'"part":"0f"', b'"part":"0f","part":"0f"'),
        (b'"of":"a b:c"', b'"heads":1'),
        (b'"of":"a b:c"', b'"a":1'),
        (b'"of":"a b:c"', rb'"of":"a b\u003ac"'),
        (b'"of":"a b:c"', b'"of":"a\x7f"'),
        (b'"item":', b'"form.name":'),
        (b'"item":', b'"a":'),
        (b'"case:02":', b'"call:01":'),
        (b'"allow"', b'"maybe"'),
        (b'"v":1', b'"v":2'),
        (b'"v":1}', b'"v":1}\n'),
        (b'"akey":null', b'"akey":"k"'),
        (b'"role":"system"', b'"role":"System"'),
        (b'"rec.head"', b'"rec"'),
        (HASH[:5].encode(), HASH[:5].upper().encode()),
    ],
)
def test_what_is_not_plain_is_left_to_the_long_way(good, bad):
    assert PLAIN.count(good)
    assert plain_link(PLAIN.replace(good, bad, 1), frozenset()) is None


def test_types_that_are_kept_back_are_not_plain():
    assert plain_link(PLAIN, frozenset({"rec.head"})) is None


def test_an_entry_longer_than_a_bundle_can_tell_is_not_plain():
    long = PLAIN.replace(b"a b:c", b"a" * 65_536)
    assert plain_link(long, frozenset()) is None
    with pytest.raises(UnreadableError):
        parse_leaf(long, "entry")
