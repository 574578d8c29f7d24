"""A mirror copies whole logs, refuses broken ones, and cosigns nothing that it did not read."""

import random
import shutil

import pytest

from audit import cosignature, merkle, tiles
from audit.checkpoint import EMPTY_HEAD, Checkpoint, TreeHead, open_checkpoint, sign_checkpoint
from audit.checkpoint_store import FileLockBackend
from audit.entry import Entry
from audit.errors import MalformedError, ProofError, RollbackError, SignatureError
from audit.log import MerkleLog
from audit.mirror.chains import EntryRefused
from audit.mirror.copy import Copy
from audit.mirror.mirror import Mirror
from audit.note import Note, SigningKey
from audit.successor import Cause, Successor
from audit.witness.refusals import NotConsistent, NotMirrored, OtherOldSize
from audit.witness.request import AddCheckpoint
from audit.witness.witness import follow
from scenes.mirrored import CHAINS, Files, Story
from scenes.model_disk import Crash, ModelDisk, QuickDisk

LOG = SigningKey.generate("example.com/log")
KEY = SigningKey.generate("example.com/mirror")


@pytest.fixture
def log(tmp_path):
    store = FileLockBackend(tmp_path / "store")
    with MerkleLog.init(tmp_path / "log", store, LOG, disk=QuickDisk()) as made:
        yield made


@pytest.fixture
def source(log, tmp_path):
    return Files(tmp_path / "log")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "mirror"
    follow(path, LOG.verifying_key)
    return path


def copy_at(folder, disk=None):
    return Copy(folder, LOG.verifying_key, disk=disk or QuickDisk())


def mirror_at(folder, source):
    return Mirror(folder, KEY, LOG.verifying_key, source, lambda: 7)


def request(log, old, size=None):
    size = log.size if size is None else size
    head = TreeHead(size, merkle.tree_root(size, log.reader().node))
    signed = sign_checkpoint(Checkpoint(LOG.name, head), LOG).encode()
    proof = log.consistency_proof(old, size) if old else ()
    return AddCheckpoint(old, tuple(proof), signed).encode()


class TestCopies:
    def test_it_follows_a_growing_log(self, log, source, folder):
        story, copy = Story(), copy_at(folder)
        for count in (0, 1, 2, 252, 1, 1, 300, 2_500, 1):
            log.append(story.some(log.size, count))
            signed = copy.pull(source)
            assert copy.head == signed.head == log.checkpoint.head
        assert copy.chain_count == len(CHAINS)
        made, theirs = folder / "log", source.folder
        for path in [*tiles.tile_paths(log.size), *tiles.bundle_paths(log.size), "checkpoint"]:
            assert (made / path).read_bytes() == (theirs / path).read_bytes()

    def test_it_reads_what_is_new_and_no_tiles(self, log, source, folder):
        story, copy = Story(), copy_at(folder)
        log.append(story.some(0, 600))
        copy.pull(source)
        source.asked.clear()
        log.append(story.some(600, 3))
        copy.pull(source)
        copy.pull(source)
        assert source.asked == ["checkpoint", "tile/entries/002.p/91", "checkpoint"]

    def test_a_partial_bundle_that_is_gone_is_read_from_the_full_one(self, log, source, folder):
        story, copy = Story(), copy_at(folder)
        log.append(story.some(0, 200))
        old = (source.folder / "checkpoint").read_bytes()
        log.append(story.some(200, 100))
        source.changed["checkpoint"] = old
        copy.pull(source)
        assert copy.head.size == 200

    def test_it_goes_on_after_a_restart(self, log, source, folder):
        story = Story()
        log.append(story.some(0, 300))
        copy_at(folder).pull(source)
        log.append(story.some(300, 5))
        again = copy_at(folder)
        again.pull(source)
        assert again.head.size == 305

    def test_a_log_begins_with_those_that_it_follows(self, log, source, folder):
        story = Story()
        log.append([successor(story, LOG.name, "dead.example/log")])
        copy = copy_at(folder)
        copy.pull(source)
        log.append([successor(story, "dead.example/log", "older.example/log")])
        copy.pull(source)
        log.append(story.some(2, 12))
        copy.pull(source)
        assert copy_at(folder).head.size == 14


def successor(story, origin, old, **facts):
    told = Successor(old, EMPTY_HEAD, 0, 0, Cause.KEY_ROTATION).facts() | facts
    return story.next(0, chain=f"log:{origin}", type="log.successor", facts=told)


BROKEN = {
    "a log before it in its middle": lambda story: [successor(story, LOG.name, "dead.example/log")],
    "a second entry at its place": lambda story: [
        story.next(30, chain="case:A", seq=3, prev="00" * 32)
    ],
    "the same place twice": lambda story: [
        story.next(30, chain="case:Z"),
        Entry.decode(Story().next(31, chain="case:Z")).encode(),
    ],
    "a gap": lambda story: [story.next(30, chain="case:A", seq=11)],
    "another past": lambda story: [story.next(30, chain="case:A", prev="00" * 32)],
    "a chain that begins later": lambda story: [
        story.next(30, chain="case:N", seq=1, prev="00" * 32)
    ],
    "loose JSON": lambda story: [story.next(30).replace(b'"v":1', b'"v": 1')],
    "no entry": lambda story: [b"no entry"],
}


class TestWhatIsRefused:
    @pytest.mark.parametrize("what", BROKEN)
    def test_a_broken_chain_is_never_cosigned(self, log, source, folder, what):
        story, mirror = Story(), mirror_at(folder, source)
        log.append(story.some(0, 30))
        mirror.add_checkpoint(request(log, 0))
        log.append(BROKEN[what](story))
        for _ in range(2):
            with pytest.raises(EntryRefused, match=r"^entry 3[01] of the log"):
                mirror.pull()
            with pytest.raises(NotConsistent):
                mirror.add_checkpoint(request(log, 30))
        # The honest beginning still is what it was, and a restart changes nothing.
        assert copy_at(folder).head.size == 30
        assert mirror_at(folder, source).add_checkpoint(request(log, 30, 30)).name == KEY.name

    def test_an_entry_that_is_not_the_one_in_the_tree(self, log, source, folder):
        log.append(Story().some(0, 30))
        path = "tile/entries/000.p/30"
        entries = tiles.decode_bundle((source.folder / path).read_bytes())
        other = Story()
        other.some(0, 29)
        source.changed[path] = tiles.encode_bundle([*entries[:29], other.next(29, t=12_345)])
        copy = copy_at(folder)
        with pytest.raises(ProofError):
            copy.pull(source)
        assert copy.head.size == 0
        source.changed.clear()
        copy.pull(source)
        assert copy.head.size == 30

    @pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x05abc", b"x" * 20_000_000])
    def test_a_bundle_that_is_none(self, log, source, folder, data):
        log.append(Story().some(0, 3))
        source.changed["tile/entries/000.p/3"] = data
        copy = copy_at(folder)
        with pytest.raises(MalformedError):
            copy.pull(source)
        with pytest.raises(NotMirrored):
            mirror_at(folder, source).add_checkpoint(request(log, 0))

    def test_a_bundle_that_is_missing(self, log, source, folder):
        log.append(Story().some(0, 3))
        (source.folder / "tile/entries/000.p/3").unlink()
        with pytest.raises(FileNotFoundError):
            copy_at(folder).pull(source)
        with pytest.raises(NotMirrored):
            mirror_at(folder, source).add_checkpoint(request(log, 0))

    def test_a_log_that_goes_back_or_forks(self, log, source, folder):
        log.append(Story().some(0, 3))
        early = (source.folder / "checkpoint").read_bytes()
        log.append([Story().next(0, chain="case:N")])
        copy = copy_at(folder)
        copy.pull(source)
        source.changed["checkpoint"] = early
        with pytest.raises(RollbackError, match="went back"):
            copy.pull(source)
        fork = Checkpoint(LOG.name, TreeHead(4, bytes(32)))
        source.changed["checkpoint"] = sign_checkpoint(fork, LOG).encode()
        with pytest.raises(RollbackError, match="two roots"):
            copy.pull(source)
        thief = SigningKey.generate(LOG.name)
        source.changed["checkpoint"] = sign_checkpoint(fork, thief).encode()
        with pytest.raises(SignatureError):
            copy.pull(source)

    def test_a_checkpoint_that_the_source_does_not_show(self, log, source, folder, tmp_path):
        """The desk shows the mirror one history and serves it the files of another."""
        log.append(Story().some(0, 3))
        other_store = FileLockBackend(tmp_path / "other-store")
        with MerkleLog.init(tmp_path / "other", other_store, LOG) as other:
            story = Story()
            other.append([story.next(0, chain="case:Z"), *story.some(1, 2)])
            mirror = mirror_at(folder, source)
            with pytest.raises(NotConsistent):
                mirror.add_checkpoint(request(other, 0))
            other.append([story.next(9, chain="case:Y")])
            with pytest.raises(NotMirrored):
                mirror.add_checkpoint(request(other, 0))
        mirror.add_checkpoint(request(log, 0))

    @pytest.mark.parametrize("name", ["tile/entries/001.p/44", "tile/0/000", "tile/1/000.p/1"])
    def test_a_damaged_copy_is_not_gone_on_with(self, log, source, folder, name):
        log.append(Story().some(0, 300))
        copy_at(folder).pull(source)
        path = folder / "log" / name
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        with pytest.raises((RollbackError, ProofError)):
            copy_at(folder)


class TestCosigning:
    def test_it_answers_for_what_it_read_and_reads_when_asked(self, log, source, folder):
        story, mirror = Story(), mirror_at(folder, source)
        log.append(story.some(0, 5))
        line = mirror.add_checkpoint(request(log, 0))
        data = Note.parse(log.checkpoint.encode())
        both = Note(data.text, (*data.signatures, line)).encode()
        opened = open_checkpoint(both, LOG.verifying_key, [cosignature.witness_key(KEY)])
        assert opened.cosignatures == (line,)
        log.append(story.some(5, 5))
        mirror.pull()
        # The desk's checkpoint may be an older one than the newest that was read.
        mirror.add_checkpoint(request(log, 5, 7))
        with pytest.raises(OtherOldSize):
            mirror.add_checkpoint(request(log, 5, 10))
        mirror.add_checkpoint(request(log, 7, 10))

    def test_it_cosigns_by_itself(self, log, source, folder):
        story, mirror = Story(), mirror_at(folder, source)
        for count in (0, 3, 0, 300):
            log.append(story.some(log.size, count))
            signed = mirror.pull()
            mirror.cosign(signed)
        (kept,) = (folder / "cosigned").iterdir()
        opened = open_checkpoint(
            kept.read_bytes(), LOG.verifying_key, [cosignature.witness_key(KEY)]
        )
        assert opened.head == log.checkpoint.head


CHANCE = random.Random(22)
SURVIVAL = {
    "killed": lambda: True,
    "power cut": lambda: False,
    "mixture": lambda: CHANCE.random() < 0.5,
}


@pytest.mark.parametrize("survival", SURVIVAL)
def test_a_crash_at_any_step_leaves_a_copy_that_goes_on(log, source, tmp_path, survival):
    story, marks = Story(), []
    for count in (3, 254):
        log.append(story.some(log.size, count))
        marks.append((source.folder / "checkpoint").read_bytes())

    def live(root, disk):
        copy = copy_at(root, disk)
        for mark in marks:
            source.changed["checkpoint"] = mark
            copy.pull(source)

    whole = tmp_path / "whole"
    whole.mkdir()
    disk = ModelDisk(whole)
    live(whole, disk)
    assert disk.steps > 20
    for crash_at in range(1, disk.steps + 1):
        root, found = tmp_path / f"{crash_at}", tmp_path / f"{crash_at}-found"
        root.mkdir()
        broken = ModelDisk(root, crash_at=crash_at)
        with pytest.raises(Crash):
            live(root, broken)
        broken.after_the_crash(found, SURVIVAL[survival])
        copy = copy_at(found)
        assert copy.head.size in {0, 3, 257}
        source.changed.clear()
        copy.pull(source)
        assert copy.head == log.checkpoint.head
        assert (found / "log" / "checkpoint").read_bytes() == log.checkpoint.encode()
        for path in (root, found, broken.attic):
            shutil.rmtree(path)
