"""`python -m portal.catalogues update [ROOM ...]` writes message catalogues afresh from the code.

Every room has its own `locale/zh_CN/<room>.po`: what the room's Python, templates and scripts say.
Translations are kept, a message known to another room is filled in, and what still lacks words is
listed. `check` changes nothing and fails when a catalogue is not what `update` would write.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from portal.i18n import LOCALE_ROOT

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "casework",
    "portal",
    "signaling",
    "recording",
    "outlet_client",
    "backoffice_console",
    "yunchuang",
)
FOLDER = LOCALE_ROOT / "zh_CN"
_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)  # a date in the file would change it at every run

_CHANCE_HEADERS = re.compile(rb'^"(?:Report-Msgid-Bugs-To|Generated-By):.*\n', re.MULTILINE)

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_SCRIPT_CALL = re.compile(rf"(?<![\w.$])(t|tn)\(\s*({_STRING})\s*(?:,\s*({_STRING}))?")
_SCRIPT_ESCAPE = re.compile(r"\\(.)")

Message = str | tuple[str, str]


def messages_of(path: Path) -> Iterator[Message]:
    """What a file says: `_`, `N_`, `ngettext` in Python and templates, `t` and `tn` in scripts.

    A script's message is always a literal, so that it can be found without running it.
    """
    if path.suffix == ".js":
        yield from script_messages(path.read_text(encoding="utf-8"))
        return
    source = BytesIO(path.read_bytes())
    # Both extractors yield (line, function, message or messages, comments); their stubs disagree.
    found: Iterable[tuple[Any, Any, Any, Any]]
    if path.suffix == ".py":
        found = extract_python(source, {"_": None, "N_": None, "ngettext": None}, [], {})
    else:
        found = babel_extract(source, ("_", "gettext", "ngettext"), (), {"silent": "false"})
    for _line, _function, said, _comments in found:
        words = (
            [said] if isinstance(said, str) else [one for one in said or () if isinstance(one, str)]
        )
        if len(words) >= 2:
            yield (words[0], words[1])
        elif words:
            yield words[0]


def script_messages(text: str) -> Iterator[Message]:
    for match in _SCRIPT_CALL.finditer(text):
        singular = _unquoted(match[2])
        if match[1] == "tn" and match[3]:
            yield (singular, _unquoted(match[3]))
        else:
            yield singular


def sources_of(room: str, root: Path = ROOT) -> list[Path]:
    """Python, templates and scripts of a room; vendored files say nothing to people."""
    found = [
        path
        for suffix in ("py", "html", "js")
        for path in (root / room).rglob(f"*.{suffix}")
        if "vendor" not in path.parts
    ]
    return sorted(found)


def fresh_catalogue(room: str, known: dict[Message, str | tuple[str, ...]]) -> Catalog:
    """The room's catalogue as the code asks for it, with the translations in `known`."""
    catalogue = Catalog(
        locale="zh_CN",
        project="Yunchuang",
        version="1",
        header_comment=f"# What {room} says, in Chinese.",
        creation_date=_UNDATED,
        revision_date=_UNDATED,
        last_translator="Yunchuang",
        language_team="Yunchuang",
        fuzzy=False,
    )
    for path in sources_of(room):
        for message in messages_of(path):
            words = known.get(message, ("",) if isinstance(message, tuple) else "")
            catalogue.add(message, words, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def translations() -> dict[Message, str | tuple[str, ...]]:
    """Every translated message of every room."""
    known: dict[Message, str | tuple[str, ...]] = {}
    for path in sorted(FOLDER.glob("*.po")):
        known |= translations_of(path)
    return known


def translations_of(path: Path) -> dict[Message, str | tuple[str, ...]]:
    known: dict[Message, str | tuple[str, ...]] = {}
    with path.open("rb") as source:
        for message in read_po(source, locale="zh_CN"):
            words = message.string
            if not message.id or not words or not any(words):
                continue
            id_ = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            known[id_] = words if isinstance(words, str) else tuple(str(one) for one in words)
    return known


def text_of(catalogue: Catalog) -> bytes:
    target = BytesIO()
    write_po(target, catalogue, width=100, sort_output=True, include_lineno=False)
    return _CHANCE_HEADERS.sub(b"", target.getvalue())


def untranslated(catalogue: Catalog) -> list[str]:
    return [
        str(message.id)
        for message in catalogue
        if message.id and not (message.string and any(message.string))
    ]


def update(rooms: Sequence[str] = ROOMS, *, write: bool) -> int:
    """Returns how many things are wrong: catalogues not fresh (when not writing), words missing."""
    known, wrong = translations(), 0
    for room in rooms:
        catalogue = fresh_catalogue(room, known)
        path, text = FOLDER / f"{room}.po", text_of(catalogue)
        if len(catalogue) == 0:
            continue
        if write:
            path.write_bytes(text)
        elif not path.exists() or path.read_bytes() != text:
            sys.stderr.write(f"{path.name} is not fresh: run python -m portal.catalogues update\n")
            wrong += 1
        for message in untranslated(catalogue):
            sys.stderr.write(f"{path.name}: no Chinese for {message!r}\n")
            wrong += 1
    return wrong


def _unquoted(literal: str) -> str:
    return _SCRIPT_ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], literal[1:-1])


if __name__ == "__main__":
    verb, *rooms = sys.argv[1:] or ["check"]
    sys.exit(1 if update(rooms or ROOMS, write=verb == "update") else 0)
