import importlib.util
import sys
from pathlib import Path

import pytest

# Test folders are no packages, so what several files share is loaded by its path.
NAMES = [
    *("played_part", "scene"),
    *("tampering", "breaking_containers", "breaking_chains", "breaking_proofs"),
    *("breaking_recordings", "breaking_content"),
    *("log_files", "signing", "succeeding", "authenticated"),
    *("device_requests", "edits", "refusal", "refusals", "refusals_outside"),
]
for name in NAMES:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)

from scene import Scene  # noqa: E402 - loaded above


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "recordings")


@pytest.fixture
def archive(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "recordings", form="archive")
