"""A call's recording for the player: the lanes, and each part as a seekable file by byte range.

Nothing is copied to the disk in the clear; only the segments that a range touches are decrypted.
"""

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import structlog
from aiohttp import web

from backoffice_console.api.answers import NOT_KEPT, id_in_path, json_answer
from backoffice_console.api.material_files import viewing_of
from backoffice_console.errors import RecordingUnreadable
from backoffice_console.keys import KEYS, RECORDINGS
from backoffice_console.views.recording_shown import recording_shown
from backoffice_console.views.viewing import Viewed, require_viewing
from casework.actor import Actor
from casework.errors import NotFound
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from recording.parts import PartDamagedError, PartReader
from recording.playback import PlainStream, SeekableView, SeekIndex
from recording.timeline import read_timeline
from recording.webm_index import WebmError
from recording.worker.journal import JournalDamagedError
from recording.worker.webm import AUDIO_TRACK, VIDEO_TRACK

log = structlog.get_logger(component="audit_desk")

RECORDING = "/api/v1/audit/calls/{call_id}/recording"
_PART = re.compile(r"[0-9a-f]{32}")
_KEPT_INDEXES = 64


@require(Door.AUDITOR)
async def show_recording(request: web.Request, actor: Actor) -> web.Response:
    """Lanes, gaps and marks. Raises NotFound when nothing was recorded of the call."""
    call_id = await _admitted(request, actor)
    try:
        timeline = await asyncio.to_thread(read_timeline, _folder(request, call_id))
    except PartDamagedError as damage:
        raise _unreadable(damage) from damage
    except JournalDamagedError as damage:
        raise RecordingUnreadable(part="journal", record="") from damage
    if timeline is None:
        raise NotFound("nothing was recorded")
    return json_answer(await request.app[STORE].read(recording_shown, call_id, timeline))


@require(Door.AUDITOR)
async def serve_part(request: web.Request, actor: Actor) -> web.StreamResponse:
    """One part with Duration and Cues, by range (RFC 9110 14). A derived view, never evidence."""
    call_id = await _admitted(request, actor)
    name = request.match_info["part"]
    if not _PART.fullmatch(name):
        raise NotFound("no such part")
    key = request.app[KEYS].call_key(call_id)
    folder = _folder(request, call_id)
    try:
        view = await asyncio.to_thread(_view, request.app[INDEXES], folder, name, key)
    except PartDamagedError as damage:
        raise _unreadable(damage) from damage
    except (WebmError, ValueError) as damage:
        raise RecordingUnreadable(part=name, record="") from damage
    span = _range(request, view.size)
    if span is None:
        outside = {**NOT_KEPT, "Content-Range": f"bytes */{view.size}"}
        return web.Response(status=416, headers=outside)
    start, end = span
    response = web.StreamResponse(
        status=206 if "Range" in request.headers else 200,
        headers={
            **NOT_KEPT,
            "Content-Type": "video/webm",
            "Accept-Ranges": "bytes",
            "Content-Length": str(end - start),
            "Content-Range": f"bytes {start}-{end - 1}/{view.size}",
        },
    )
    if response.status == 200:
        del response.headers["Content-Range"]
    await response.prepare(request)
    await _send(response, view.read(start, end))
    return response


async def _send(response: web.StreamResponse, pieces: Iterator[bytes]) -> None:
    """Decrypts piece after piece in a thread. Damage found after the head was sent cuts the
    answer short: a player stops there, and the verification says where.
    """
    while True:
        try:
            piece = await asyncio.to_thread(next, pieces, b"")
        except PartDamagedError as damage:
            log.warning("recording.damaged", part=damage.part, record=damage.record)
            response.force_close()
            return
        if not piece:
            await response.write_eof()
            return
        await response.write(piece)


class SeekIndexes:
    """The indexes of the parts played lately, so that a jump need not read a whole part again.

    An open part grows: its index is good only for the number of segments it was made of.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Path, int], SeekIndex] = OrderedDict()

    def of(self, reader: PartReader, stream: PlainStream) -> SeekIndex:
        """Reads the part when it is not known; called in a thread."""
        place = (reader.path, len(reader.records))
        with self._lock:
            known = self._kept.get(place)
        if known is None:
            known = SeekIndex.build(stream)
        with self._lock:
            self._kept[place] = known
            self._kept.move_to_end(place)
            while len(self._kept) > _KEPT_INDEXES:
                self._kept.popitem(last=False)
        return known


INDEXES: web.AppKey[SeekIndexes] = web.AppKey("seek_indexes", SeekIndexes)


def _view(indexes: SeekIndexes, folder: Path, name: str, key: bytes) -> SeekableView:
    reader = PartReader.open(folder, name)
    stream = PlainStream(reader, key)
    index = indexes.of(reader, stream)
    pictures = any(cluster.keyframes_ms for cluster in index.clusters)
    return SeekableView(stream, index, VIDEO_TRACK if pictures else AUDIO_TRACK)


async def _admitted(request: web.Request, actor: Actor) -> str:
    """Raises ViewingNeeded unless the query `viewing` names a playing by this auditor."""
    call_id = id_in_path(request, "call_id")
    await request.app[STORE].read(
        require_viewing,
        actor,
        Viewed.RECORDING,
        call_id,
        viewing_of(request),
        request.app[CLOCK].wall_ms(),
    )
    return call_id


def _range(request: web.Request, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; the whole file without a range; None if there is no
    such byte (RFC 9110 15.5.17).
    """
    try:
        asked = request.http_range
    except ValueError:
        return None
    start, stop = asked.start or 0, asked.stop
    if start < 0:
        start = max(0, size + start)
    end = size if stop is None else min(stop, size)
    return (start, end) if start < end else None


def _folder(request: web.Request, call_id: str) -> Path:
    return request.app[RECORDINGS] / call_id


def _unreadable(damage: PartDamagedError) -> RecordingUnreadable:
    return RecordingUnreadable(
        part=damage.part, record="" if damage.record is None else str(damage.record)
    )


def setup_recordings(app: web.Application) -> None:
    app[INDEXES] = SeekIndexes()
    app.router.add_get(RECORDING, show_recording)
    app.router.add_get(f"{RECORDING}/{{part}}", serve_part)
