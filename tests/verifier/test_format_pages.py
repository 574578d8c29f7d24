"""The pages others build verifiers from say what ours does."""

import re
from pathlib import Path

from scene import Scene, read

from audit.verifier import paths
from audit.verifier.log_folder import CHAIN_CHECKS, ENTRY_CHECKS, LOG_CHECKS
from audit.verifier.registry import PACKAGE_CHECKS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "evidence-package.md").read_text(encoding="utf-8")


def test_the_page_lists_every_check_in_order():
    table = PAGE.partition("## Checks")[2]
    listed = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", table, re.MULTILINE)
    assert listed == [*PACKAGE_CHECKS, *ENTRY_CHECKS, *CHAIN_CHECKS, *LOG_CHECKS]


def test_the_page_names_every_file():
    for name in paths.REQUIRED | paths.OPTIONAL:
        assert f"`{name}`" in PAGE, name


def test_the_script_in_a_package_is_short_and_is_the_template(scene: Scene):
    script = read(scene.build().files["verify.sh"]).decode()
    assert len(script.splitlines()) <= 40


def test_the_recording_page_shows_the_vector():
    page = (DOCS / "recording-format.md").read_text(encoding="utf-8")
    vector = (Path(__file__).parent / "vectors" / "recording-v1.json").read_text()
    for digest in re.findall(r"^[a-z ]+ ([0-9a-f]{64})$", page, re.MULTILINE):
        assert digest in vector
