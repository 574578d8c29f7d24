"""Catalogues: complete, fresh, and no Chinese outside them."""

import ast
import re
from pathlib import Path

import pytest

from portal import catalogues

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e\u3000-\u303f]")
UI_ROOMS = ("portal", "outlet_client", "backoffice_console")
COMMENT = {
    ".html": re.compile(r"\{#.*?#\}", re.DOTALL),
    ".js": re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
# Chinese that is data, not interface, each with its reason.
DATA_FILES = {
    "outlet_client/agent/speech.py": "what the scripted station says aloud, not what a page shows",
    "portal/papers/samples.py": "made-up facts of papers, which are always Chinese",
}


def po_files() -> list[Path]:
    return sorted(catalogues.FOLDER.glob("*.po"))


@pytest.mark.parametrize("room", catalogues.ROOMS)
def test_every_message_has_its_chinese(room):
    catalogue = catalogues.fresh_catalogue(room, catalogues.translations())
    assert catalogues.untranslated(catalogue) == []


@pytest.mark.parametrize("room", catalogues.ROOMS)
def test_the_catalogue_is_what_the_code_says(room):
    catalogue = catalogues.fresh_catalogue(room, catalogues.translations())
    path = catalogues.FOLDER / f"{room}.po"
    stored = path.read_bytes() if path.exists() else b""
    fresh = catalogues.text_of(catalogue) if len(catalogue) else b""
    assert stored == fresh, "run: python -m portal.catalogues update"


def test_rooms_agree_on_the_same_message():
    said: dict[object, set[object]] = {}
    for path in po_files():
        for message, words in catalogues.translations_of(path).items():
            said.setdefault(message, set()).add(words)
    assert {message: words for message, words in said.items() if len(words) > 1} == {}


@pytest.mark.parametrize("path", po_files(), ids=lambda path: path.stem)
def test_translations_keep_their_places(path):
    for message, words in catalogues.translations_of(path).items():
        ids = (message,) if isinstance(message, str) else message
        wanted = set(re.findall(r"%\(\w+\)[sd]", " ".join(ids)))
        for form in (words,) if isinstance(words, str) else words:
            assert set(re.findall(r"%\(\w+\)[sd]", form)) == wanted, message


def test_message_ids_are_english():
    assert [m for m in catalogues.translations() if CHINESE.search(str(m))] == []


@pytest.mark.parametrize("suffix", [".html", ".js", ".css"])
def test_no_chinese_stands_in_templates_scripts_and_styles(suffix):
    found = []
    for room in (*UI_ROOMS, "signaling", "recording"):
        for path in (ROOT / room).rglob(f"*{suffix}"):
            name = path.relative_to(ROOT).as_posix()
            if "vendor" in path.parts or name in DATA_FILES:
                continue
            text = COMMENT[suffix].sub("", path.read_text(encoding="utf-8"))
            found += [(name, line.strip()) for line in text.splitlines() if CHINESE.search(line)]
    assert found == []


def test_no_chinese_stands_in_the_python_of_pages():
    found = []
    for room in UI_ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name in DATA_FILES:
                continue
            found += [(name, text) for text in literals(path.read_text(encoding="utf-8"))]
    assert found == []


def literals(source: str) -> list[str]:
    """String literals with Han characters, leaving out docstrings and the summaries of operations,
    which developers read. Punctuation alone may be what a parser splits at.
    """
    nodes = list(ast.walk(ast.parse(source)))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "operation":
            said |= {id(argument) for argument in node.args}
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in said
        and HAN.search(node.value)
    ]


def test_the_search_for_chinese_finds_some():
    source = '"""说明"""\nx = "柜员"\ny = "《"\n@operation("受理")\ndef f(): pass\n'
    assert literals(source) == ["柜员"]
