"""docs/worker-protocol.md and the message types say the same."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from casework.worker_link import messages
from casework.worker_link.messages import COMMAND, FROM_WORKER

PAGE = Path(__file__).parents[2] / "docs" / "worker-protocol.md"
SECTION = re.compile(r"^### `(?P<name>[a-z_]+)`\n(?P<text>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


def example(text: str) -> dict:
    (block,) = re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)
    return json.loads(block)


SECTIONS = {found["name"]: found["text"] for found in SECTION.finditer(PAGE.read_text("utf-8"))}


def types() -> dict[str, type]:
    event = get_args(get_args(messages.Event)[0])
    command = get_args(get_args(messages.Command)[0])
    known = (*command, messages.Done, messages.Failed, *event)
    return {one.model_fields["type"].default: one for one in known}


def test_every_message_has_a_section_and_no_section_is_left_over():
    assert sorted(SECTIONS) == sorted(types())


@pytest.mark.parametrize("name", sorted(types()))
def test_the_example_is_accepted_and_shows_every_field(name):
    shown = example(SECTIONS[name])
    kind = types()[name]
    parsed = (
        FROM_WORKER if kind in {messages.Done, messages.Failed} else _union(kind)
    ).validate_python(shown)
    assert isinstance(parsed, kind)
    assert set(shown) == set(kind.model_fields)
    assert parsed.model_dump(mode="json") == shown


@pytest.mark.parametrize("name", sorted(types()))
def test_an_unknown_field_is_refused(name):
    shown = example(SECTIONS[name]) | {"surprise": 1}
    with pytest.raises(ValueError, match="surprise"):
        _union(types()[name]).validate_python(shown)


@pytest.mark.parametrize("name", sorted(types()))
def test_durable_events_are_marked_as_such(name):
    durable = types()[name] in get_args(messages.DurableEvent)
    assert ("Durable" in SECTIONS[name]) == durable
    assert ("n" in types()[name].model_fields and name != "ack") == durable


@pytest.mark.parametrize("logged", [-1, messages.MAX_EVENTS + 1, 2**53])
def test_numbers_out_of_all_reason_are_refused(logged):
    """A journal is filled up to the number: one too great would cost the worker all its memory."""
    shown = example(SECTIONS["open_room"])
    assert f"{messages.MAX_EVENTS:,}" in SECTIONS["open_room"]
    COMMAND.validate_python(shown | {"logged": messages.MAX_EVENTS})
    with pytest.raises(ValueError, match="logged"):
        COMMAND.validate_python(shown | {"logged": logged})


def _union(kind):
    return COMMAND if kind in get_args(get_args(messages.Command)[0]) else FROM_WORKER
