"""PDFs from outside, looked at and marked in a process of their own (`pdf_child`)."""

import json
import subprocess
import sys
from typing import Any

from casework.policy.material_refusals import MaterialActive, ViewNotMade
from casework.policy.refusals import MaterialTooLarge, MaterialUnreadable

WALL_S = 40.0
_CHILD = (sys.executable, "-I", "-m", "casework.materials.pdf_child")


def pdf_pages(content: bytes) -> int:
    """How many pages it has. An encrypted PDF is unreadable: no password is asked of anybody.

    Raises MaterialUnreadable, MaterialTooLarge, or MaterialActive for one that would run something.
    """
    said, _ = _asked({"do": "inspect"}, content)
    if said is None or not said["ok"]:
        if said is not None and said["why"] == "too_large":
            raise MaterialTooLarge(objects=True)
        raise MaterialUnreadable
    if said["pages"] == 0:
        raise MaterialUnreadable
    if said["active"]:
        raise MaterialActive(active=said["active"])
    return int(said["pages"])


def marked_pdf(content: bytes, alpha: bytes, width: int, height: int) -> bytes:
    """A new PDF of the same pages under a mark, with nothing in it that runs. `alpha` is how dark the mark
    is, one byte a point, row by row. Raises ViewNotMade.
    """
    asked = {"do": "mark", "width": width, "height": height}
    said, made = _asked(asked, content, alpha)
    if said is None or not said["ok"] or not made:
        raise ViewNotMade
    return made


def _asked(
    asked: dict[str, Any], content: bytes, more: bytes = b""
) -> tuple[dict[str, Any] | None, bytes]:
    """What the child said; None when it died or took too long. Blocks: call it from a thread."""
    told = json.dumps({**asked, "content": len(content)}).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of the content among its words
            _CHILD,
            input=told + content + more,
            capture_output=True,
            timeout=WALL_S,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return None, b""
    line, _, made = done.stdout.partition(b"\n")
    if done.returncode != 0 or not line:
        return None, b""
    said: dict[str, Any] = json.loads(line)
    return said, made
