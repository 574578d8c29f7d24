"""A log that follows another: what was kept and printed under the old name can still be checked."""

import json
from pathlib import Path

import pytest
import signing
from log_files import story, write_log
from scene import LOG_KEY, ORIGIN, Scene, trust
from signing import sign_decision
from succeeding import OLD, OLDER, begin_with, succeed

from audit import merkle, note
from audit.package.writing import write_folder
from audit.verifier.cli import parse_receipt
from audit.verifier.digest import leaf_hash
from audit.verifier.note import parse_checkpoint
from audit.verifier.report import Verdict
from audit.verifier.successor import Predecessor
from audit.verifier.verify import verify

OLD_KEY = note.SigningKey.generate(OLD)
KEYS = (LOG_KEY.verifying_key.vkey, OLD_KEY.verifying_key.vkey)


def kept(leaves: list[bytes], key: note.SigningKey = OLD_KEY):
    """A checkpoint of the log before, as somebody has it."""
    root = note.encode_base64(merkle.root_of(map(merkle.leaf_hash, leaves)))
    body = f"{key.name}\n{len(leaves)}\n{root}\n".encode()
    return parse_checkpoint(note.sign(body, key).encode(), "since")


@pytest.fixture
def followed(tmp_path: Path, scene: Scene):
    """The folder of a log that follows another, and the leaves of that one."""
    first = succeed(scene)
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    return tmp_path / "log", leaves[1 : 1 + first.facts["size"]]


def codes(report) -> set[str]:
    return {problem.code for problem in report.problems}


def test_it_is_good_and_says_whom_it_follows(followed):
    folder, old = followed
    report = verify(folder, trust())
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    (told,) = report.status["succeeds"]
    assert (told["origin"], told["size"], told["lost"]) == (OLD, len(old), 0)


@pytest.mark.parametrize("size", [1, 9, None])
def test_a_checkpoint_of_the_log_before_is_extended(followed, size):
    folder, old = followed
    report = verify(folder, trust(*KEYS), since=kept(old[:size]))
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)


def test_one_of_another_history_is_not(followed):
    folder, old = followed
    for other in ([*old[:5], b"what stood here once"], [*old, b"signed by a thief afterwards"]):
        report = verify(folder, trust(*KEYS), since=kept(other))
        assert codes(report) == {"log.since"}


def test_the_new_key_is_believed_from_outside_alone(followed):
    """A stolen key can sign whatever it likes, a hand-over too."""
    folder, old = followed
    assert codes(verify(folder, trust(KEYS[1]))) == {"log.signature"}
    assert codes(verify(folder, trust(KEYS[0]), since=kept(old[:9]))) == {"log.since"}


def test_a_receipt_of_the_log_before_is_found_one_place_further_on(followed):
    folder, old = followed
    paper = f"{OLD} 13 {leaf_hash(old[13]).hex()}"
    report = verify(folder, trust(), receipt=parse_receipt(paper))
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["receipt"] == {"origin": OLD, "index": 13, "index_here": 14}
    for other in (
        f"{OLD} 14 {leaf_hash(old[13]).hex()}",
        f"{OLD} 13 {'00' * 32}",
        f"{ORIGIN} 13 {leaf_hash(old[13]).hex()}",
        f"{OLDER} 13 {leaf_hash(old[13]).hex()}",
    ):
        assert codes(verify(folder, trust(), receipt=parse_receipt(other))) == {"log.receipt"}


def test_what_was_lost_is_said_and_refused_where_it_is_asked_for(tmp_path: Path, scene: Scene):
    """The old log had three entries more than the database that was brought back."""
    first = succeed(scene)
    size = first.facts["size"]
    first.facts |= {"cause": "log_lost", "size": size + 3, "root": "ab" * 32}
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    report = verify(tmp_path / "log", trust(*KEYS), since=kept(leaves[1 : size + 1]))
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["succeeds"][0]["lost"] == 3
    newer = kept([*leaves[1 : size + 1], b"one that is lost"])
    assert codes(verify(tmp_path / "log", trust(*KEYS), since=newer)) == {"log.since"}


@pytest.mark.parametrize("cause", ["key_rotation", "origin_changed"])
def test_a_new_key_or_name_is_no_reason_to_lose_entries(tmp_path: Path, scene: Scene, cause: str):
    """Else one lost entry would excuse that everything before it was rewritten."""
    first = succeed(scene)
    first.facts |= {"cause": cause, "root": "cd" * 32, "carried": first.facts["size"] - 1}
    write_log(tmp_path / "log", story(scene), scene)
    assert codes(verify(tmp_path / "log", trust())) == {"log.successor_facts"}
    write_folder(scene.build(), tmp_path / "package")
    assert codes(verify(tmp_path / "package", trust())) == {"successor.facts"}


def test_the_verdict_asks_for_what_the_old_witnesses_know(tmp_path: Path, scene: Scene):
    """A rewritten log says of the one before it whatever fits; behind a loss nothing is computed."""
    first = succeed(scene, cause="log_lost", root="cd" * 32)
    size = first.facts["size"]
    first.facts["carried"] = size - 1
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    report = verify(tmp_path / "log", trust())
    assert report.verdict is Verdict.GOOD
    asked = f"--since and the newest checkpoint that witnesses of {OLD} have"
    assert asked in report.status["succeeds_check"]
    rewritten = [b"what stood here once", *leaves[2 : size + 1]]
    report = verify(tmp_path / "log", trust(*KEYS), since=kept(rewritten[: size - 1]))
    assert codes(report) == {"log.since"}
    assert "succeeds_check" not in report.status


def test_a_log_may_follow_one_that_followed_another(tmp_path: Path, scene: Scene):
    for act in scene.acts:
        act.chain = act.chain.replace(f"log:{ORIGIN}", f"log:{OLD}")
    older = [item.leaf for item in scene.write_log()]
    succeed(scene, origin=OLD, old=OLDER)
    succeed(scene)
    leaves = story(scene)
    write_log(tmp_path / "log", leaves, scene)
    report = verify(tmp_path / "log", trust())
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert [one["origin"] for one in report.status["succeeds"]] == [OLD, OLDER]
    leaf = next(leaf for leaf in older if b"decision.confirmed" in leaf)
    place = leaves.index(leaf)
    for origin, index in ((ORIGIN, place), (OLD, place - 1), (OLDER, place - 2)):
        paper = parse_receipt(f"{origin} {index} {leaf_hash(leaf).hex()}")
        assert verify(tmp_path / "log", trust(), receipt=paper).problems == []


def test_chains_begin_in_the_log_that_has_them(tmp_path: Path, scene: Scene):
    """A successor is no leave to drop the beginning of a chain."""
    succeed(scene, carried=0, recorded=0, cause="log_lost")
    leaves = story(scene)
    write_log(tmp_path / "log", [leaves[0], *leaves[2:]], scene)
    assert {"log.seq"} <= codes(verify(tmp_path / "log", trust()))


class TestPackages:
    def build(self, scene: Scene, folder: Path) -> Path:
        write_folder(scene.build(), folder)
        return folder

    def test_a_package_says_which_logs_came_before(self, tmp_path: Path, scene: Scene):
        succeed(scene)
        report = verify(self.build(scene, tmp_path / "package"), trust())
        assert (report.problems, report.verdict) == ([], Verdict.GOOD)
        assert [one["origin"] for one in report.status["succeeds"]] == [OLD]

    def test_a_receipt_printed_under_the_old_name_is_held_against_it(
        self, tmp_path: Path, scene: Scene
    ):
        old = scene.write_log()
        decision = old[scene.acts.index(scene.act("decision.confirmed"))]
        succeed(scene)
        package = self.build(scene, tmp_path / "package")
        leaf = leaf_hash(decision.leaf).hex()
        paper = parse_receipt(f"{OLD} {decision.index} {leaf}")
        report = verify(package, trust(), receipt=paper)
        assert (report.problems, report.verdict) == ([], Verdict.GOOD)
        assert report.status["receipt"]["index_here"] == decision.index + 1
        for other in (
            f"{OLD} {decision.index} {'00' * 32}",
            f"{OLD} {decision.index + 500} {leaf}",
            f"{OLDER} {decision.index} {leaf}",
        ):
            report = verify(package, trust(), receipt=parse_receipt(other))
            assert codes(report) == {"outside.receipt"}

    @pytest.mark.parametrize("indices", [(), (1,), (0,), (0, 2), (0, 1, 2)], ids=str)
    def test_how_its_log_began_cannot_be_left_away(
        self, tmp_path: Path, scene: Scene, indices: tuple[int, ...]
    ):
        """An operator who seals the package himself, to say nothing of a log whose end cost entries."""
        succeed(scene, cause="log_lost", size=900, carried=3, root="ab" * 32)
        begin_with(scene, *indices)
        report = verify(self.build(scene, tmp_path / "package"), trust())
        (problem,) = report.problems
        missing = problem.found == "missing"
        assert problem.code == ("successor.present" if missing else "successor.place")
        assert problem.path.startswith("proof/beginning/0000000")

    def test_so_it_is_of_a_log_that_followed_none(self, tmp_path: Path, scene: Scene):
        begin_with(scene)
        report = verify(self.build(scene, tmp_path / "package"), trust())
        (problem,) = report.problems
        assert (problem.code, problem.found) == ("successor.present", "missing")

    def test_a_checkpoint_of_the_log_before_needs_the_log(self, tmp_path: Path, scene: Scene):
        succeed(scene)
        package = self.build(scene, tmp_path / "package")
        (problem,) = verify(package, trust(*KEYS), since=kept([b"x"])).problems
        assert (problem.code, problem.found) == ("outside.since", OLD)

    @pytest.fixture
    def signed_before(self, scene: Scene, monkeypatch):
        """A decision that was signed while the log had its old name."""
        monkeypatch.setattr(signing, "ORIGIN", OLD)
        sign_decision(scene)
        return scene

    def test_a_signature_made_for_the_old_log_verifies(self, tmp_path: Path, signed_before: Scene):
        succeed(signed_before)
        report = verify(self.build(signed_before, tmp_path / "package"), trust())
        assert (report.problems, report.verdict) == ([], Verdict.GOOD)
        write_log(tmp_path / "log", story(signed_before), signed_before)
        assert verify(tmp_path / "log", trust()).problems == []

    @pytest.mark.parametrize("recorded", [1, 0])
    def test_but_none_that_was_made_for_it_later(
        self, tmp_path: Path, signed_before: Scene, recorded: int
    ):
        """The entry was recorded when the log had its new name: nobody may choose an older one."""
        succeed(signed_before, carried=0, recorded=recorded, cause="log_lost")
        report = verify(self.build(signed_before, tmp_path / "package"), trust())
        assert codes(report) == {"actor.signature", "actor.enrolment"}
        write_log(tmp_path / "log", story(signed_before), signed_before)
        found = codes(verify(tmp_path / "log", trust()))
        assert found == {"log.actor_keys", "log.actor_signatures"}


def test_a_log_does_not_follow_itself(tmp_path: Path, scene: Scene):
    succeed(scene, origin=ORIGIN, old=ORIGIN)
    write_log(tmp_path / "log", story(scene), scene)
    assert "log.successor" in codes(verify(tmp_path / "log", trust()))


def test_facts_of_odd_types_stop_nothing(tmp_path: Path, scene: Scene):
    for name in sorted(succeed(scene).facts):
        for odd in (None, True, -1, "x", [], {}, 2**53 - 1):
            other = Scene(tmp_path / "other")
            succeed(other).facts[name] = odd
            write_log(tmp_path / f"{name}-{odd!s}"[:40], story(other), other)
            found = codes(verify(tmp_path / f"{name}-{odd!s}"[:40], trust()))
            assert bool(found) != ((name, odd) == ("origin", "x")), (name, odd)
            assert "unreadable" not in found


def test_what_a_report_says_of_the_log_before_can_always_be_printed():
    said = Predecessor("\ud800" * 500, 1, bytes(32), 1, 1, "x" * 40_000).said()
    assert len(json.dumps(said, ensure_ascii=False).encode()) < 2_000
