"""A part over HTTP: byte ranges (RFC 9110 14), decrypted on the way, nothing kept on disk.

Who may see it, and the entry that says why, is the business of the route that calls `send_part`.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web

from casework.errors import NotFound
from recording.parts import PartDamagedError, PartReader
from recording.playback import PlainStream, SeekableView, SeekIndex
from recording.webm_index import WebmError
from recording.worker.webm import AUDIO_TRACK, VIDEO_TRACK

CACHED_INDEXES = 64
_PART = re.compile(r"[0-9a-f]{32}")
_NOT_STORED = "no-store, private"

View = PlainStream | SeekableView


class PartViews:
    """Opens parts for playing and remembers their seek indexes: times and offsets, no media."""

    def __init__(self) -> None:
        self._indexes: OrderedDict[tuple[str, str], SeekIndex] = OrderedDict()

    def open(self, directory: Path, part: str, call_key: bytes, *, plain: bool) -> tuple[View, str]:
        """The view and its entity tag; blocks on the disk. `plain` = the exact evidence bytes,
        otherwise the derived file with Duration and Cues.

        Raises NotFound (no such part, or nothing in it yet), WrongKeyError, PartDamagedError.
        """
        if not _PART.fullmatch(part) or not (directory / f"{part}.bin").is_file():
            raise NotFound("no such part")
        reader = PartReader.open(directory, part)
        if not reader.records:
            raise NotFound("nothing is recorded in this part yet")
        stream = PlainStream(reader, call_key)
        head = reader.found.head
        if plain:
            return stream, f'"{head}-p"'
        index = self._indexes.get((part, head))
        if index is None:
            try:
                index = SeekIndex.build(stream)
            except WebmError as error:
                raise PartDamagedError(part, None, str(error)) from None
            self._indexes[part, head] = index
            while len(self._indexes) > CACHED_INDEXES:
                self._indexes.popitem(last=False)
        has_video = any(record.video_frames for record in reader.records)
        return SeekableView(stream, index, VIDEO_TRACK if has_video else AUDIO_TRACK), f'"{head}"'


async def send_part(
    request: web.Request,
    views: PartViews,
    directory: Path,
    part: str,
    call_key: bytes,
    *,
    plain: bool = False,
) -> web.StreamResponse:
    """Answers GET and HEAD with 200, 206 or 416. Raises as `PartViews.open`; damage that is met
    after the first byte was sent cuts the connection, so that no player takes it for the end.
    """
    view, tag = await asyncio.to_thread(views.open, directory, part, call_key, plain=plain)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": _NOT_STORED,
        "Content-Disposition": "inline",
        "ETag": tag,
    }
    start, end, status = 0, view.size, 200
    wanted = _wanted_range(request, view.size, tag)
    if wanted is not None:
        start, end = wanted
        if start >= end:
            refusal = {**headers, "Content-Range": f"bytes */{view.size}"}
            return web.Response(status=416, headers=refusal)
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{view.size}"
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = "video/webm"
    response.content_length = end - start
    await response.prepare(request)
    if request.method != "HEAD":
        await _pour(request, response, view.read(start, end))
    return response


def _wanted_range(request: web.Request, size: int, tag: str) -> tuple[int, int] | None:
    """(start, end exclusive); None for the whole file: no range, several, or an older version."""
    if "Range" not in request.headers or request.headers.get("If-Range", tag) != tag:
        return None
    try:
        asked = request.http_range
    except ValueError:
        return None
    start, stop = asked.start, asked.stop
    if start is None:
        return None
    if start < 0:
        return max(0, size + start), size
    return start, size if stop is None else min(stop, size)


async def _pour(
    request: web.Request, response: web.StreamResponse, pieces: Iterator[bytes]
) -> None:
    try:
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            await response.write(piece)
    except PartDamagedError:
        if request.transport is not None:
            request.transport.abort()
        raise
    await response.write_eof()
