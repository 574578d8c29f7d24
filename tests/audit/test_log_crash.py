"""A crash, or a failing system call, at every single step of a log's life.

After a crash the disk holds what the test's model of it says: everything that was written (the
process was killed), nothing but what was synced (the power failed, the worst case), or any mixture
of both. In each case the log must open, hold every acknowledged entry where it was acknowledged,
and publish a checkpoint that extends every one seen before.
"""

import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from audit import merkle
from audit.checkpoint_store import FileLockBackend
from audit.errors import LogFailedError, NotInitialisedError
from audit.log import MerkleLog, read_published
from audit.note import SigningKey
from scenes.model_disk import SURVIVAL, Crash, ModelDisk, QuickDisk, crashed_at_each_step, steps_of

KEY = SigningKey.generate("example.com/log")
BATCHES = [2, 254, 1]
TOTAL = sum(BATCHES)


def entry(index):
    return b"entry %d" % index


def live(root, disk, seen):
    """A whole life of a log; `seen` gets what its user was told, before the next step."""
    store = FileLockBackend(root / "store", disk=disk)
    with MerkleLog.init(root / "log", store, KEY, disk=disk) as log:
        seen.append(log.checkpoint)
        for batch in BATCHES:
            start = log.size
            log.append([entry(index) for index in range(start, start + batch)])
            seen.append(log.checkpoint)


def check_and_finish(root, seen, disk=None):
    """The log as found must keep its promises, and take up its work again."""
    disk = disk or QuickDisk()
    store = FileLockBackend(root / "store", disk=disk)
    try:
        log = MerkleLog.open(root / "log", store, KEY, disk=disk)
    except NotInitialisedError:
        # The crash came before `init` returned: nothing was promised, it may be done again.
        assert not seen
        log = MerkleLog.init(root / "log", store, KEY, disk=disk)
    with log:
        promised = len(seen) - 1
        assert log.size in {sum(BATCHES[: max(promised, 0)]), sum(BATCHES[: promised + 1])}
        assert list(log.reader().entries()) == [entry(index) for index in range(log.size)]
        log.append([entry(index) for index in range(log.size, TOTAL)])
        for signed in seen[1:]:
            proof = log.consistency_proof(signed.head.size)
            merkle.verify_consistency(
                signed.head.size, TOTAL, proof, signed.head.root, log.checkpoint.head.root
            )
    signed, reader = read_published(root / "log", KEY.verifying_key)
    assert signed.head.size == TOTAL
    assert list(reader.entries()) == [entry(index) for index in range(TOTAL)]


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    return steps_of(tmp_path_factory.mktemp("whole"), live)


@pytest.mark.parametrize("survival", SURVIVAL)
def test_a_crash_at_any_step_loses_nothing_that_was_promised(tmp_path, steps, survival):
    assert steps > 60
    for found, seen in crashed_at_each_step(tmp_path, steps, survival, live):
        check_and_finish(found, seen)


def test_a_power_cut_long_after_a_kill_loses_nothing(tmp_path, steps):
    # What the killed process had not synced is still unsynced when the next one finds it in place.
    for kill_at in range(1, steps + 1):
        root = tmp_path / f"{kill_at}"
        root.mkdir()
        disk, seen = ModelDisk(root, crash_at=kill_at), []
        with pytest.raises(Crash):
            live(root, disk, seen)
        disk.crash_at = None
        check_and_finish(root, seen, disk)
        found = tmp_path / f"{kill_at}-found"
        disk.after_the_crash(found, lambda: False)
        store = FileLockBackend(found / "store", disk=QuickDisk())
        with MerkleLog.open(found / "log", store, KEY, disk=QuickDisk()) as log:
            assert list(log.reader().entries()) == [entry(index) for index in range(TOTAL)]
        for path in (root, found, disk.attic):
            shutil.rmtree(path)


def test_a_failing_call_at_any_step_is_told_and_recovered_from(tmp_path, steps):
    told = 0
    for fail_at in range(1, steps + 1):
        root = tmp_path / f"{fail_at}"
        root.mkdir()
        disk = ModelDisk(root, fail_at=fail_at)
        store = FileLockBackend(root / "store", disk=disk)
        try:
            log = MerkleLog.init(root / "log", store, KEY, disk=disk)
        except OSError:
            check_and_finish(root, [])
            continue
        with log:
            while log.size < TOTAL:
                try:
                    log.append([entry(index) for index in range(log.size, log.size + 97)])
                except LogFailedError:
                    told += 1
                    with pytest.raises(LogFailedError):
                        log.append([b"too early"])
                    log.recover()
        assert log.size < TOTAL + 97
        logged = list(read_published(root / "log", KEY.verifying_key)[1].entries())
        assert logged == [entry(index) for index in range(len(logged))]
        shutil.rmtree(root)
    assert told > 30


WRITER = """
import sys
from pathlib import Path
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.note import SigningKey

root = Path(sys.argv[1])
key = SigningKey.load(root / "key")
with MerkleLog.open(root / "log", FileLockBackend(root / "store"), key) as log:
    while True:
        log.append([b"entry %d" % index for index in range(log.size, log.size + 37)])
        print(log.size, flush=True)
"""


@pytest.mark.faults
def test_kill_9_at_random_moments(tmp_path):
    KEY.save(tmp_path / "key")
    MerkleLog.init(tmp_path / "log", FileLockBackend(tmp_path / "store"), KEY).close()
    chance = random.Random(9)
    for _ in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
        )
        acknowledged = int(writer.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.1))  # the moment of the kill, not a wait for anything
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split(b"\n")[:-1]
        writer.wait()
        writer.stdout.close()
        acknowledged = int(rest[-1]) if rest else acknowledged
        with MerkleLog.open(tmp_path / "log", FileLockBackend(tmp_path / "store"), KEY) as log:
            assert acknowledged <= log.size <= acknowledged + 37
            assert list(log.reader().entries()) == [entry(index) for index in range(log.size)]
