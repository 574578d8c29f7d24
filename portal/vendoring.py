"""`python -m portal.vendoring`: copies the browser libraries from node_modules into static/vendor.

Only files that a browser loads are taken, with their licence; `vendor.json` keeps the SHA-384 of
each. The copies are committed, so that an installation needs no registry; a test hashes them again.
"""

import base64
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = Path(__file__).parent / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Library:
    """`files` are globs; `entry` is what the bare name imports."""

    name: str
    entry: str
    files: tuple[str, ...]


LIBRARIES = (
    Library("lit", "index.js", ("*.js", "directives/*.js")),
    Library("lit-html", "lit-html.js", ("*.js", "directives/*.js")),
    Library("lit-element", "lit-element.js", ("*.js",)),
    Library("@lit/reactive-element", "reactive-element.js", ("*.js",)),
    Library("@preact/signals-core", "dist/signals-core.mjs", ("dist/signals-core.mjs",)),
)
# Decorators need a compiler and polyfill support is for browsers below our floor.
_LEFT_OUT = ("decorators", "polyfill-support", "private-ssr-support", "logo")


def vendor(node_modules: Path, target: Path) -> dict[str, Any]:
    """Rebuilds `target` and returns what it wrote to vendor.json; raises FileNotFoundError if a
    library or its licence is missing.
    """
    shutil.rmtree(target, ignore_errors=True)
    packages = [_copy(node_modules / library.name, library, target) for library in LIBRARIES]
    listing = {"packages": packages}
    target.mkdir(parents=True, exist_ok=True)
    (target / "vendor.json").write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")
    return listing


def sha384(content: bytes) -> str:
    """As subresource integrity writes it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _copy(source: Path, library: Library, target: Path) -> dict[str, Any]:
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    folder = f"{library.name}@{about['version']}"
    chosen = [source / "LICENSE"]
    for pattern in library.files:
        chosen += [
            path for path in sorted(source.glob(pattern)) if not path.name.startswith(_LEFT_OUT)
        ]
    files: dict[str, str] = {}
    for path in chosen:
        relative = path.relative_to(source).as_posix()
        content = path.read_bytes()
        copy = target / folder / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        files[relative] = sha384(content)
    return {
        "name": library.name,
        "version": about["version"],
        "licence": about["license"],
        "folder": folder,
        "entry": library.entry,
        "files": files,
    }


if __name__ == "__main__":
    vendor(ROOT / "node_modules", TARGET)
