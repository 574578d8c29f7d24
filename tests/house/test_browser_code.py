"""Browser code: vendored libraries as they came, nothing newer than the oldest browser in offices."""

import json
import re
from pathlib import Path

import pytest

from portal.vendoring import LIBRARIES, sha384

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "portal/static/vendor"
LISTING = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))

# Newer than Chromium 109, with the version that brought it. A fallback is said in ALLOWED.
TOO_NEW_CSS = {
    "nesting (112)": re.compile(r"^\s+&[\s.:>+~]", re.MULTILINE),
    "color-mix (111)": re.compile(r"color-mix\("),
    "light-dark (123)": re.compile(r"light-dark\("),
    "@scope (118)": re.compile(r"@scope\b"),
    "@starting-style (117)": re.compile(r"@starting-style\b"),
    "anchor positioning (125)": re.compile(r"\banchor-name\b|position-anchor"),
    "subgrid (117)": re.compile(r"\bsubgrid\b"),
    "trigonometry (111)": re.compile(r"\b(?:sin|cos|tan|atan2)\("),
}
TOO_NEW_JS = {
    "import attributes (123)": re.compile(r"from\s+[\"'][^\"']+[\"']\s+with\s*\{"),
    "Promise.withResolvers (119)": re.compile(r"\bPromise\.withResolvers\b"),
    "Object.groupBy (117)": re.compile(r"\b(?:Object|Map)\.groupBy\b"),
    "change by copy (110)": re.compile(r"\.(?:toSorted|toReversed|toSpliced)\("),
    "AbortSignal.any (116)": re.compile(r"\bAbortSignal\.any\b"),
    "Array.fromAsync (121)": re.compile(r"\bArray\.fromAsync\b"),
    "URL.canParse (120)": re.compile(r"\bURL\.(?:canParse|parse)\b"),
    "set methods (122)": re.compile(r"\.(?:isSubsetOf|symmetricDifference|isDisjointFrom)\("),
    "popover (114)": re.compile(r"\.(?:showPopover|togglePopover)\("),
    "iterator helpers (122)": re.compile(
        r"\.(?:values|keys|entries)\(\)\.(?:map|filter|some|every|find|toArray)\("
    ),
    "evaluation": re.compile(r"\beval\(|new Function\("),
    "markup from text": re.compile(r"\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|unsafeHTML"),
}


def own(suffix: str) -> list[Path]:
    return [path for path in ROOT.glob(f"*/static/**/*{suffix}") if "vendor" not in path.parts]


@pytest.mark.parametrize("package", LISTING["packages"], ids=lambda package: package["name"])
def test_vendored_files_are_unchanged(package):
    folder = VENDOR / package["folder"]
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(package["files"])
    assert "LICENSE" in found
    for name, digest in package["files"].items():
        assert sha384((folder / name).read_bytes()) == digest, name


def test_vendored_versions_are_those_of_the_lock():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [package["name"] for package in LISTING["packages"]] == [one.name for one in LIBRARIES]
    for package in LISTING["packages"]:
        assert lock[f"node_modules/{package['name']}"]["version"] == package["version"]


def test_vendored_libraries_are_named_in_the_notices():
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    for package in LISTING["packages"]:
        assert f"{package['name']} {package['version']}" in notices


@pytest.mark.parametrize("what", TOO_NEW_CSS)
def test_styles_run_in_the_oldest_browser(what):
    assert [path.name for path in own(".css") if TOO_NEW_CSS[what].search(path.read_text())] == []


@pytest.mark.parametrize("what", TOO_NEW_JS)
def test_scripts_run_in_the_oldest_browser_and_build_no_markup(what):
    assert [path.name for path in own(".js") if TOO_NEW_JS[what].search(path.read_text())] == []


def test_nothing_is_loaded_from_elsewhere():
    outside = re.compile(r"(?:src|href|url\(|from|import)\s*[=(]?\s*[\"']?(?:https?:)?//")
    pages = [*ROOT.glob("*/templates/**/*.html"), *own(".css"), *own(".js")]
    assert len(pages) > 20
    assert [path.name for path in pages if outside.search(path.read_text(encoding="utf-8"))] == []


def test_every_style_sheet_states_its_layer():
    bare = [
        path.name
        for path in own(".css")
        if "@layer" not in path.read_text() and path.name != "print.css"
    ]
    assert bare == []
