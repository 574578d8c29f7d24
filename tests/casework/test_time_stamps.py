"""Time-stamps that were taken: whole or not there at all, and waited for only where somebody answers."""

import random
import shutil
import threading
import time

import pytest

from audit.checkpoint import Checkpoint, TreeHead, open_checkpoint, sign_checkpoint
from audit.note import SigningKey
from casework.log.time_stamps import TimeStamps
from scenes.model_disk import Crash, ModelDisk, QuickDisk
from scenes.waiting import wait_until

LOG = SigningKey.generate("stamped.example/log")
CHANCE = random.Random(6)
SURVIVAL = {
    "killed": lambda: True,
    "power cut": lambda: False,
    "mixture": lambda: CHANCE.random() < 0.5,
}


def checkpoint(size):
    body = Checkpoint(LOG.name, TreeHead(size, bytes([size % 256]) * 32))
    return open_checkpoint(sign_checkpoint(body, LOG).encode(), LOG.verifying_key)


def stamps_at(folder, disk=None):
    return TimeStamps(folder, disk=disk or QuickDisk())


def test_the_first_stamp_over_an_entry_tells_its_time(tmp_path):
    stamps = stamps_at(tmp_path)
    assert stamps.time_stamped_at(0) is None
    for size, at_ms in ((5, 2_000), (9, 3_000), (9, 3_500), (7, 2_500)):
        stamps.keep(checkpoint(size), b"response", at_ms)
    for opened in (stamps, stamps_at(tmp_path)):
        found = [opened.time_stamped_at(index) for index in (0, 4, 5, 6, 7, 8, 9)]
        assert found == [2_000, 2_000, 2_500, 2_500, 3_000, 3_000, None]
        assert opened.stamped_size() == 9


def test_what_is_no_stamp_is_not_counted(tmp_path):
    stamps = stamps_at(tmp_path)
    stamps.keep(checkpoint(3), b"response", 1_000)
    for name in (".tmp-0a", "1-2.tsr", f"{9:016d}-{9:013d}.checkpoint", "x.tsr"):
        (tmp_path / name).write_bytes(b"")
    assert stamps_at(tmp_path).stamped_size() == 3


def test_nobody_waits_where_nobody_answers(tmp_path):
    stamps, began = stamps_at(tmp_path), time.monotonic()
    assert stamps.over(checkpoint(3), wait_s=30) is None
    assert time.monotonic() - began < 10
    assert stamps.wanted() is None


def test_one_that_comes_is_handed_to_who_waits(tmp_path):
    stamps, wanted = stamps_at(tmp_path), checkpoint(3)
    stamps.answering = True

    def answer():
        stamps.keep(wait_until(stamps.wanted), b"response", 1_000)

    thread = threading.Thread(target=answer)
    thread.start()
    assert stamps.over(wanted, wait_s=30) == b"response"
    thread.join()
    assert stamps.wanted() is None
    assert stamps.over(wanted, wait_s=0) == b"response"


def test_who_waits_is_let_go_when_the_authority_fails_or_time_is_up(tmp_path):
    stamps = stamps_at(tmp_path)
    stamps.answering = True
    assert stamps.over(checkpoint(3), wait_s=0.05) is None
    assert stamps.wanted() is None, "nobody waits for it any more"
    failing = threading.Timer(0.1, lambda: setattr(stamps, "answering", False))
    failing.start()
    began = time.monotonic()
    assert stamps.over(checkpoint(3), wait_s=60) is None
    assert time.monotonic() - began < 30
    failing.join()


@pytest.mark.parametrize("survival", SURVIVAL)
def test_a_crash_at_any_step_leaves_it_whole_or_not_there(tmp_path, survival):
    def live(root, disk):
        stamps_at(root / "stamps", disk).keep(checkpoint(3), b"response", 1_000)

    whole = tmp_path / "whole"
    whole.mkdir()
    disk = ModelDisk(whole)
    live(whole, disk)
    assert disk.steps >= 6
    for crash_at in range(1, disk.steps + 1):
        root, found = tmp_path / f"{crash_at}", tmp_path / f"{crash_at}-found"
        root.mkdir()
        broken = ModelDisk(root, crash_at=crash_at)
        with pytest.raises(Crash):
            live(root, broken)
        broken.after_the_crash(found, SURVIVAL[survival])
        again = stamps_at(found / "stamps")
        whole = {path.suffix for path in (found / "stamps").glob("0*")} == {".checkpoint", ".tsr"}
        assert again.stamped_size() == (3 if whole else 0)
        for stamp in (found / "stamps").glob("0*.tsr"):
            assert stamp.read_bytes() == b"response"
        again.keep(checkpoint(3), b"response", 1_000)
        assert again.time_stamped_at(0) == 1_000
        for path in (root, found, broken.attic):
            shutil.rmtree(path)
