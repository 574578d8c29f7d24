"""The page of threats names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("docs/threats.md", "docs/evidence.md", "THREAT_MODEL.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def named() -> list[tuple[str, str, str]]:
    pages = [(page, ROOT / page) for page in PAGES]
    texts = [(page, path.read_text(encoding="utf-8")) for page, path in pages if path.is_file()]
    return [(page, *found) for page, text in texts for found in NAMED.findall(text)]


def test_the_page_names_some():
    assert len([one for one in named() if one[0] == "docs/threats.md" and one[2]]) > 30


@pytest.mark.parametrize(("page", "file", "test"), sorted(set(named())))
def test_each_of_them_exists(page: str, file: str, test: str):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not test or re.search(rf"^ *(?:async )?def {test}\(", text, re.MULTILINE)
