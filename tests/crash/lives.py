"""What is written to a disk, from beginning to end, and how it is audited when the disk comes back.

A `Life` is lived on a disk that stops or fails at some step. What its user was told it says into
`told`, before the next step. `audit` looks at what is found and raises if anything that was told is
lost, or anything is half; then it goes on with the work, as whoever starts the machine would.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scene import LOG_KEY, ORIGIN, Scene, trust

from audit.checkpoint_store import FileLockBackend
from audit.entry import Entry
from audit.errors import LogFailedError, NotInitialisedError
from audit.log import MerkleLog
from audit.package.writing import write_folder, write_zip
from audit.verifier.package import Package
from audit.verifier.registry import PACKAGE_CHECKS, run_package_checks
from audit.verifier.report import Verdict
from audit.verifier.source import FolderSource
from audit.verifier.trust import make_trust
from audit.verifier.verify import verify
from casework.keys.kek import KekError, new_kek
from casework.keys.kek_files import KekFiles
from casework.worker_link.messages import Heads, Health, PartClosed
from recording.reconcile import reconcile
from recording.worker.record_disk import RecordDisk
from recording.worker.recovery import find_part
from scenes.model_disk import ModelDisk, QuickDisk
from scenes.recorder_scene import CALL, START_NS, NanoClock
from scenes.recorder_scene import Scene as RecorderScene
from scenes.synthetic import Publisher, merged, opus_packets, vp8_frames

S = 1_000_000_000


class SteppedDisk(ModelDisk, RecordDisk):
    """With the recorder's positioned writes among the steps."""

    def write_at(self, descriptor, data, offset):
        self.step()
        super().write_at(descriptor, data, offset)

    def reserve(self, path, size):
        self.step()
        super().reserve(path, size)
        inode = path.stat().st_ino
        if inode not in self.synced_bytes:
            self.synced_bytes[inode] = b""
            (self.attic / str(inode)).hardlink_to(path)


class QuickRecordDisk(QuickDisk, RecordDisk):
    """For the work after the crash, in which nothing more happens."""


@dataclass(frozen=True, slots=True)
class Life:
    """`live(root, disk, told)` and `audit(root, told)`."""

    name: str
    live: Callable[[Path, SteppedDisk, list], None]
    audit: Callable[[Path, list], None]


# --- the log ---------------------------------------------------------------------------------------

BATCHES = (2, 254, 1)


@cache
def entries() -> tuple[bytes, ...]:
    made, prev = [], None
    for seq in range(sum(BATCHES)):
        entry = Entry(
            type="log.heartbeat",
            t=1_790_000_000_000 + seq,
            mono=seq,
            chain=f"log:{ORIGIN}",
            seq=seq,
            prev=prev,
            actor="system",
            role="system",
            facts={"size": seq, "cosignature": None},
        )
        made.append(entry.encode())
        prev = entry.leaf_hash().hex()
    return tuple(made)


def live_log(root, disk, told):
    store = FileLockBackend(root / "store", disk=disk)
    with MerkleLog.init(root / "log", store, LOG_KEY, disk=disk) as log:
        told.append(0)
        for batch in BATCHES:
            end = log.size + batch
            while log.size < end:
                try:
                    log.append(entries()[log.size : end])
                except LogFailedError:
                    log.recover()
            told.append(log.size)


def audit_log(root, told):
    disk = QuickDisk()
    store = FileLockBackend(root / "store", disk=disk)
    try:
        log = MerkleLog.open(root / "log", store, LOG_KEY, disk=disk)
    except NotInitialisedError:
        assert not told
        return
    with log:
        for _ in range(2):
            report = verify(root / "log", trust())
            assert (report.verdict, report.problems) == (Verdict.GOOD, [])
            assert max(told, default=0) <= report.size == log.size
            assert tuple(log.reader().entries()) == entries()[: log.size]
            log.append(entries()[log.size :])


# --- keys ------------------------------------------------------------------------------------------


def live_kek(root, disk, told):
    """Two key-encryption keys; then the first is taken away."""
    keks = KekFiles(root / "kek", disk)
    first, second = new_kek(), new_kek()
    for kek in (first, second):
        keks.add(kek)
        told.append((kek.id, True))
    told.append((first.id, None))  # it may be gone from here on
    keks.remove(first.id)
    told.append((first.id, False))


def audit_kek(root, told):
    keks = KekFiles(root / "kek")
    for kek, stands in dict(told).items():
        if stands:
            assert keks.find(kek).id == kek
        elif stands is False:
            try:
                keks.find(kek)
            except KekError:
                continue
            raise AssertionError("a removed key is back")
    for path in keks.paths():
        kek = keks.find(path.name.partition("-")[2])
        assert path == keks.where(kek.id)


# --- the recorder ----------------------------------------------------------------------------------

MEDIA_S = 5
CHECKS = [name for name in PACKAGE_CHECKS if name.startswith(("part.", "record.", "segment."))]


@cache
def packets():
    video = Publisher(1002, 90_000, S // 15, start_ns=START_NS)
    audio = Publisher(1001, 48_000, S // 50, start_ns=START_NS)
    video.video(vp8_frames(MEDIA_S, size=(64, 48), keyframes=range(0, 15 * MEDIA_S, 15)))
    audio.audio(opus_packets(MEDIA_S))
    return list(merged([(2, p) for p in video.sent], [(1, p) for p in audio.sent]))


def live_recorder(root, disk, told):
    scene = RecorderScene(root, disk=disk, events=told)
    scene.open(1)
    scene.open(2)
    scene.play(packets(), until_ns=START_NS + (MEDIA_S + 12) * S)
    scene.turn()
    scene.core.flush()
    while not scene.core.write_rest() or not scene.store.close("ended"):
        scene.until(scene.clock.ns + S)  # as its thread does: the disk may be well again


def audit_recorder(root, told):
    directory = root / CALL
    durable = [event for event in told if not isinstance(event, Health)]
    if not directory.exists():
        assert not durable
        return
    disk = QuickRecordDisk()
    for _ in range(2):
        events = reconcile(directory, CALL, logged=0, expected=[], clock=NanoClock(), disk=disk)
        assert events[: len(durable)] == durable
        assert [event.n for event in events] == list(range(1, len(events) + 1))
    package = _audited(root, directory)
    heads = [event for event in events if isinstance(event, PartClosed)]
    heads += [head for event in events if isinstance(event, Heads) for head in event.heads]
    for head in heads:
        assert package.parts[CALL, head.part].head(head.segments) == head.record_sha256


def _audited(root, directory):
    """The parts as a package takes them over, by the verifier's own checks."""
    place = root / "audit" / "data" / "rec" / CALL
    place.mkdir(parents=True)
    for path in directory.glob("*.bin"):
        found = find_part(directory, path.stem)
        assert found.damage is None
        (place / path.name).write_bytes(path.read_bytes()[: found.bytes])
        lines = b"".join(record.to_line() for record in found.records)
        (place / f"{path.stem}.tsv").write_bytes(lines)
    trusting = make_trust((), None, outside=False)
    package = Package(FolderSource(root / "audit"), trusting)
    assert run_package_checks(package, [(name, PACKAGE_CHECKS[name]) for name in CHECKS]) == []
    return package


# --- the export ------------------------------------------------------------------------------------


@cache
def sealed_case(folder):
    return Scene(folder).build()


def export(name, write):
    """A package that is written under `name`; after a failure it is written again."""

    def live(root, disk, told):
        sealed = sealed_case(root.with_name("case"))
        with suppress(FileExistsError):  # named, and then its directory's sync failed
            while name not in told:
                with suppress(OSError):
                    write(sealed, root / name, disk=disk)
                    told.append(name)
                if (root / name).exists():
                    break

    def audit(root, told):
        path = root / name
        assert path.exists() or not told
        if not path.exists():
            write(sealed_case(root.with_name("case")), path, disk=QuickDisk())
        report = verify(path, trust())
        assert (report.verdict, report.problems) == (Verdict.GOOD, [])

    return Life(f"export as {name}", live, audit)


LIVES = (
    Life("log", live_log, audit_log),
    Life("key-encryption keys", live_kek, audit_kek),
    Life("recorder", live_recorder, audit_recorder),
    export("folder", write_folder),
    export("package.zip", write_zip),
)
