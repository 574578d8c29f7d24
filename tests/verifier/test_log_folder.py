"""A whole log: tiles, root, signature, and every chain; each check against a case of its own."""

import os
from collections.abc import Callable
from pathlib import Path

import device_requests
import pytest
from authenticated import two_signed
from log_files import story, write_log
from scene import CASE, LOG_KEY, ORIGIN, THIEF, Act, Scene, trust
from signing import ANNA, members_after, sign_decision
from succeeding import LOG_CASES
from tampering import VKEY, WITNESS, WITNESS_KEY, loose_base64

from audit import merkle, note
from audit.checkpoint_store import FileLockBackend
from audit.cosignature import cosign
from audit.log import MerkleLog
from audit.verifier import log_folder, stretch
from audit.verifier.cli import parse_receipt
from audit.verifier.digest import leaf_hash
from audit.verifier.log_folder import CHAIN_CHECKS, ENTRY_CHECKS, LOG_CHECKS, Checks
from audit.verifier.merkle import subtree_root
from audit.verifier.note import parse_checkpoint
from audit.verifier.report import Verdict
from audit.verifier.tile_tree import TileTree
from audit.verifier.trust import parse_policy
from audit.verifier.verify import verify

MANY = 300
"""More than one tile."""


def last_of(scene: Scene, seq: int, **members) -> bytes:
    """One more entry of the case's chain."""
    leaf = story(scene)[-1]
    act = Act(CASE, "desk.case.viewed", members=members)
    return scene.encode(act, seq, leaf_hash(leaf).hex(), {})


CASES: dict[str, Callable[[Scene, Path], dict | None]] = {}


def case(name: str):
    return lambda function: CASES.setdefault(name, function)


@case("log.entry_canonical")
def _spaces(scene, folder):
    scene.act("desk.case.completed").raw = lambda leaf: leaf.replace(b'"v":1', b'"v": 1')
    write_log(folder, story(scene), scene)


@case("log.entry_schema")
def _no_role(scene, folder):
    scene.act("desk.case.completed").members = {"role": ""}
    write_log(folder, story(scene), scene)


@case("log.unique")
def _two_histories(scene, folder):
    leaves = story(scene)
    before = [item for item in scene.write_log() if item.chain == CASE][-2]
    act = Act(CASE, "desk.case.withdrawn")
    second = scene.encode(act, before.seq + 1, leaf_hash(before.leaf).hex(), {})
    write_log(folder, [*leaves, second], scene)


@case("log.seq")
def _gap(scene, folder):
    leaves = story(scene)
    write_log(folder, [*leaves, last_of(scene, 9)], scene)


@case("log.prev")
def _another_past(scene, folder):
    leaves = story(scene)
    write_log(folder, [*leaves, last_of(scene, 7, prev="00" * 32)], scene)


@case("log.tiles")
def _hash_in_a_tile(scene, folder):
    leaves = story(scene)
    write_log(folder, leaves, scene)
    _flip(folder / "tile" / "0" / "000.p" / str(len(leaves)), 40)


@case("log.upper_tiles")
def _hash_in_an_upper_tile(scene, folder):
    write_log(folder, story(scene, MANY), scene)
    _flip(folder / "tile" / "1" / "000.p" / "1", 3)


@case("log.actor_keys")
def _signed_after_the_revocation(scene, folder):
    """What a page signs late: the desk refuses it, whoever writes the log himself does not."""
    sign_decision(scene)
    scene.acts.insert(scene.acts.index(scene.act("decision.confirmed")), ANNA.revocation())
    write_log(folder, story(scene), scene)


@case("log.actor_signatures")
def _forged_decision(scene, folder):
    sign_decision(scene)
    other = scene.act("desk.case.completed")
    other.raw = members_after(ANNA.sign, facts={"call": "another"})
    write_log(folder, story(scene), scene)


@case("log.actor_counters")
def _counts_anew(scene, folder):
    two_signed(scene, 7, 3)
    write_log(folder, story(scene), scene)


@case("log.root")
def _another_root(scene, folder):
    scene.change_body = lambda body: body.replace(
        body.split(b"\n")[2], note.encode_base64(bytes(32)).encode()
    )
    write_log(folder, story(scene), scene)


@case("log.checkpoint")
def _loose_root(scene, folder):
    def loose(body):
        origin, size, root, _ = body.decode().split("\n")
        return f"{origin}\n{size}\n{loose_base64(root)}\n".encode()

    scene.change_body = loose
    write_log(folder, story(scene), scene)


@case("log.signature")
def _another_key(scene, folder):
    scene.key = THIEF
    write_log(folder, story(scene), scene)


@case("log.known_keys")
def _bad_cosignature(scene, folder):
    scene.extra_signatures = [note.Signature(WITNESS.name, WITNESS.key_id, bytes(72))]
    write_log(folder, story(scene), scene)
    return {"trust": trust(VKEY, WITNESS.vkey)}


@case("log.quorum")
def _no_witness(scene, folder):
    write_log(folder, story(scene), scene)
    text = f"log {VKEY}\nwitness w {WITNESS.vkey}\nquorum w\n"
    return {"trust": trust(policy=parse_policy(text.encode(), "policy"))}


@case("log.cosigned")
def _fork_behind_the_witnesses(scene, folder):
    leaves = story(scene)
    write_log(folder, leaves, scene)
    kept = scene.checkpoint([*leaves[:9], b"what stood here once"])
    (folder / "checkpoint.cosigned").write_bytes(kept)


@case("log.since")
def _fork_after_an_entry(scene, folder):
    leaves = story(scene)
    kept = scene.checkpoint([*leaves[:9], b"what stood here once"])
    write_log(folder, leaves, scene)
    return {"since": parse_checkpoint(kept, "since")}


@case("log.receipt")
def _lost_decision(scene, folder):
    write_log(folder, story(scene), scene)
    return {"receipt": parse_receipt(f"{ORIGIN} 13 {'00' * 32}")}


for name, make in {**LOG_CASES, **device_requests.LOG_CASES}.items():

    @case(name)
    def _told_otherwise(scene, folder, make=make):
        make(scene)
        write_log(folder, story(scene), scene)


def test_witnesses_vouch_for_what_they_cosigned_last(tmp_path: Path, scene: Scene):
    """The newest checkpoint is ahead of it; it stands for the entries below."""
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    scene.witnesses.append((WITNESS, lambda body: cosign(WITNESS_KEY, body, 1_790_000_000)))
    beside = tmp_path / "log" / "checkpoint.cosigned"
    beside.write_bytes(scene.checkpoint(leaves[:15]))
    text = f"log {VKEY}\nwitness w {WITNESS.vkey}\nquorum w\n"
    known = trust(policy=parse_policy(text.encode(), "policy"))
    report = verify(tmp_path / "log", known)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["witnessed"] == {"k": 1, "n": 1, "size": 15}
    scene.key = THIEF
    beside.write_bytes(scene.checkpoint(leaves[:15]))
    codes = {problem.code for problem in verify(tmp_path / "log", known).problems}
    assert codes == {"log.quorum"}
    beside.write_bytes(b"no checkpoint")
    assert verify(tmp_path / "log", known).exit_code == 1


def _flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def all_but(name: str) -> Checks:
    registries = (ENTRY_CHECKS, CHAIN_CHECKS, LOG_CHECKS)
    return Checks(*({k: v for k, v in checks.items() if k != name} for checks in registries))


def test_every_check_has_its_case():
    assert set(CASES) == {*ENTRY_CHECKS, *CHAIN_CHECKS, *LOG_CHECKS}


@pytest.mark.parametrize("name", [*ENTRY_CHECKS, *CHAIN_CHECKS, *LOG_CHECKS])
def test_the_check_alone_finds_its_case(name: str, tmp_path: Path):
    extra = CASES[name](Scene(tmp_path / "recordings"), tmp_path / "log") or {}
    known = extra.pop("trust", trust())
    report = verify(tmp_path / "log", known, **extra)
    assert {problem.code for problem in report.problems} == {name}, report.problems
    without = verify(tmp_path / "log", known, **extra, log_checks=all_but(name))
    assert without.problems == []


@pytest.mark.parametrize("more", [0, MANY])
def test_a_clean_log_is_good(tmp_path: Path, scene: Scene, more: int):
    leaves = story(scene, more)
    write_log(tmp_path / "log", leaves, scene)
    kept = parse_checkpoint(scene.checkpoint(leaves[:11]), "since")
    receipt = parse_receipt(f"{ORIGIN} 13 {leaf_hash(leaves[13]).hex()}")
    report = verify(tmp_path / "log", trust(), since=kept, receipt=receipt)
    assert report.problems == []
    assert report.verdict is Verdict.GOOD
    assert report.size == report.entries == len(leaves)
    assert verify(tmp_path / "log").verdict is Verdict.UNANCHORED


def test_the_log_our_own_writer_makes_is_good(tmp_path: Path, scene: Scene):
    """In uneven batches, so that partial tiles come and go."""
    leaves = story(scene, MANY)
    store = FileLockBackend(tmp_path / "store")
    with MerkleLog.init(tmp_path / "log", store, LOG_KEY) as log:
        for start in (0, 1, 7, 250, 256, 300):
            log.append(leaves[start : {0: 1, 1: 7, 7: 250, 250: 256, 256: 300, 300: None}[start]])
            report = verify(tmp_path / "log", trust())
            assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.entries == len(leaves)


def test_a_changed_entry_is_named(tmp_path: Path, scene: Scene):
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    bundle = tmp_path / "log" / "tile" / "entries" / "000.p" / str(len(leaves))
    bundle.write_bytes(bundle.read_bytes().replace(b'"outlet"', b'"outleT"'))
    report = verify(tmp_path / "log", trust())
    assert "call:01JD00000000000000000000CA#0" in {problem.record for problem in report.problems}


def test_a_log_rolled_back_behind_a_kept_checkpoint_is_refused(tmp_path: Path, scene: Scene):
    leaves = story(scene)
    write_log(tmp_path / "log", leaves[:10], scene)
    kept = parse_checkpoint(scene.checkpoint(leaves), "since")
    report = verify(tmp_path / "log", trust(), since=kept)
    assert [problem.code for problem in report.problems] == ["log.since"]


def test_a_missing_or_torn_bundle_is_incomplete(tmp_path: Path, scene: Scene):
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    bundle = tmp_path / "log" / "tile" / "entries" / "000.p" / str(len(leaves))
    data = bundle.read_bytes()
    bundle.write_bytes(data[:-1])
    assert verify(tmp_path / "log", trust()).exit_code == 1
    bundle.unlink()
    assert verify(tmp_path / "log", trust()).exit_code == 1


def test_a_tree_knows_the_root_of_every_size_it_had():
    leaves = [leaf_hash(b"%d" % number) for number in range(3 * 256 + 7)]
    tree = TileTree()
    for start in range(0, len(leaves), 256):
        tile = leaves[start : start + 256]
        tree.add_tile(b"".join(tile), subtree_root(tile) if len(tile) == 256 else None)
    for size in (0, 1, 2, 255, 256, 257, 511, 512, 700, 768, len(leaves)):
        assert tree.root(size) == merkle.root_of(leaves[:size])
    assert tree.root(len(leaves) + 1) is None
    assert tree.hashes(0, 770, 9) == leaves[770:]
    assert tree.hashes(1, 0, 256) == [subtree_root(leaves[at : at + 256]) for at in (0, 256, 512)]
    assert tree.hashes(2, 0, 1) == []


def test_a_tree_of_three_tile_levels():
    tile = [leaf_hash(b"%d" % number) for number in range(256)]
    tree = TileTree()
    for _ in range(257):
        tree.add_tile(b"".join(tile), subtree_root(tile))
    tree.add_tile(tile[0], None)
    assert tree.hashes(2, 0, 9) == [subtree_root([subtree_root(tile)] * 256)]
    for size in (65_536, 65_537, 65_793):
        assert tree.root(size) == merkle.root_of((tile * 258)[:size])


@pytest.fixture
def two_processes(monkeypatch):
    monkeypatch.setattr(log_folder, "WORTH_SHARING", 0)
    monkeypatch.setattr(log_folder, "forks", lambda: 2)
    monkeypatch.setattr(stretch, "BUNDLES", 1)


@pytest.mark.parametrize("name", [*ENTRY_CHECKS, *CHAIN_CHECKS, *LOG_CHECKS])
def test_two_processes_find_what_one_finds(name: str, tmp_path: Path, two_processes):
    extra = CASES[name](Scene(tmp_path / "recordings"), tmp_path / "log") or {}
    report = verify(tmp_path / "log", extra.pop("trust", trust()), **extra)
    assert {problem.code for problem in report.problems} == {name}, report.problems


def test_a_process_that_dies_is_no_good_verdict(tmp_path: Path, scene: Scene, two_processes):
    write_log(tmp_path / "log", story(scene, MANY), scene)
    assert verify(tmp_path / "log", trust()).verdict is Verdict.GOOD

    def dies(_seen):
        os._exit(9)

    report = verify(tmp_path / "log", trust(), log_checks=Checks(entry={"dies": dies}))
    assert [problem.code for problem in report.problems] == ["unreadable"]


def test_hashes_alone_find_a_change_and_say_that_chains_were_not_checked(
    tmp_path: Path, scene: Scene
):
    leaves = story(scene, MANY)
    write_log(tmp_path / "log", leaves, scene)
    report = verify(tmp_path / "log", trust(), hashes_only=True)
    assert (report.verdict, report.status["chains"]) == (Verdict.GOOD, "not checked")
    bundle = tmp_path / "log" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b'"outlet"', b'"outleT"'))
    found = {problem.code for problem in verify(tmp_path / "log", hashes_only=True).problems}
    assert {"log.tiles", "log.root"} <= found
