"""A mirror cosigns no log that says of the ones before it what a verifier refuses."""

from collections.abc import Callable

import pytest

from audit import merkle
from audit.checkpoint import EMPTY_HEAD, TreeHead
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.mirror.before import LogsBefore
from audit.mirror.chains import EntryRefused
from audit.mirror.copy import Copy
from audit.note import SigningKey
from audit.successor import MAX_LOGS_BEFORE, SUCCESSOR_TYPE, Cause, Successor
from audit.verifier.limits import MAX_SUCCESSORS
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from scenes.mirrored import Files, Story
from scenes.model_disk import QuickDisk

LOG = SigningKey.generate("example.com/log")
DEAD = "dead.example/log"
ENTRIES = 300


class Followed:
    """A log that says `said(the tree of the one before)` of the log before it, and hands on what that
    one had.
    """

    def __init__(self, folder, said: Callable[[TreeHead], Successor]) -> None:
        self.folder, story = folder, Story()
        handed_on = story.some(1, ENTRIES)
        before = TreeHead(ENTRIES, merkle.root_of(map(merkle.leaf_hash, handed_on)))
        facts = said(before).facts()
        first = story.next(0, type=SUCCESSOR_TYPE, chain=f"log:{LOG.name}", facts=facts)
        self.write([first, *handed_on])

    def write(self, bodies: list[bytes]) -> None:
        store = FileLockBackend(self.folder / "store")
        with MerkleLog.init(self.folder / "log", store, LOG, disk=QuickDisk()) as log:
            log.append(bodies)

    def copy(self) -> Copy:
        return Copy(self.folder / "mirror", LOG.verifying_key, disk=QuickDisk())

    def pull(self) -> None:
        self.copy().pull(Files(self.folder / "log"))

    def verdict(self) -> Verdict:
        keys = parse_keys(f"{LOG.verifying_key.vkey}\n".encode(), "keys")
        return verify(self.folder / "log", make_trust(keys, None, outside=True)).verdict


def after(head: TreeHead, origin: str = DEAD, **more) -> Successor:
    told = {"carried": head.size, "recorded": head.size, "cause": Cause.KEY_ROTATION} | more
    return Successor(origin, head, **told)


FALSE = {
    "another root": lambda head: after(TreeHead(head.size, b"\7" * 32)),
    "it follows itself": lambda head: after(head, LOG.name),
    "more recorded than there are": lambda head: after(head, recorded=ENTRIES + 1),
    "a loss that a new key is no reason for": lambda head: after(head, carried=ENTRIES - 1),
    "a loss that a new name is no reason for": lambda head: after(
        head, carried=0, cause=Cause.ORIGIN_CHANGED
    ),
}
TRUE = {
    "all of it": after,
    "some lost": lambda head: after(
        TreeHead(ENTRIES + 9, b"\7" * 32), carried=ENTRIES, recorded=ENTRIES, cause=Cause.LOG_LOST
    ),
    "none of it was logged": lambda _head: after(EMPTY_HEAD, recorded=ENTRIES),
}


@pytest.mark.parametrize("what", FALSE)
def test_what_a_verifier_refuses_a_mirror_does_not_cosign(tmp_path, what):
    log = Followed(tmp_path, FALSE[what])
    assert log.verdict() is Verdict.TAMPERED
    for _ in range(2):
        with pytest.raises(EntryRefused, match=r"^entry 0 of the log, log:example.com/log#0: "):
            log.pull()
    assert log.copy().head.size == 0


@pytest.mark.parametrize("what", TRUE)
def test_what_it_lets_pass_a_mirror_cosigns(tmp_path, what):
    log = Followed(tmp_path, TRUE[what])
    assert log.verdict() is Verdict.GOOD
    log.pull()
    assert log.copy().head.size == 1 + ENTRIES


def test_a_copy_that_was_made_with_older_rules_is_judged_again(tmp_path, monkeypatch):
    log = Followed(tmp_path, FALSE["another root"])
    with monkeypatch.context() as patch:
        patch.setattr(LogsBefore, "judge", lambda *_: None)
        log.pull()
    with pytest.raises(EntryRefused):
        log.copy()


@pytest.mark.parametrize(("more", "verdict"), [(0, Verdict.GOOD), (1, Verdict.TAMPERED)])
def test_there_is_a_last_log_before(tmp_path, more, verdict):
    """Both stop where the desk does not go on."""
    assert MAX_SUCCESSORS == MAX_LOGS_BEFORE
    log, story = Followed.__new__(Followed), Story()
    log.folder = tmp_path
    count = MAX_SUCCESSORS + more
    names = [LOG.name, *(f"dead.example/{number}" for number in range(count))]
    log.write(
        [
            story.next(at, type=SUCCESSOR_TYPE, chain=f"log:{names[at]}",
                       facts=after(EMPTY_HEAD, names[at + 1], recorded=count - 1 - at).facts())
            for at in range(count)
        ]
    )  # fmt: skip
    assert log.verdict() is verdict
    if verdict is Verdict.GOOD:
        log.pull()
    else:
        with pytest.raises(EntryRefused, match="at most 100 logs before"):
            log.pull()
