"""Files as an enemy sends them, each made here and small."""

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image


def picture(kind: str, size: tuple[int, int] = (600, 400), **options) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "white").save(content, kind, **options)
    return content.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1) -> bytes:
    """A plain one after `change`."""
    content = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        if change is not None:
            change(made)
        made.save(content)
    return content.getvalue()


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opens_a_script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = _script()


def names_a_script(made: pikepdf.Pdf) -> None:
    names = Dictionary(Names=Array([String("start"), made.make_indirect(_script())]))
    made.Root.Names = Dictionary(JavaScript=names)


def a_link_that_runs(made: pikepdf.Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([0, 0, 595, 842]),
        A=Dictionary(S=Name.Launch, F=String("cmd.exe")),
    )
    made.pages[0].Annots = Array([made.make_indirect(link)])


def a_script_when_a_page_opens(made: pikepdf.Pdf) -> None:
    made.pages[0].AA = Dictionary(O=_script())


def sends_a_form(made: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.SubmitForm, F=String("https://example.org/"))
    made.Root.OpenAction = made.make_indirect(action)


def an_xfa_form(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(made, b"<xdp/>"))


def plays_something(made: pikepdf.Pdf) -> None:
    played = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
    made.pages[0].Annots = Array([made.make_indirect(played)])


def has_an_attachment(made: pikepdf.Pdf) -> None:
    """As electronic invoices have one: harmless by itself."""
    made.attachments["fapiao.xml"] = b"<fapiao>ATTACHED</fapiao>"


ACTIVE = (
    opens_a_script,
    names_a_script,
    a_link_that_runs,
    a_script_when_a_page_opens,
    sends_a_form,
    an_xfa_form,
    plays_something,
)


def deep(made: pikepdf.Pdf) -> None:
    """Arrays in arrays in arrays, in one object."""
    inner = Array([])
    for _ in range(200):
        inner = Array([inner])
    made.Root.Deep = inner


def content_bomb(megabytes: int) -> bytes:
    """A page whose drawing is this long when it is unpacked, and a thousandth of it as it lies there."""

    def change(made: pikepdf.Pdf) -> None:
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(b"0 0 m\n" * 174_763) for _ in range(megabytes))
        packed += packer.flush()
        stream = Stream(made, packed, Filter=Name.FlateDecode)
        made.pages[0].Contents = made.make_indirect(stream)

    return pdf(change)


def many_scans(count: int) -> bytes:
    """A progressive JPEG that is drawn over and over: the last scan of a small one, again and again."""
    plain = picture("JPEG", (64, 64), progressive=True)
    begins = plain.rindex(b"\xff\xda")
    scan = plain[begins:-2]
    return plain[:-2] + scan * count + b"\xff\xd9"


def text_bomb() -> bytes:
    """A PNG with a compressed text that unpacks to a hundred megabytes."""
    plain = picture("PNG", (40, 40))
    kind, text = b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 100_000_000, 9)
    checked = struct.pack(">I", zlib.crc32(kind + text))
    chunk = struct.pack(">I", len(text)) + kind + text + checked
    return plain[:33] + chunk + plain[33:]


def with_a_tail(content: bytes, tail: bytes = b"<script>alert(1)</script>PK\x03\x04") -> bytes:
    """Two files in one: a picture for those who look, something else for those who read on."""
    return content + tail


def somewhere() -> bytes:
    """A photograph that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    exif[0x0112] = 6  # lies on its side
    return picture("JPEG", (600, 400), exif=exif)
