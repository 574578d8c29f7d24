"""Looks at an .xlsx as the zip of XML that it is, before any library believes it."""

import io
import zipfile
import zlib
from xml.parsers import expat

from casework.tables.errors import NotAWorkbook, WorkbookTooLarge, WorkbookUnsafe

MAX_BYTES = 5 << 20
MAX_MEMBERS = 200
MAX_UNPACKED = 64 << 20
# Sheets of equal rows pack well: a real one of 5,000 rows came to 40.
MAX_RATIO = 150
_SMALL = 1 << 20
_ENCRYPTED = 0x1


class _BeginsAsItShould(Exception):
    pass


def look_into(content: bytes) -> None:
    """Raises WorkbookTooLarge, NotAWorkbook or WorkbookUnsafe. Reads no member beyond the size that it
    declares, so a false declaration ends in a wrong checksum.
    """
    if len(content) > MAX_BYTES:
        raise WorkbookTooLarge(limit="bytes", allowed=MAX_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _look_at_sizes(archive.infolist())
            for member in archive.infolist():
                # A part may be called anything: what it is its relationship says, not its name.
                named = member.filename.endswith((".xml", ".rels", ".vml"))
                _refuse_doctype(archive.read(member), must_be_xml=named)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotAWorkbook(reason="zip") from error


def _look_at_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise WorkbookTooLarge(limit="members", allowed=MAX_MEMBERS)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise WorkbookTooLarge(limit="unpacked", allowed=MAX_UNPACKED)
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise WorkbookUnsafe(reason="encrypted")
        if member.file_size > max(_SMALL, MAX_RATIO * member.compress_size):
            raise WorkbookUnsafe(reason="ratio")


def _refuse_doctype(xml: bytes, *, must_be_xml: bool) -> None:
    """Entities can only be declared before the root element: no more than that is parsed here."""

    def doctype(*_said: object) -> None:
        raise WorkbookUnsafe(reason="doctype")

    def root(*_said: object) -> None:
        raise _BeginsAsItShould

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        parser.Parse(xml, True)
    except _BeginsAsItShould:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The last two for an encoding that nobody knows, or that expat cannot be told.
        if must_be_xml:
            raise NotAWorkbook(reason="xml") from error
