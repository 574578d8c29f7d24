"""docs/protocol.md against the code: types, examples, codes, and the call at its end."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from casework.errors import DomainError
from casework.model.notice import CURRENT_NOTICE
from scenes.sockets import Scene, until
from signaling.commands.table import COMMANDS
from signaling.line import BURST, DEAD_S, PER_SECOND, SILENT_S
from signaling.protocol.base import MAX_MESSAGE_BYTES, MAX_STREAMS
from signaling.protocol.parse import TYPES, parse
from signaling.protocol.server import SERVER_MESSAGE, AnyServerMessage

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
FROM_PAGES, FROM_DESK = PAGE.split("# What the desk sends")
EXAMPLE = re.compile(r"^### `([a-z._]+)`\n.*?```json\n(.*?)\n```", re.MULTILINE | re.DOTALL)


def examples(text: str) -> dict[str, str]:
    return dict(EXAMPLE.findall(text))


def test_every_message_of_pages_is_documented_and_no_other():
    assert set(examples(FROM_PAGES)) == set(TYPES)
    assert set(TYPES.values()) == set(COMMANDS)


@pytest.mark.parametrize(("type_", "text"), examples(FROM_PAGES).items())
def test_every_example_of_a_page_parses(type_, text):
    message = parse(text)
    assert message.type == type_


def test_every_message_of_the_desk_is_documented_and_parses():
    union = get_args(get_args(AnyServerMessage)[0])
    types = {message.model_fields["type"].default for message in union}
    found = examples(FROM_DESK)
    assert set(found) == types
    for type_, text in found.items():
        assert SERVER_MESSAGE.validate_json(text).type == type_


def test_the_codes_are_those_of_the_code():
    rows = dict(re.findall(r"^\| (S-\d\d) \| `([a-z_]+)` \|", PAGE, re.MULTILINE))
    known = {code: kind.slug for code, kind in DomainError.known().items() if code.startswith("S-")}
    assert rows == known


def test_the_limits_are_those_of_the_code():
    flat = " ".join(PAGE.split())
    assert f"at most {MAX_MESSAGE_BYTES // 1024} KiB" in flat
    assert f"{BURST} messages at once and {PER_SECOND:.0f} a second" in flat
    assert f"not heard for {SILENT_S} s" in flat
    assert f"after {DEAD_S:.0f} s its socket" in flat
    assert f"more than {MAX_STREAMS} streams" in flat


class Play:
    """Plays the lines of the page: sends what is sent, waits for what is heard."""

    def __init__(self, scene: Scene) -> None:
        self.parties = {"clerk": scene.clerk, "citizen": scene.citizen, "reviewer": scene.reviewer}
        hall = scene.desk.hall
        self.names: dict[str, Any] = {
            "case": hall.case_id,
            "clerk": hall.clerk.id,
            "reviewer": hall.reviewers[0].id,
            "notice": CURRENT_NOTICE.version,
            "notice_sha256": CURRENT_NOTICE.sha256,
        }

    async def line(self, text: str) -> None:
        match = re.fullmatch(r"(\w+) +([<>]) (\{.*\})", text)
        assert match, text
        party, value = self.parties[match[1]], json.loads(match[3])
        if match[2] == ">":
            await party.socket.send_str(json.dumps(self.fill(value)))
            return
        heard: dict[str, Any] = {}

        def fits() -> bool:
            for message in party.told:
                names = dict(self.names)
                if self.matches(value, message, names):
                    heard.update(names)
                    return True
            return False

        await until(fits, text)
        self.names = heard

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.fill(key): self.fill(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.fill(member) for member in value]
        if isinstance(value, str):
            whole = re.fullmatch(r"\$(\w+)", value)
            if whole:
                return self.names[whole[1]]
            return re.sub(r"\$(\w+)", lambda name: str(self.names[name[1]]), value)
        return value

    def matches(self, wanted: Any, heard: Any, names: dict[str, Any]) -> bool:
        if isinstance(wanted, dict):
            return isinstance(heard, dict) and all(
                self.member(key, member, heard, names) for key, member in wanted.items()
            )
        if isinstance(wanted, str) and (name := re.fullmatch(r"\$(\w+)", wanted)):
            return bool(names.setdefault(name[1], heard) == heard)
        if isinstance(wanted, str):
            return bool(re.sub(r"\$(\w+)", lambda n: str(names.get(n[1])), wanted) == heard)
        return bool(wanted == heard)

    def member(self, key: str, wanted: Any, heard: dict[str, Any], names: dict[str, Any]) -> bool:
        name = re.fullmatch(r"\$(\w+)", key)
        if name is None:
            return key in heard and self.matches(wanted, heard[key], names)
        if name[1] in names:
            return names[name[1]] in heard and self.matches(wanted, heard[names[name[1]]], names)
        for candidate, member in heard.items():
            if self.matches(wanted, member, names):
                names[name[1]] = candidate
                return True
        return False


async def test_the_call_of_the_page_is_played(scene: Scene):
    block = PAGE.split("# A whole call")[1].split("```text\n")[1].split("\n```")[0]
    play = Play(scene)
    await scene.clerk.sees("hall", free=1)
    for text in block.splitlines():
        await play.line(text)
