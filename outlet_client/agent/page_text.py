"""What an agent reads off a page as a browser's script would: its data, its choices, its problem."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from outlet_client.agent.refusal import OddAnswer


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that sends `name=value`; `text` is what stands on it."""

    name: str
    value: str
    text: str


def page_data(html: str, id_: str = "page") -> dict[str, Any]:
    """The JSON object in the script element with this id. Raises OddAnswer."""
    text = _read(html).scripts.get(id_)
    try:
        found = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise OddAnswer(f"the page carries no data named {id_}")
    return found


def choices(html: str, name: str) -> list[Choice]:
    """The buttons of a page that choose `name`, in their order."""
    return [choice for choice in _read(html).buttons if choice.name == name]


def problem_code(html: str) -> str:
    """The stable code of the problem that a form shows, empty when it shows none."""
    return _read(html).problem


@dataclass
class _Page(HTMLParser):
    scripts: dict[str, str] = field(default_factory=dict)
    buttons: list[Choice] = field(default_factory=list)
    problem: str = ""
    _script: str | None = None
    _button: Choice | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.problem = self.problem or found.get("data-problem", "")
        if tag == "script" and found.get("type") == "application/json":
            self._script = found.get("id", "")
            self.scripts.setdefault(self._script, "")
        elif tag == "button" and "name" in found:
            self._button = Choice(found["name"], found.get("value", ""), "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None
        elif tag == "button" and self._button is not None:
            self.buttons.append(self._button)
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[self._script] += data
        elif self._button is not None:
            text = f"{self._button.text} {data.strip()}".strip()
            self._button = Choice(self._button.name, self._button.value, text)


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page
