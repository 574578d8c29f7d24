import shutil
import threading

import pytest

from audit import checkpoint, cosignature, merkle, tiles
from audit.checkpoint import Checkpoint, TreeHead, sign_checkpoint
from audit.checkpoint_store import FileLockBackend
from audit.errors import (
    AlreadyInitialisedError,
    EntryTooLargeError,
    HeadConflictError,
    LogFailedError,
    LogLockedError,
    NotInitialisedError,
    ProofError,
    RollbackError,
    SignatureError,
)
from audit.log import MerkleLog, proof_files, read_published
from audit.note import Note, SigningKey

KEY = SigningKey.generate("example.com/log")


def entries(start, end):
    return [b"entry %d" % index for index in range(start, end)]


@pytest.fixture
def place(tmp_path):
    return tmp_path / "log", FileLockBackend(tmp_path / "store"), KEY


@pytest.fixture
def log(place):
    with MerkleLog.init(*place) as log:
        yield log


def test_an_empty_log_has_a_checkpoint(log, tmp_path):
    assert log.origin == KEY.name
    assert (log.size, log.checkpoint.head) == (0, checkpoint.EMPTY_HEAD)
    signed, _ = read_published(tmp_path / "log", KEY.verifying_key)
    assert signed == log.checkpoint


def test_an_append_is_published_and_proved(log, tmp_path):
    assert log.append(entries(0, 3)) == range(3)
    before = log.checkpoint
    assert log.append(entries(3, 300)) == range(3, 300)
    signed, reader = read_published(tmp_path / "log", KEY.verifying_key)
    assert signed == log.checkpoint
    assert signed.head == TreeHead(300, merkle.root_of(map(merkle.leaf_hash, entries(0, 300))))
    assert list(reader.entries()) == entries(0, 300)
    assert log.entry(299) == b"entry 299"
    merkle.verify_consistency(3, 300, log.consistency_proof(3), before.head.root, signed.head.root)
    for index in (0, 2, 3, 255, 256, 299):
        leaf = merkle.leaf_hash(b"entry %d" % index)
        assert log.proof_file(index).verify(leaf, KEY.verifying_key) == signed
        merkle.verify_inclusion(leaf, index, 300, log.inclusion_proof(index), signed.head.root)
    with pytest.raises(ProofError):
        log.proof_file(300)


def test_an_older_checkpoint_still_proves(log):
    log.append(entries(0, 5))
    older = log.checkpoint
    log.append(entries(5, 700))
    (proof,) = proof_files(older, log.reader(), [4])
    assert proof.verify(merkle.leaf_hash(b"entry 4"), KEY.verifying_key).head.size == 5


def test_nothing_appended_changes_nothing(log):
    before = log.checkpoint
    assert log.append([]) == range(0)
    assert log.checkpoint == before


def test_an_entry_too_large_is_refused_whole(log):
    log.append(entries(0, 2))
    with pytest.raises(EntryTooLargeError):
        log.append([b"small", b"x" * 65_536])
    assert log.append([b"x" * 65_535]) == range(2, 3)
    assert log.size == 3


def test_partial_tiles_go_once_the_full_tile_is_published(log, tmp_path):
    log.append(entries(0, 200))
    log.append(entries(200, 255))
    assert (tmp_path / "log" / "tile" / "0" / "000.p" / "200").exists()
    log.append(entries(255, 260))
    present = {
        str(path.relative_to(tmp_path / "log"))
        for path in (tmp_path / "log" / "tile").rglob("*")
        if path.is_file()
    }
    assert present == {*tiles.tile_paths(260), *tiles.bundle_paths(260)}


def test_a_log_goes_on_where_it_stopped(place):
    with MerkleLog.init(*place) as log:
        log.append(entries(0, 258))
    with MerkleLog.open(*place) as log:
        assert log.append(entries(258, 513)) == range(258, 513)
        assert list(log.reader().entries()) == entries(0, 513)
    with pytest.raises(LogFailedError):
        log.append(entries(0, 1))
    with pytest.raises(LogFailedError):
        log.recover()


def test_threads_take_turns(log):
    def work(name):
        for index in range(20):
            log.append([b"%d %d" % (name, index)])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    logged = list(log.reader().entries())
    assert sorted(logged) == sorted(b"%d %d" % (n, i) for n in range(4) for i in range(20))
    for name in range(4):
        own = [entry for entry in logged if entry.startswith(b"%d " % name)]
        assert own == [b"%d %d" % (name, index) for index in range(20)]


def test_only_init_begins_a_log(place, tmp_path):
    with pytest.raises(NotInitialisedError):
        MerkleLog.open(*place)
    assert not (tmp_path / "log").exists()
    MerkleLog.init(*place).close()
    with pytest.raises(AlreadyInitialisedError):
        MerkleLog.init(*place)
    directory, _, key = place
    with pytest.raises(AlreadyInitialisedError):
        MerkleLog.init(directory, FileLockBackend(tmp_path / "other-store"), key)
    with pytest.raises(AlreadyInitialisedError):
        MerkleLog.init(tmp_path / "other-log", FileLockBackend(tmp_path / "store"), key)


def test_one_writer_at_a_time(place, log):
    with pytest.raises(LogLockedError):
        MerkleLog.open(*place)
    assert log.append(entries(0, 1)) == range(1)


def test_a_lost_checkpoint_store_is_refused(place, tmp_path):
    MerkleLog.init(*place).close()
    shutil.rmtree(tmp_path / "store")
    with pytest.raises(NotInitialisedError):
        MerkleLog.open(*place)


def test_a_tree_restored_from_a_backup_is_refused(place, tmp_path):
    with MerkleLog.init(*place) as log:
        log.append(entries(0, 5))
        shutil.copytree(tmp_path / "log", tmp_path / "backup")
        log.append(entries(5, 9))
    shutil.rmtree(tmp_path / "log")
    shutil.copytree(tmp_path / "backup", tmp_path / "log")
    before = (tmp_path / "log" / "checkpoint").read_bytes()
    with pytest.raises(RollbackError):
        MerkleLog.open(*place)
    assert (tmp_path / "log" / "checkpoint").read_bytes() == before
    shutil.rmtree(tmp_path / "log")
    with pytest.raises(RollbackError):
        MerkleLog.open(*place)


def test_a_checkpoint_store_restored_from_a_backup_is_refused(place, tmp_path):
    with MerkleLog.init(*place) as log:
        log.append(entries(0, 5))
        shutil.copytree(tmp_path / "store", tmp_path / "backup")
        log.append(entries(5, 9))
    shutil.rmtree(tmp_path / "store")
    shutil.copytree(tmp_path / "backup", tmp_path / "store")
    with pytest.raises(RollbackError, match="behind"):
        MerkleLog.open(*place)


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_published_fork_is_refused(place, tmp_path, size):
    with MerkleLog.init(*place) as log:
        log.append(entries(0, 5))
    root = merkle.leaf_hash(b"fork")
    path = tmp_path / "log" / "checkpoint"
    if size:
        path.write_bytes(sign_checkpoint(Checkpoint(KEY.name, TreeHead(size, root)), KEY).encode())
    else:
        path.write_bytes(b"")
    with pytest.raises(RollbackError):
        MerkleLog.open(*place)


def test_a_checkpoint_by_another_key_is_refused(place, tmp_path):
    MerkleLog.init(*place).close()
    directory, store, _ = place
    with pytest.raises(RollbackError):
        MerkleLog.open(directory, store, SigningKey.generate(KEY.name))


def test_a_changed_entry_at_the_edge_is_refused(place, tmp_path):
    with MerkleLog.init(*place) as log:
        log.append(entries(0, 5))
    path = tmp_path / "log" / "tile" / "entries" / "000.p" / "5"
    path.write_bytes(path.read_bytes().replace(b"entry 3", b"entry 8"))
    with pytest.raises(RollbackError):
        MerkleLog.open(*place)
    with pytest.raises(RollbackError):
        read_published(tmp_path / "log", KEY.verifying_key)


def test_a_second_writer_past_the_lock_loses_the_swap(place, log):
    log.append(entries(0, 2))
    _, store, _ = place
    store.replace(KEY.name, log.checkpoint.head, TreeHead(3, merkle.leaf_hash(b"other")))
    published = log.checkpoint
    with pytest.raises(LogFailedError) as failure:
        log.append(entries(2, 4))
    assert isinstance(failure.value.__cause__, HeadConflictError)
    with pytest.raises(RollbackError):
        log.recover()
    with pytest.raises(LogFailedError):
        log.append(entries(2, 4))
    assert log.checkpoint == published


def test_cosignatures_on_the_published_checkpoint_survive_opening(place, tmp_path):
    witness = SigningKey.generate("example.com/witness")
    with MerkleLog.init(*place) as log:
        log.append(entries(0, 5))
        signed = log.checkpoint.signed
    line = cosignature.cosign(witness, signed.text, 1_788_000_000)
    cosigned = Note(signed.text, (*signed.signatures, line)).encode()
    (tmp_path / "log" / "checkpoint").write_bytes(cosigned)
    with MerkleLog.open(*place) as log:
        assert log.checkpoint.encode() == cosigned
        assert log.proof_file(0).checkpoint == cosigned
    key = cosignature.witness_key(witness)
    found, _ = read_published(tmp_path / "log", KEY.verifying_key, [key])
    assert found.cosignatures == (line,)


def test_reading_needs_the_right_key(log, tmp_path):
    other = SigningKey.generate(KEY.name).verifying_key
    with pytest.raises(SignatureError):
        read_published(tmp_path / "log", other)
    with pytest.raises(FileNotFoundError):
        read_published(tmp_path / "nowhere", KEY.verifying_key)
