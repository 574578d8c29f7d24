"""The operator of a real installation, who has its log key too, shows another history: whoever
docs/threats.md names finds it out, by what it holds and nothing else.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from audit import cosignature, merkle
from audit.checkpoint import SignedCheckpoint
from audit.checkpoint_store import FileLockBackend
from audit.entry import Entry
from audit.log import MerkleLog, directory_reader, read_published
from audit.mirror.chains import EntryRefused
from audit.mirror.mirror import Mirror
from audit.note import Note, SigningKey
from audit.verifier.cli import parse_receipt
from audit.verifier.note import parse_checkpoint
from audit.verifier.trust import Trust, make_trust, parse_keys, parse_policy
from audit.verifier.verify import verify
from audit.witness.refusals import NotConsistent, OtherOldSize, OtherRoot, Refused
from audit.witness.request import AddCheckpoint
from audit.witness.witness import Witness, follow
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.log.setup import load_log_key
from scenes import case_scene
from scenes.mirrored import Files

WITNESS = SigningKey.generate("witness.example")
MIRROR = SigningKey.generate("mirror.example")


@dataclass(frozen=True)
class House:
    """A decided case in a real log, and what those outside hold of it: the witness's and the mirror's
    folders, a checkpoint that somebody kept, the citizen's receipt, a policy.
    """

    key: SigningKey
    entries: tuple[bytes, ...]
    outside: Path
    receipt: str

    @property
    def kept(self) -> bytes:
        return (self.outside / "kept.txt").read_bytes()

    @property
    def keys(self) -> Trust:
        vkey = self.key.verifying_key.vkey
        return make_trust(parse_keys(f"{vkey}\n".encode(), "keys"), None, outside=True)

    @property
    def policy(self) -> Trust:
        vkey = cosignature.witness_key(WITNESS).vkey
        text = f"log {self.key.verifying_key.vkey}\nwitness w {vkey}\nquorum w\n"
        return make_trust((), parse_policy(text.encode(), "policy"), outside=True)

    def place(self, type_: str) -> int:
        """Index of the last entry of this type."""
        return max(n for n, body in enumerate(self.entries) if Entry.decode(body).type == type_)

    def at(self, index: int, **members: object) -> bytes:
        return replace(Entry.decode(self.entries[index]), **members).encode()


@dataclass(frozen=True)
class Shown:
    """A log folder that the operator made of other entries, and signed."""

    folder: Path
    signed: SignedCheckpoint

    def request(self, old: int) -> bytes:
        """With the proof that there would be, if the tree before were a beginning of this one."""
        size = self.signed.head.size
        reader = directory_reader(self.folder, size)
        proof = reader.consistency_proof(old, size) if 0 < old < size else ()
        return AddCheckpoint(min(old, size), tuple(proof), self.signed.encode()).encode()


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    root = tmp_path_factory.mktemp("rewritten")
    data, outside = DataDir(root / "data"), root / "outside"
    vkey = init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data) as installation:
        desk = case_scene.Desk(installation, case_scene.seeded_city(installation))
        desk.decided(desk.in_review())
        desk.decided(desk.in_review())
        while installation.sequencer.turn():
            pass
    signed, reader = read_published(data.log, vkey)
    entries = tuple(reader.entries())
    shown = Shown(data.log, signed)
    outside.mkdir()
    (outside / "kept.txt").write_bytes(signed.encode())
    follow(outside / "witness", vkey)
    follow(outside / "mirror", vkey)
    _witness(outside, vkey).add_checkpoint(shown.request(0))
    _mirror(outside, vkey, data.log).pull()
    house = House(load_log_key(data.log_key), entries, outside, "")
    at = house.place("decision.confirmed")
    leaf = merkle.leaf_hash(entries[at]).hex()
    return replace(house, receipt=f"{vkey.name} {at} {leaf}")


def _witness(outside, vkey):
    return Witness(outside / "witness", WITNESS, [vkey], lambda: int(time.time()))


def _mirror(outside, vkey, log):
    return Mirror(outside / "mirror", MIRROR, vkey, Files(log), lambda: int(time.time()))


@pytest.fixture
def outside(house: House, tmp_path: Path) -> House:
    """Of each test: what those outside hold."""
    shutil.copytree(house.outside, tmp_path / "outside")
    return replace(house, outside=tmp_path / "outside")


def show(house: House, folder: Path, entries: Sequence[bytes]) -> Shown:
    """By somebody who has the key, and a checkpoint store that knows nothing."""
    store = FileLockBackend(folder / "store")
    with MerkleLog.init(folder / "log", store, house.key) as log:
        log.append(entries)
        return Shown(folder / "log", log.checkpoint)


def asks(house: House, shown: Shown) -> Witness:
    """The witness, after it refused; it is asked from where it stands."""
    witness = _witness(house.outside, house.key.verifying_key)
    with pytest.raises(Refused) as refused:
        witness.add_checkpoint(shown.request(len(house.entries)))
    assert isinstance(refused.value, NotConsistent | OtherRoot | OtherOldSize)
    assert witness.head(house.key.name).size == len(house.entries)
    return witness


def codes(shown: Shown, trust: Trust, **brought: object) -> set[str]:
    return {problem.code for problem in verify(shown.folder, trust, **brought).problems}


def keeper(house: House, shown: Shown) -> set[str]:
    return codes(shown, house.keys, since=parse_checkpoint(house.kept, "kept"))


def forked(house: House, at: int, more: int = 0) -> list[bytes]:
    """Another history from entry `at` on: chains of a case that nobody knows."""
    heads, made = None, []
    for seq in range(len(house.entries) - at + more):
        chain = "case:01JD00000000000000000000ZZ"
        body = house.at(0, chain=chain, seq=seq, prev=heads, refs={}, type="desk.case.noted")
        heads = merkle.leaf_hash(body).hex()
        made.append(body)
    return [*house.entries[:at], *made]


def test_the_honest_log_satisfies_everybody(outside: House, tmp_path: Path):
    shown = show(outside, tmp_path, outside.entries)
    assert keeper(outside, shown) == set()
    assert codes(shown, outside.keys, receipt=parse_receipt(outside.receipt)) == set()
    witness = _witness(outside.outside, outside.key.verifying_key)
    line = witness.add_checkpoint(shown.request(len(outside.entries)))
    signed = shown.signed.signed
    note = Note(signed.text, (*signed.signatures, line))
    (shown.folder / "checkpoint").write_bytes(note.encode())
    assert codes(shown, outside.policy) == set()
    mirror = _mirror(outside.outside, outside.key.verifying_key, shown.folder)
    assert mirror.pull().head == shown.signed.head


@pytest.mark.parametrize("more", [0, 3])
def test_a_fork_by_the_keeper_of_a_checkpoint_and_by_the_witness(outside, tmp_path, more):
    shown = show(outside, tmp_path, forked(outside, len(outside.entries) - 5, more))
    assert codes(shown, outside.keys) == set(), "by itself it is a good log"
    assert keeper(outside, shown) == {"log.since"}
    asks(outside, shown)


def test_a_split_view_by_the_witness_which_keeps_the_proof(outside, tmp_path):
    """One reader is shown the log that was cosigned; another is shown this one, of the same size."""
    shown = show(outside, tmp_path, forked(outside, 3))
    asks(outside, shown)
    (proof,) = (outside.outside / "witness" / "forks").iterdir()
    assert proof.read_bytes() == shown.signed.encode()
    assert codes(shown, outside.policy) == {"log.quorum"}


def test_a_rollback_by_the_witness_and_the_keeper(outside, tmp_path):
    shown = show(outside, tmp_path, outside.entries[:-4])
    assert codes(shown, outside.keys) == set()
    assert keeper(outside, shown) == {"log.since"}
    asks(outside, shown)


def test_a_stolen_key_by_whoever_verifies_with_a_policy(outside, tmp_path):
    """The thief's log has nothing of ours but the name and the key."""
    shown = show(outside, tmp_path, forked(outside, 0, more=20))
    assert codes(shown, outside.policy) == {"log.quorum"}
    asks(outside, shown)


def test_an_omitted_entry_by_the_citizen_and_the_witness(outside, tmp_path):
    """The log was written anew without the decision; the chain goes on from before it."""
    at = outside.place("decision.confirmed")
    chain = Entry.decode(outside.entries[at]).chain
    kept, before = list(outside.entries[:at]), Entry.decode(outside.entries[at]).prev
    for body in outside.entries[at + 1 :]:
        entry = Entry.decode(body)
        if entry.chain == chain:
            entry = replace(entry, seq=entry.seq - 1, prev=before)
            before = entry.leaf_hash().hex()
        kept.append(entry.encode())
    shown = show(outside, tmp_path, kept)
    assert codes(shown, outside.keys) == set(), "by itself it is a good log"
    receipt = parse_receipt(outside.receipt)
    assert "log.receipt" in codes(shown, outside.keys, receipt=receipt)
    asks(outside, shown)


def test_an_omitted_entry_whose_place_stays_empty_by_every_reader(outside, tmp_path):
    at = outside.place("decision.confirmed")
    later = outside.at(at, seq=Entry.decode(outside.entries[at]).seq + 1)
    shown = show(outside, tmp_path, [*outside.entries[:at], later])
    assert "log.seq" in codes(shown, outside.keys)


def test_a_place_used_twice_by_the_auditor_of_the_whole_log_and_by_the_mirror(outside, tmp_path):
    """Two outcomes of one decision: each of two packages could be good, the log is not."""
    at = outside.place("decision.confirmed")
    second = outside.at(at, c={"outcome": "ab" * 32})
    shown = show(outside, tmp_path, [*outside.entries, second])
    assert "log.unique" in codes(shown, outside.keys)
    assert keeper(outside, shown) == codes(shown, outside.keys), "to a keeper it only grew"
    mirror = _mirror(outside.outside, outside.key.verifying_key, shown.folder)
    with pytest.raises(EntryRefused, match="a second entry at its place"):
        mirror.pull()
    assert mirror.copy.head.size == len(outside.entries)
