"""What a window's device signs, byte for byte."""

import json
from pathlib import Path

import pytest

from audit import act, device, merkle
from audit.checkpoint import TreeHead
from audit.device import NOTHING_SEEN, Said
from audit.errors import MalformedError, SignatureError
from audit.note import decode_base64

VECTOR = json.loads((Path(__file__).parent / "vectors" / "request-v1.json").read_text())
PUBLIC_KEY = decode_base64(VECTOR["public_key"])
SIGNATURE = decode_base64(VECTOR["asig"])
PAGE = (Path(__file__).parents[2] / "docs" / "evidence-package.md").read_text(encoding="utf-8")
FACTS = VECTOR["entry"]["facts"]["device"]
CHAIN = VECTOR["entry"]["chain"]
SAID = Said(
    FACTS["counter"],
    FACTS["answered"],
    TreeHead(FACTS["size"], decode_base64(FACTS["root"])),
)


def test_the_signed_bytes_are_the_vector():
    message = device.signed_bytes(VECTOR["origin"], CHAIN, SAID)
    assert message.decode() == VECTOR["signed_bytes"]
    assert SAID.facts() == FACTS
    assert act.key_id(PUBLIC_KEY) == VECTOR["akey"]
    act.check_signature(PUBLIC_KEY, SIGNATURE, message)


def test_the_page_shows_the_vector():
    for name in ("signed_bytes", "akey", "asig", "public_key"):
        assert VECTOR[name] in PAGE


@pytest.mark.parametrize(
    ("origin", "chain", "said"),
    [
        ("other.example/log", CHAIN, SAID),
        (VECTOR["origin"], "call:01JD00000000000000000000CB", SAID),
        (VECTOR["origin"], CHAIN, Said(8, SAID.answered, SAID.seen)),
        (VECTOR["origin"], CHAIN, Said(SAID.counter, SAID.answered - 1, SAID.seen)),
        (VECTOR["origin"], CHAIN, Said(SAID.counter, SAID.answered, NOTHING_SEEN)),
        (
            VECTOR["origin"],
            CHAIN,
            Said(SAID.counter, SAID.answered, TreeHead(SAID.seen.size + 1, SAID.seen.root)),
        ),
    ],
)
def test_no_part_can_be_exchanged(origin, chain, said):
    message = device.signed_bytes(origin, chain, said)
    with pytest.raises(SignatureError):
        act.check_signature(PUBLIC_KEY, SIGNATURE, message)


@pytest.mark.parametrize(
    ("counter", "answered"), [(0, 0), (1, 1), (1, 2), (1, -1), (2**53, 1), (-1, -2)]
)
def test_numbers_that_count_nothing_are_refused(counter, answered):
    with pytest.raises(MalformedError):
        Said(counter, answered, NOTHING_SEEN)


@pytest.mark.parametrize("chain", ["case:A", "call:", "call:A\nB", "call:A/B", "log:x"])
def test_only_a_call_can_be_asked_for(chain):
    with pytest.raises(MalformedError):
        device.signed_bytes("window.example/log", chain, SAID)


def test_a_device_that_has_seen_nothing_says_so():
    assert NOTHING_SEEN.root == merkle.EMPTY_ROOT
    assert Said(1, 0, NOTHING_SEEN).facts()["size"] == 0
