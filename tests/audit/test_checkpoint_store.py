"""The contract of `LockBackend`: every implementation is in `BACKENDS` and passes all of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audit import merkle
from audit.checkpoint import EMPTY_HEAD, TreeHead
from audit.checkpoint_store import FileLockBackend
from audit.durable import Disk
from audit.errors import (
    AlreadyInitialisedError,
    HeadConflictError,
    NotInitialisedError,
    RollbackError,
)

BACKENDS = [FileLockBackend]
ORIGIN = "example.com/log"


def head(size):
    return TreeHead(size, merkle.leaf_hash(b"%d" % size))


@pytest.fixture(params=BACKENDS)
def reopen(request, tmp_path):
    """Opens the same store anew, as another process would."""
    return lambda: request.param(tmp_path / "store")


def test_a_log_that_was_never_created_is_refused(reopen):
    store = reopen()
    with pytest.raises(NotInitialisedError):
        store.fetch(ORIGIN)
    with pytest.raises(NotInitialisedError):
        store.replace(ORIGIN, EMPTY_HEAD, head(1))
    store.create("example.com/other", EMPTY_HEAD)
    with pytest.raises(NotInitialisedError):
        store.fetch(ORIGIN)
    with pytest.raises(NotInitialisedError):
        store.replace(ORIGIN, EMPTY_HEAD, head(1))


def test_a_log_is_created_once(reopen):
    reopen().create(ORIGIN, EMPTY_HEAD)
    with pytest.raises(AlreadyInitialisedError):
        reopen().create(ORIGIN, head(1))
    assert reopen().fetch(ORIGIN) == EMPTY_HEAD


def test_a_replaced_head_is_what_every_store_fetches(reopen):
    store = reopen()
    store.create(ORIGIN, EMPTY_HEAD)
    store.replace(ORIGIN, EMPTY_HEAD, head(5))
    assert store.fetch(ORIGIN) == reopen().fetch(ORIGIN) == head(5)


@pytest.mark.parametrize("wrong", [EMPTY_HEAD, head(4), TreeHead(5, merkle.leaf_hash(b"fork"))])
def test_another_head_than_expected_changes_nothing(reopen, wrong):
    store = reopen()
    store.create(ORIGIN, head(5))
    with pytest.raises(HeadConflictError):
        store.replace(ORIGIN, wrong, head(6))
    assert reopen().fetch(ORIGIN) == head(5)


def test_logs_do_not_disturb_each_other(reopen):
    store = reopen()
    for index, origin in enumerate([ORIGIN, "example.com/log/2", "例.测试/日志"]):
        store.create(origin, head(index + 1))
    store.replace(ORIGIN, head(1), head(9))
    assert store.fetch("example.com/log/2") == head(2)
    assert store.fetch("例.测试/日志") == head(3)


def test_of_many_writers_one_wins_each_step(reopen):
    reopen().create(ORIGIN, EMPTY_HEAD)

    def climb(writer):
        store, wins = reopen(), 0
        while (stored := store.fetch(ORIGIN)).size < 60:
            try:
                store.replace(ORIGIN, stored, head(stored.size + 1))
                wins += 1
            except HeadConflictError:
                continue
        return wins

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(climb, range(4))) == 60


# What only the implementation in files has to promise.


@pytest.mark.parametrize("damage", [b"", b"example.com/log\n5\n", b"example.com/log\n", None])
def test_a_damaged_file_is_refused_and_not_repaired(tmp_path, damage):
    store = FileLockBackend(tmp_path)
    store.create(ORIGIN, head(5))
    (path,) = tmp_path.glob("*.head")
    path.write_bytes(path.read_bytes().replace(b"log", b"lug") if damage is None else damage)
    with pytest.raises(RollbackError):
        store.fetch(ORIGIN)
    with pytest.raises(RollbackError):
        store.replace(ORIGIN, head(5), head(6))


class NoSync(Disk):
    def sync(self, descriptor):
        raise OSError("sync")


def test_a_failed_sync_keeps_the_old_head(tmp_path):
    FileLockBackend(tmp_path).create(ORIGIN, head(5))
    with pytest.raises(OSError, match="sync"):
        FileLockBackend(tmp_path, disk=NoSync()).replace(ORIGIN, head(5), head(6))
    assert FileLockBackend(tmp_path).fetch(ORIGIN) == head(5)
