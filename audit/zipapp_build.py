"""Builds `verifier.pyz`: the verifier alone, as one file that Python runs.

Deterministic: the same sources give the same bytes, so that anyone can build it and compare hashes
with a published one. `python -m audit.zipapp_build OUT`.
"""

import sys
import zipfile
from pathlib import Path

SHEBANG = b"#!/usr/bin/env python3\n"
MAIN = b"import sys\n\nfrom audit.verifier.cli import main\n\nsys.exit(main(prog='verifier'))\n"
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


def build(target: Path) -> None:
    """Write the zipapp to `target`, replacing what is there. Raises OSError."""
    root = Path(__file__).parent
    files = {
        f"audit/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in (root / "__init__.py", *(root / "verifier").rglob("*.py"))
    }
    files["__main__.py"] = MAIN
    with target.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in sorted(files.items()):
                info = zipfile.ZipInfo(name, _DATE)
                info.external_attr = _MODE
                info.create_system = 3
                archive.writestr(info, data)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
