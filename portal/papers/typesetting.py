"""Typst as a function: a template and its data give the bytes of a PDF, the same for the same data.

System fonts are left out, because a machine with another font would print another paper; without
the shipped font typst would leave Chinese out and only warn, so any warning is an error. The PDF is a
PDF/A-2u: every font inside, every glyph with its character, nothing that runs or leads elsewhere.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

import typst

from audit.canonical import JsonValue
from casework.errors import DomainError

FONTS = Path(str(files("manimgx_fonts_cjk")))
STANDARD: Final = "a-2u"
_NOTHING = Path(__file__).parent / "no_files"


class PaperError(DomainError):
    """The paper could not be set as it should be, a character that the font lacks among the causes;
    nothing is printed.
    """

    code = "C-83"
    slug = "paper_not_set"


def set_paper(
    template: Path, data: Mapping[str, JsonValue], *, made_s: int, fonts: Path = FONTS
) -> bytes:
    """`template` is a file that ships with the program; it finds `data` in `sys.inputs.data`, as JSON.

    `made_s` (seconds since 1970) is the date inside the PDF. Raises PaperError.
    """
    return set_source(template.read_bytes(), data, made_s=made_s, name=template.name, fonts=fonts)


def set_source(
    source: bytes,
    data: Mapping[str, JsonValue],
    *,
    made_s: int,
    name: str,
    fonts: Path = FONTS,
) -> bytes:
    """As `set_paper`, of a template's text. It reaches no file and no package beside itself: its root
    is a folder in which nothing lies.
    """
    paper: bytes
    try:
        # Its stub wants source and folders to be of one type; they need not be.
        paper, warnings = typst.compile_with_warnings(  # type: ignore[call-overload]
            source,
            root=_NOTHING,
            font_paths=[fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={
                "data": json.dumps(_readable(dict(data)), ensure_ascii=False, sort_keys=True)
            },
            pdf_standards=STANDARD,
            package_path=_NOTHING,
            package_cache_path=_NOTHING,
            timestamp=made_s,
        )
    except typst.TypstError as error:
        raise PaperError(f"{name} cannot be set: {error}") from error
    if warnings:
        raise PaperError(f"{name}: {warnings[0].message}")
    return paper


def _readable(value: JsonValue) -> JsonValue:
    """Typed text without signs that nobody sees: no font has them, and some turn the line around."""
    match value:
        case str():
            return "".join(c if c.isprintable() or c in "\n\u3000" else " " for c in value)
        case list():
            return [_readable(one) for one in value]
        case dict():
            return {name: _readable(one) for name, one in value.items()}
        case _:
            return value
