"""What is done with a PDF from outside, in a process of its own: `python -I -m casework.materials.pdf_child`.

A PDF of a few kilobytes can ask for gigabytes and hours. Here it gets a bounded share of memory and
processor, and takes nothing with it when it ends: no database, no key, no network is in reach of this
program, and it writes no file.

On standard input: one line of JSON, then the raw bytes it announces. On standard output: one line of JSON,
then the document, if there is one.
"""

import io
import json
import os
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle, Stream

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_S = 20
MAX_OBJECTS = 100_000
MAX_DEPTH = 40
MAX_TILES = 400
SHORTEST_SIDE, LONGEST_SIDE = 3.0, 14_400.0
"""Points: the shortest and the longest side that the format knows."""
TILE_SHARE = 0.6
LEAST_TILE = 150.0
SHADOW = 0.7
# What would run, call or fetch by itself. Attachments do nothing by themselves: they stay in the sealed
# original, and no view shows them.
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR"})
_PLAYED = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})


_BROKEN = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
)
"""What a malformed document makes of the library."""


class TooLargeError(ValueError):
    pass


def inspect(content: bytes) -> dict[str, Any]:
    """`pages` and `active`: what runs by itself, "" for nothing."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {"pages": len(pdf.pages), "active": _active(pdf)}


def mark(content: bytes, alpha: bytes, width: int, height: int) -> bytes:
    """Every page under a mark: a picture, `width` x `height`, of how dark it is (8 bits), laid like tiles.

    The pages are carried into a new document, form by form: scripts, actions, attachments and links of the
    old one stay behind, and nothing on a page can push the mark aside.
    """
    out = pikepdf.new()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if Name.AcroForm in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        tiles = _tiles(out, alpha, width, height)
        for page in pdf.pages:
            _carry(out, page, tiles, width / height)
        made = io.BytesIO()
        out.save(made)
    return made.getvalue()


def _carry(out: pikepdf.Pdf, page: pikepdf.Page, tiles: list[pikepdf.Object], shape: float) -> None:
    form = out.copy_foreign(page.as_form_xobject())
    width, height = _size(form)
    out.add_blank_page(page_size=(width, height))
    made = out.pages[-1]
    placed = made.add_resource(form, Name.XObject)
    room = Rectangle(0, 0, width, height)
    content = made.calc_form_xobject_placement(
        form, placed, room, invert_transformations=False, allow_shrink=True, allow_expand=False
    )
    drawn = [content]
    for shift, tile in zip((SHADOW, 0.0), tiles, strict=True):
        name = bytes(str(made.add_resource(tile, Name.XObject)), "ascii")
        drawn += _places(width, height, shape, name, shift)
    made.Contents = out.make_stream(b"\n".join(drawn))


def _size(form: pikepdf.Object) -> tuple[float, float]:
    """Width and height of the page as it is seen, turned."""
    x0, y0, x1, y1 = (float(one) for one in form.BBox)
    a, b, c, d, _, _ = (float(one) for one in form.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    corners = [(a * x + c * y, b * x + d * y) for x in (x0, x1) for y in (y0, y1)]
    sides = [max(axis) - min(axis) for axis in zip(*corners, strict=True)]
    width, height = (min(max(side, SHORTEST_SIDE), LONGEST_SIDE) for side in sides)
    return width, height


def _places(
    width: float, height: float, shape: float, name: bytes, shift: float
) -> Iterator[bytes]:
    across = max(LEAST_TILE, TILE_SHARE * min(width, height))
    while (width / across + 1) * (height * shape / across + 1) > MAX_TILES:
        across *= 1.5
    down = across / shape
    y = 0.0
    while y < height:
        x = 0.0
        while x < width:
            at = f"{x + shift:.2f} {y - shift:.2f}"
            matrix = f"{across:.2f} 0 0 {down:.2f} {at}".encode()
            yield b"q " + matrix + b" cm " + name + b" Do Q"
            x += across
        y += down


def _tiles(out: pikepdf.Pdf, alpha: bytes, width: int, height: int) -> list[pikepdf.Object]:
    """The shadow in white, to be read on what is dark, and the mark itself."""
    grey = {"/Type": Name.XObject, "/Subtype": Name.Image, "/ColorSpace": Name.DeviceGray}
    bits = {"/BitsPerComponent": 8, "/Filter": Name.FlateDecode}
    mask = Stream(out, zlib.compress(alpha), {**grey, **bits, "/Width": width, "/Height": height})
    shared = out.make_indirect(mask)
    tiles: list[pikepdf.Object] = []
    for shade in (b"\xff", b"\x30"):
        tile = Stream(out, zlib.compress(shade), {**grey, **bits, "/Width": 1, "/Height": 1})
        tile.SMask = shared
        tiles.append(out.make_indirect(tile))
    return tiles


def _active(pdf: pikepdf.Pdf) -> str:
    if len(pdf.objects) > MAX_OBJECTS:
        raise TooLargeError
    if Name.AcroForm in pdf.Root and "/XFA" in pdf.Root.AcroForm:
        return "xfa"
    for one in pdf.objects:
        for inner in _with_insides(one):
            if str(inner.get("/S", "")) in _ACTIONS or "/JS" in inner:
                return "action"
            if str(inner.get("/Subtype", "")) in _PLAYED:
                return "played"
    return ""


def _with_insides(one: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries of an object, those that stand inside it too; what it refers to comes by itself."""
    waiting: list[tuple[pikepdf.Object, int]] = [(one, 0)]
    while waiting:
        now, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise TooLargeError
        if isinstance(now, Stream):
            now = now.stream_dict
        if isinstance(now, Dictionary):
            yield now
            insides = [value for _, value in now.items()]
        elif isinstance(now, Array):
            insides = list(now)
        else:
            continue
        waiting += [
            (value, depth + 1)
            for value in insides
            if isinstance(value, Dictionary | Array) and not value.is_indirect
        ]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    source = sys.stdin.buffer
    asked = json.loads(source.readline(4096))
    content = source.read(asked["content"])
    made = b""
    try:
        if asked["do"] == "mark":
            alpha = source.read(asked["width"] * asked["height"])
            made = mark(content, alpha, asked["width"], asked["height"])
            said: dict[str, Any] = {"ok": True}
        else:
            said = {"ok": True, **inspect(content)}
    except TooLargeError:
        said = {"ok": False, "why": "too_large"}
    except (MemoryError, RecursionError):
        said = {"ok": False, "why": "limit"}
    except _BROKEN:
        said = {"ok": False, "why": "unreadable"}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
