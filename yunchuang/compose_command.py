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
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.errors import DomainError, NotFound
from casework.installation import Installation, opened
from casework.store import schema_call
from casework.views.calls import call_of
from recording.compose.job import Job
from recording.compose.tracks import make_tracks
from recording.compose.video import make_video, video_encoder
from recording.compose.work_folder import refuse_if_there
from recording.format import check_call_id
from recording.parts import PartDamagedError
from recording.timeline import Timeline, read_timeline
from recording.webm_index import WebmError
from recording.worker.journal import JournalDamagedError
from yunchuang.compose_words import program_of


class RecordingNotEnded(DomainError):
    """The call is still being recorded, or no desk has closed what a dead worker left."""

    code = "E-03"
    slug = "recording_not_ended"


def compose(
    data: DataDir, call_id: str, video: Path | None, tracks: Path | None, *, force: bool
) -> None:
    """Makes the files that are asked for. Raises NotFound, KeyDestroyed, RecordingNotEnded,
    RecordingUnreadable, FileInTheWay, AlreadyComposing, DataDirError (a node runs), OSError.
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
    with installation.store.reading() as conn:
        call_of(conn, call_id)
        key = installation.keys.call_key(call_id)
        directory = installation.data.recordings / check_call_id(call_id)
        timeline = _timeline(conn, call_id, directory)
        return Job(program_of(conn, call_id, timeline), directory, key)


def _timeline(conn: Connection, call_id: str, directory: Path) -> Timeline:
    table = schema_call.recording
    row = conn.execute(select(table.c.ended_ms).where(table.c.call_id == call_id)).one_or_none()
    if row is None:
        raise NotFound("nothing was recorded")
    if row.ended_ms is None:
        raise RecordingNotEnded(
            "the call is still being recorded, or the node must be started once"
        )
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
