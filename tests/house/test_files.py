"""Rules of the house that hold for every file of the repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_LINES = 600
PAPERS = (
    "README.md",
    "README.zh-CN.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "THREAT_MODEL.md",
    "THIRD_PARTY_NOTICES.md",
    "LICENSE",
    "docs/protocol.md",
    "docs/worker-protocol.md",
)

# Paths of a workshop, registries by address, private keys: none belongs into a repository.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.$}/-])/(?:home|root|Users|work)/[A-Za-z0-9_.-]+"),
    "a temporary folder": re.compile(r"(?<![\w.])/tmp/[A-Za-z0-9_]+"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
}
ALLOWED = {
    ("tests/house/test_files.py", "a private key"),  # the rule itself
}
PROMISES = ("TODO", "FIXME", "XXX", "HACK")  # cut in two, so that this line is none


def tracked(*patterns: str) -> list[Path]:
    """Files under version control and new ones that are not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for line in listed.splitlines() if (path := ROOT / line).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if "/vendor/" in name or name in {"uv.lock", "package-lock.json"}:
            continue
        try:
            found.append((name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # media and other binary files
    return found


def test_no_file_is_longer_than_a_reader_bears():
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in tracked("*.py", "*.js", "*.css")
        if "vendor" not in path.parts
        and (count := path.read_text(encoding="utf-8").count("\n")) > MAX_LINES
    }
    assert long == {}


@pytest.mark.parametrize("name", PAPERS)
def test_the_papers_of_the_house_exist(name):
    path = ROOT / name
    assert path.is_file()
    assert path.read_text(encoding="utf-8").strip(), f"{name} is empty"


def test_links_between_the_papers_lead_somewhere():
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")
    broken = [
        (path.relative_to(ROOT).as_posix(), target)
        for path in tracked("*.md")
        for target in link.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_tells_of_the_machine_it_was_made_on(what):
    found = [
        (name, match[0])
        for name, text in texts()
        if (name, what) not in ALLOWED
        for match in FORBIDDEN[what].finditer(text)
    ]
    assert found == []


def test_code_keeps_no_promises():
    promises = re.compile(r"(?:#|//|/\*).*\b(?:" + "|".join(PROMISES) + r")\b")
    found = [
        name
        for name, text in texts()
        if name.endswith((".py", ".js", ".css", ".html", ".yaml", ".toml", ".sh"))
        and promises.search(text)
    ]
    assert found == []


def test_no_file_is_a_large_binary():
    large = [
        (path.relative_to(ROOT).as_posix(), path.stat().st_size)
        for path in tracked()
        if path.stat().st_size > 2_000_000
    ]
    assert large == []


def test_browser_libraries_have_licences_that_fit():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    fitting = {"Apache-2.0", "MIT", "BSD-3-Clause", "BSD-2-Clause", "ISC"}
    only_for_tests = {"MPL-2.0"}
    for name, package in lock["packages"].items():
        licence = package.get("license")
        assert licence in fitting or (licence in only_for_tests and package.get("dev")), name
        assert not name or package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, f"{name}: the registry is the installer's choice"
