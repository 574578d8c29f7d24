"""`yunchuang compose`: files to look at, made of a call's recording; never evidence.

The installation is opened only to read what to show and to write the entry that says so; the node
may run again while pictures are drawn.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, select

from backoffice_console.errors import RecordingUnreadable
from casework.actions.compose_recording import ComposeRecording, DerivedView, compose_recording
from casework.actions.log_recording import LogRecording, log_recording
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.errors import DomainError, NotFound
from casework.installation import Installation, opened
from casework.model.call import OVER, CallState
from casework.store import schema_call
from casework.views.calls import call_of, legs_of
from recording.call_files import CallFiles
from recording.compose.job import Job
from recording.compose.tracks import make_tracks
from recording.compose.video import make_video, video_encoder
from recording.compose.work_folder import refuse_if_there
from recording.format import check_call_id
from recording.parts import PartDamagedError
from recording.reconcile import StillRecordedError
from recording.timeline import Timeline, read_timeline
from recording.webm_index import WebmError
from recording.worker.journal import JournalDamagedError
from yunchuang.compose_words import program_of


class RecordingNotEnded(DomainError):
    """The call goes on, or would if its node ran; or a media worker still records it."""

    code = "E-03"
    slug = "recording_not_ended"


def compose(
    data: DataDir, call_id: str, video: Path | None, tracks: Path | None, *, force: bool
) -> None:
    """Makes the files that are asked for. Raises NotFound, KeyDestroyed, RecordingNotEnded,
    RecordingUnreadable, FileInTheWay, AlreadyComposing, DataDirError (a node runs), OSError.

    A recording whose end no desk has heard of, or whose recorder died, is ended first, as the next
    start of the node would do it.
    """
    for path in (video, tracks):
        if path is not None:
            refuse_if_there(path, force=force)
    console = Console(stderr=True)
    with _damage_named():
        with opened(data) as installation:
            job = _job(installation, call_id)
            views = {DerivedView.VIDEO: video, DerivedView.TRACKS: tracks}
            asked = tuple(view for view, path in views.items() if path is not None)
            installation.writer.run_sync(
                compose_recording, ComposeRecording(call_id, asked), actor=SYSTEM
            )
        duration = job.program.duration_ms
        if video is not None:
            if video_encoder() != "libx264":
                console.print(f"no H.264 encoder in this build: {video_encoder()} takes its place")
            with _bar(console, video.name, duration) as progress:
                make_video(job, video.absolute(), progress, force=force)
        if tracks is not None:
            with _bar(console, tracks.name, duration) as progress:
                make_tracks(job, tracks.absolute(), progress, force=force)


def _job(installation: Installation, call_id: str) -> Job:
    _end_what_is_over(installation, call_id)
    with installation.store.reading() as conn:
        key = installation.keys.call_key(call_id)
        directory = installation.data.recordings / check_call_id(call_id)
        timeline = _timeline(directory)
        return Job(program_of(conn, call_id, timeline), directory, key)


def _end_what_is_over(installation: Installation, call_id: str) -> None:
    with installation.store.reading() as conn:
        call, last_n = call_of(conn, call_id), _unheard_after(conn, call_id)
        legs = legs_of(conn, call_id)
    if last_n is None:
        return
    if call.state not in OVER | {CallState.WRAP_UP}:
        raise RecordingNotEnded("the call is not over: start the node, which goes on with it")
    expected = [(leg.id, source.value) for leg in legs for source in sorted(leg.required)]
    files = CallFiles(installation.data.recordings, installation.clock)
    try:
        facts = files.settle(call_id, last_n, expected)
    except StillRecordedError:
        raise RecordingNotEnded("a media worker still records it: it ends by itself") from None
    for fact in facts:
        installation.writer.run_sync(log_recording, LogRecording(fact), actor=SYSTEM)


def _unheard_after(conn: Connection, call_id: str) -> int | None:
    """The last fact of the recorder that the store has; None when that was the end. Raises NotFound."""
    table = schema_call.recording
    row = conn.execute(
        select(table.c.ended_ms, table.c.last_n).where(table.c.call_id == call_id)
    ).one_or_none()
    if row is None:
        raise NotFound("nothing was recorded")
    return row.last_n if row.ended_ms is None else None


def _timeline(directory: Path) -> Timeline:
    timeline = read_timeline(directory)
    if timeline is None or not any(part.segments for part in timeline.parts):
        raise NotFound("nothing was recorded")
    return timeline


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except PartDamagedError as damage:
        record = "" if damage.record is None else str(damage.record)
        raise RecordingUnreadable(str(damage), part=damage.part, record=record) from damage
    except (JournalDamagedError, WebmError) as damage:
        raise RecordingUnreadable(str(damage), part="", record="") from damage


@contextmanager
def _bar(console: Console, name: str, duration_ms: int) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=duration_ms)
        try:
            yield lambda done_ms: bar.update(task, completed=done_ms)
        except KeyboardInterrupt:
            console.print("stopped; the same command goes on from here")
            raise
