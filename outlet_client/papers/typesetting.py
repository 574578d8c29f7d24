"""Typst as a function: a template and its data give the bytes of a PDF, the same for the same data.

System fonts are left out, because a machine with another font would print another paper; without
the shipped font typst would leave Chinese out and only warn, so any warning is an error.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import typst

from audit.canonical import JsonValue

FONTS = Path(str(files("manimgx_fonts_cjk")))
FOLDER = Path(__file__).parent


class PaperError(RuntimeError):
    """The paper could not be set as it should be; nothing is printed."""


def set_paper(
    template: str, data: Mapping[str, JsonValue], *, made_s: int, fonts: Path = FONTS
) -> bytes:
    """`template` is a file of this folder; it finds `data` in `sys.inputs.data`, as JSON.

    `made_s` (seconds since 1970) is the date inside the PDF. Raises PaperError.
    """
    try:
        paper, warnings = typst.compile_with_warnings(
            FOLDER / template,
            root=FOLDER,
            font_paths=[fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            timestamp=made_s,
        )
    except typst.TypstError as error:
        raise PaperError(f"{template} cannot be set") from error
    if warnings:
        raise PaperError(f"{template}: {warnings[0].message}")
    return paper
