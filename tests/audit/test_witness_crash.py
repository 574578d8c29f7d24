"""A crash, or a failing system call, at every single step of a witness's life.

Whatever happens, no two cosignatures may stand on trees that do not extend each other, and a witness
that comes back goes on cosigning the history it cosigned before.
"""

import contextlib
import shutil

import pytest

from audit import merkle
from audit.checkpoint import Checkpoint, TreeHead, sign_checkpoint
from audit.errors import AlreadyInitialisedError, NotInitialisedError
from audit.note import SigningKey
from audit.witness.refusals import NotConsistent, OtherOldSize, OtherRoot
from audit.witness.request import AddCheckpoint
from audit.witness.witness import Witness, follow
from scenes.model_disk import SURVIVAL, ModelDisk, QuickDisk, crashed_at_each_step, steps_of

LOG = SigningKey.generate("example.com/log")
KEY = SigningKey.generate("example.com/witness")
LEAVES = [merkle.leaf_hash(b"%d" % index) for index in range(12)]
FORKED = [merkle.leaf_hash(b"another"), *LEAVES[1:]]
SIZES = (3, 8, 12)


def ask(witness, old, size, leaves=LEAVES):
    def node(level, index):
        return merkle.root_of(leaves[index << level : (index + 1) << level])

    head = TreeHead(size, merkle.root_of(leaves[:size]))
    proof = merkle.consistency_proof(old, size, node) if old else ()
    signed = sign_checkpoint(Checkpoint(LOG.name, head), LOG).encode()
    return witness.add_checkpoint(AddCheckpoint(old, tuple(proof), signed).encode())


def opened(root, disk):
    return Witness(root, KEY, [LOG.verifying_key], lambda: 1, disk=disk)


def live(root, disk, cosigned):
    """A witness's whole life; `cosigned` gets each size before the next step."""
    follow(root, LOG.verifying_key, disk=disk)
    witness = opened(root, disk)
    for old, size in zip((0, *SIZES), SIZES, strict=False):
        ask(witness, old, size)
        cosigned.append(size)


def check_and_finish(root, cosigned):
    disk = QuickDisk()
    try:
        witness = opened(root, disk)
    except NotInitialisedError:
        assert not cosigned, "a tree was cosigned and is forgotten"
        follow(root, LOG.verifying_key, disk=disk)
        witness = opened(root, disk)
    newest = max(cosigned, default=0)
    for size in SIZES:
        if size > newest and newest:
            with pytest.raises((OtherOldSize, OtherRoot, NotConsistent)):
                ask(witness, newest, size, FORKED)
    finish(witness, newest)


def finish(witness, old):
    """As the desk does: whoever is told another size asks from there."""
    known = witness._heads.fetch(LOG.name).size
    assert known in {0, *SIZES}
    assert known >= old
    if known != old:
        with pytest.raises(OtherOldSize):
            ask(witness, old, SIZES[-1])
    ask(witness, known, SIZES[-1])


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    return steps_of(tmp_path_factory.mktemp("whole"), live)


@pytest.mark.parametrize("survival", SURVIVAL)
def test_a_crash_at_any_step_forgets_no_cosigned_tree(tmp_path, steps, survival):
    assert steps > 25
    for found, cosigned in crashed_at_each_step(tmp_path, steps, survival, live):
        check_and_finish(found, cosigned)


def test_a_failing_call_at_any_step_cosigns_nothing_and_is_got_over(tmp_path, steps):
    for fail_at in range(1, steps + 1):
        root = tmp_path / f"{fail_at}"
        root.mkdir()
        disk = ModelDisk(root, fail_at=fail_at)
        try:
            follow(root, LOG.verifying_key, disk=disk)
        except OSError:
            with contextlib.suppress(AlreadyInitialisedError):  # it was there when the call failed
                follow(root, LOG.verifying_key, disk=disk)
        try:
            witness = opened(root, disk)
        except OSError:
            witness = opened(root, disk)
        for old, size in zip((0, *SIZES), SIZES, strict=False):
            try:
                ask(witness, old, size)
            except OSError:
                finish(witness, old)
                break
        check_and_finish(root, SIZES)
        shutil.rmtree(root)
