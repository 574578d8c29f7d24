"""What a log says of the one before it has one form."""

import pytest

from audit.checkpoint import EMPTY_HEAD, TreeHead
from audit.entry import Entry
from audit.errors import MalformedError
from audit.successor import Cause, Successor

SAID = Successor("dead.example/log", TreeHead(9, b"\x11" * 32), 7, 8, Cause.LOG_LOST)


def entry(**members):
    fields = {"type": "log.successor", "t": 1, "mono": 1, "chain": "log:new.example/log", "seq": 0,
              "prev": None, "actor": "system", "role": "system", "facts": SAID.facts()}  # fmt: skip
    return Entry(**(fields | members)).encode()


def test_it_is_read_as_it_was_written():
    assert Successor.of(entry()) == SAID
    assert Successor.of(entry(type="log.heartbeat")) is None
    empty = Successor("dead.example/log", EMPTY_HEAD, 0, 0, Cause.KEY_ROTATION)
    assert Successor.parse(empty.facts()) == empty


@pytest.mark.parametrize(
    "change",
    [
        {"cause": "spring_cleaning"},
        {"origin": "two words"},
        {"origin": None},
        {"size": -1},
        {"size": 9.0},
        {"size": True},
        {"root": "AA" * 32},
        {"root": "aa"},
        {"root": 7},
        {"carried": 9},  # more than are recorded
        {"carried": -1},
        {"recorded": 6},
        {"more": 1},
    ],
    ids=str,
)
def test_other_forms_are_none(change):
    with pytest.raises(MalformedError):
        Successor.parse(SAID.facts() | change)


def test_no_fact_is_missing():
    for name in SAID.facts():
        with pytest.raises(MalformedError):
            Successor.parse({key: value for key, value in SAID.facts().items() if key != name})
