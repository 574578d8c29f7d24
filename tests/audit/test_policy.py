"""Trust policies by the words of c2sp.org/tlog-policy, and against the verifier's own reading."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cosignature import witness_key
from audit.errors import MalformedError
from audit.note import SigningKey
from audit.policy import MAX_WITNESSES, Policy
from audit.verifier.report import UnreadableError
from audit.verifier.trust import parse_policy

LOG = SigningKey.generate("example.com/log").verifying_key
KEYS = [witness_key(SigningKey.generate(f"w{n}.example")) for n in range(MAX_WITNESSES + 1)]
X1, X2, X3, Y1, Y2, Y3 = KEYS[:6]
# The example of the specification, with keys.
TWO_LEVELS = f"""
log {LOG.vkey}

witness X1 {X1.vkey}
witness X2 {X2.vkey} https://x2.example/
witness X3 {X3.vkey}
group X-witnesses 2 X1 X2 X3

\t# the others
witness Y1 {Y1.vkey}
witness Y2  {Y2.vkey}\thttp://[::1]:8465/w
witness Y3 {Y3.vkey}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_two_levels_of_groups():
    policy = Policy.parse(TWO_LEVELS.encode())
    assert policy.logs == (LOG,)
    assert [one.url for one in policy.witnesses] == [
        None, "https://x2.example/", None, None, "http://[::1]:8465/w", None,
    ]  # fmt: skip
    for keys, enough in [
        ([], False),
        ([X1, X2, X3], False),
        ([X1, X2, Y3], True),
        ([X1, Y1, Y2, Y3], False),
        ([X3, X2, X1, Y1, Y2], True),
        ([KEYS[9], X1, Y1], False),
    ]:
        assert policy.satisfied(keys) is enough


def test_without_witnesses_nobody_is_needed():
    assert Policy.parse(b"quorum none\n") == Policy()
    assert Policy().satisfied([])


def test_one_witness_can_be_the_quorum():
    policy = Policy.parse(f"witness a {X1.vkey}\nquorum a".encode())
    assert policy.satisfied([X1])
    assert not policy.satisfied([X2])


NUMBERS = count()


def number(_value):
    """Keys differ in every process; names of tests must not."""
    return str(next(NUMBERS))


WITNESS = f"witness a {X1.vkey}\nwitness b {X2.vkey}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        WITNESS,
        "quorum a\n",
        "quorum none\nquorum none\n",
        f"{WITNESS}quorum c\n",
        f"{WITNESS}witness a {X3.vkey}\nquorum none\n",
        f"{WITNESS}witness none {X3.vkey}\nquorum none\n",
        f"{WITNESS}witness c {X1.vkey}\nquorum none\n",
        f"{WITNESS}witness c {LOG.vkey}\nquorum none\n",
        f"log {X1.vkey}\nquorum none\n",
        f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n",
        f"log {LOG.vkey} https://a.example/ more\nquorum none\n",
        f"{WITNESS}group g 1\nquorum none\n",
        f"{WITNESS}group g 0 a\nquorum none\n",
        f"{WITNESS}group g 3 a b\nquorum none\n",
        f"{WITNESS}group g 01 a b\nquorum none\n",
        f"{WITNESS}group g +1 a b\nquorum none\n",
        f"{WITNESS}group g any a a\nquorum none\n",
        f"{WITNESS}group g any a none\nquorum none\n",
        f"{WITNESS}group g any h\ngroup h any a\nquorum none\n",
        f"{WITNESS}group g any a\ngroup h any a b\nquorum none\n",
        f"{WITNESS}group a any b\nquorum none\n",
        "other line\nquorum none\n",
        "quorum none\n\x00\n",
        "quorum\u3000none\n",
    ],
    ids=number,
)
def test_what_is_no_policy_is_refused_by_both_readers(text):
    with pytest.raises(MalformedError):
        Policy.parse(text.encode())
    if "\u3000" not in text:
        with pytest.raises(UnreadableError):
            parse_policy(text.encode(), "policy")


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "a.example", "http://", "https://a.example/?x"]
)
def test_a_witness_is_reached_by_http(url):
    with pytest.raises(MalformedError):
        Policy.parse(f"witness a {X1.vkey} {url}\nquorum none\n".encode())


def test_a_checkpoint_has_room_for_so_many():
    lines = "".join(f"witness w{n} {key.vkey}\n" for n, key in enumerate(KEYS))
    with pytest.raises(MalformedError, match="witnesses"):
        Policy.parse(f"{lines}quorum none\n".encode())


@pytest.mark.parametrize("data", [b"\xff\nquorum none\n", b"#" * 70_000 + b"\nquorum none\n"])
def test_what_is_no_text_or_too_long_is_refused(data):
    with pytest.raises(MalformedError):
        Policy.parse(data)


@given(st.data())
def test_both_readers_count_alike(data):
    """The desk and the verifier never disagree on whether a quorum is met."""
    names = [f"w{n}" for n in range(5)]
    lines = [f"witness {name} {key.vkey}" for name, key in zip(names, KEYS, strict=False)]
    free = list(names)
    for number in range(data.draw(st.integers(0, 3))):
        members = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        threshold = data.draw(
            st.sampled_from(["any", "all", *map(str, range(1, len(members) + 1))])
        )
        lines.append(f"group g{number} {threshold} {' '.join(members)}")
        free = [name for name in free if name not in members] + [f"g{number}"]
    lines.append(f"quorum {data.draw(st.sampled_from(['none', *free]))}")
    text = "\n".join(lines).encode()
    keys = data.draw(st.lists(st.sampled_from(KEYS[:6]), unique_by=id))
    theirs = parse_policy(text, "policy").satisfied(frozenset(key.key.public for key in keys))
    assert Policy.parse(text).satisfied(keys) is theirs
