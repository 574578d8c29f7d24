"""What stands on a PDF of ours, for tests."""

import io
import re

import pikepdf


def text_of(paper: bytes) -> str:
    """The text layer: glyph numbers of the page's text operators through the fonts' ToUnicode."""
    words: list[str] = []
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        for page in pdf.pages:
            maps = {str(name): _to_unicode(font) for name, font in page.Resources.Font.items()}
            known: dict[str, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    known = maps[str(operands[0])]
                shown = operands[0] if str(operator) in {"Tj", "TJ"} else []
                for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
                    if isinstance(part, pikepdf.String):
                        glyphs = bytes(part).hex()
                        words += [
                            known.get(glyphs[at : at + 4], "") for at in range(0, len(glyphs), 4)
                        ]
    return "".join(words)


def _to_unicode(font: pikepdf.Object) -> dict[str, str]:
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs: dict[str, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            pairs[glyph.lower()] = bytes.fromhex(text).decode("utf-16-be")
    return pairs
