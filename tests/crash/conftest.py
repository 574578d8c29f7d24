"""Packages of another room's tests and this one's own lives: test folders are no packages, so what
several files share is loaded by its path.
"""

import importlib.util
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
SHARED = {
    "played_part": "verifier/played_part.py",
    "scene": "verifier/scene.py",
    "lives": "crash/lives.py",
}

for name, path in SHARED.items():
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TESTS / path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
