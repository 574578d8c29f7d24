import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit import canonical
from audit.errors import MalformedError

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_encoding_equals_rfc_8785(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(values)
def test_decode_is_the_inverse_of_encode(value):
    assert canonical.decode(canonical.encode(value)) == value


@given(values)
def test_every_other_spelling_is_refused(value):
    encoded = canonical.encode(value)
    for other in (
        json.dumps(value, indent=1).encode(),
        json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode(),
        encoded + b" ",
        b" " + encoded,
        b"\xef\xbb\xbf" + encoded,
    ):
        if other != encoded:
            with pytest.raises(MalformedError):
                canonical.decode(other)


@given(st.binary(max_size=60))
def test_decode_accepts_only_what_encode_writes(data):
    try:
        value = canonical.decode(data)
    except MalformedError:
        return
    assert canonical.encode(value) == data


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        "\ud800",
        {"é": 1},
        {1: 1},
        {"\ud800": 1},
        b"bytes",
        {1, 2},
        object(),
    ],
)
def test_values_outside_the_profile_are_refused(value):
    with pytest.raises(MalformedError):
        canonical.encode([value])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        '{"é":1}'.encode(),
        rb'"\ud800"',
        rb'"\u0041"',
        rb'"\/"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\t"',
        b"[" * 100_000,
        b"[" * 40 + b"]" * 40,
        b"[1,]",
        b"[1] [2]",
    ],
)
def test_bytes_outside_the_profile_are_refused(data):
    with pytest.raises(MalformedError):
        canonical.decode(data)


def test_depth_is_limited_both_ways():
    value = None
    for _ in range(canonical.MAX_DEPTH):
        value = [value]
    assert canonical.decode(canonical.encode(value)) == value
    with pytest.raises(MalformedError):
        canonical.encode([value])
