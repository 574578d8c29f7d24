"""The one file of a posted form: read within its limit, then as YAML or as a workbook."""

import asyncio

from aiohttp import BodyPartReader, web

from casework.catalogue.loader import MAX_IMPORT_BYTES, CatalogueReport, read_catalogue
from casework.catalogue.workbook_in import read_workbook_catalogue
from portal.errors import BadRequest

UPLOAD_S = 120.0
_ZIP = b"PK\x03\x04"
_CHUNK = 64 * 1024


async def read_upload(request: web.Request) -> tuple[str, bytes]:
    """Name and content of the field `file`; raises BadRequest for anything else, for a file above
    MAX_IMPORT_BYTES, and for one that does not arrive in time.
    """
    try:
        async with asyncio.timeout(UPLOAD_S):
            return await _file_part(request)
    except TimeoutError as slow:
        raise BadRequest("the file did not arrive in time") from slow
    except ValueError as broken:
        raise BadRequest("the form cannot be read") from broken


async def _file_part(request: web.Request) -> tuple[str, bytes]:
    if request.content_type != "multipart/form-data":
        raise BadRequest("no form with a file")
    part = await (await request.multipart()).next()
    if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename:
        raise BadRequest("no file was chosen")
    content = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        content += chunk
        if len(content) > MAX_IMPORT_BYTES:
            raise BadRequest("the file is larger than a catalogue may be")
    return part.filename[-100:], bytes(content)


def read_catalogue_file(name: str, content: bytes) -> CatalogueReport:
    """By what it is, not by what it is called. Raises what is wrong with a workbook as a whole
    (`casework.tables.errors`).
    """
    if content.startswith(_ZIP):
        return read_workbook_catalogue(name, content)
    return read_catalogue(name, content)
