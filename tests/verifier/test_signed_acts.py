"""Packages with signed decisions: clean ones raise no alarm, and each forgery is found."""

import json
from pathlib import Path

import pytest
from scene import CASE, LOG_KEY, ORIGIN, Scene, trust
from signing import ANNA, BERT, Signer, members_after, sign_decision

from audit import act, canonical
from audit.checkpoint_store import FileLockBackend
from audit.entry import Entry
from audit.log import MerkleLog
from audit.package.writing import write_folder, write_zip
from audit.verifier import actor
from audit.verifier.entry import parse_leaf
from audit.verifier.report import Report, Verdict
from audit.verifier.verify import verify

VECTOR = json.loads(
    (Path(__file__).parents[1] / "audit" / "vectors" / "act-v1.json").read_text(encoding="utf-8")
)


def verified(scene: Scene, tmp_path: Path, name: str = "package") -> Report:
    write = write_zip if name.endswith(".zip") else write_folder
    write(scene.build(), tmp_path / name)
    return verify(tmp_path / name, trust())


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


@pytest.mark.parametrize("form", ["sealed", "archive"])
@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_a_signed_decision_is_said_to_be_signed(tmp_path, form, name):
    scene = Scene(tmp_path / "recordings", form=form)
    sign_decision(scene)
    report = verified(scene, tmp_path, name)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["decisions"] == {"signed": 1, "weaker": 1, "unsigned": 0}


def test_an_unsigned_decision_is_said_to_be_unsigned(scene, tmp_path):
    report = verified(scene, tmp_path)
    assert report.verdict is Verdict.GOOD
    assert report.status["decisions"] == {"signed": 0, "weaker": 0, "unsigned": 1}


def test_both_implementations_sign_the_same_bytes():
    entry = Entry(**VECTOR["entry"], akey=VECTOR["akey"], asig=VECTOR["asig"])
    leaf = parse_leaf(entry.encode(), "vector")
    assert actor.signed_bytes(leaf, VECTOR["origin"]).decode() == VECTOR["signed_bytes"]
    assert act.signed_bytes(VECTOR["origin"], entry).decode() == VECTOR["signed_bytes"]
    facts = {"actor": entry.actor, "key": VECTOR["akey"], "kind": "webcrypto-p256"}
    facts |= {"public_key": VECTOR["public_key"]}
    enrolment = Entry(
        type="actor.key_enrolled", t=1, mono=1, chain=f"log:{VECTOR['origin']}", seq=0, prev=None,
        actor=entry.actor, role="reviewer", facts=facts,
    )  # fmt: skip
    told = parse_leaf(enrolment.encode(), "vector")
    assert actor.enrolment_faults(told, VECTOR["origin"]) == []
    assert actor.is_signed_by(leaf, actor.enrolled_key(told), VECTOR["origin"])
    assert not actor.is_signed_by(leaf, actor.enrolled_key(told), "other.example/log")


@pytest.mark.parametrize(
    "change",
    [
        {"asig": ANNA.id},
        {"asig": "AAAA"},
        {"asig": "not-base64"},
        {"t": 1_790_000_999_999},
        {"policy": {"decision": "allow", "reason": "other"}},
    ],
)
def test_what_is_signed_and_what_is_not(scene, tmp_path, change):
    """Times and the rule that allowed it are the operator's word, not the reviewer's."""
    sign_decision(scene)
    scene.act("decision.confirmed").raw = members_after(ANNA.sign, **change)
    found = codes(verified(scene, tmp_path))
    assert found == ({"actor.signature"} if "asig" in change else set())


def test_a_signature_moved_to_another_call_is_found(scene, tmp_path):
    sign_decision(scene)
    decision = scene.act("decision.confirmed")
    facts = decision.facts | {"call": None}
    decision.raw = members_after(ANNA.sign, facts=facts)
    assert codes(verified(scene, tmp_path)) == {"actor.signature"}


@pytest.mark.parametrize("call", ["a\nb", "", 7, ["x"]])
def test_a_call_that_is_none_can_be_signed_by_nobody(scene, tmp_path, call):
    sign_decision(scene)
    decision = scene.act("decision.confirmed")

    def signed(leaf: bytes) -> bytes:
        members = json.loads(leaf)
        members["facts"]["call"] = call
        return canonical.encode(members | {"akey": ANNA.id, "asig": "A" * 86 + "=="})

    decision.raw = signed
    assert "actor.signature" in codes(verified(scene, tmp_path))


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "invisible-ink"},
        {"kind": 7},
        {"key": BERT.id},
        {"more": True},
        {"public_key": "AAAA"},
        {"public_key": 7},
        {"public_key": "A" * 5_000},
    ],
)
def test_an_enrolment_says_what_it_must(scene, tmp_path, facts):
    sign_decision(scene, enrolment=ANNA.enrolment(**facts))
    assert "actor.enrolment" in codes(verified(scene, tmp_path))


def test_a_key_that_signed_nothing_is_no_part_of_a_package(scene, tmp_path):
    sign_decision(scene)
    scene.act("decision.confirmed").raw = bytes
    assert codes(verified(scene, tmp_path)) == {"actor.present"}


def test_a_proof_of_an_enrolment_is_held_to_the_checkpoint(scene, tmp_path):
    sign_decision(scene)
    path = f"proof/actors/{ANNA.id}.tlog-proof"
    write_folder(scene.build(), tmp_path / "package")
    (tmp_path / "package" / path).unlink()
    assert "proof.present" in codes(verify(tmp_path / "package", trust()))


def test_two_decisions_of_one_key_need_one_enrolment(scene, tmp_path):
    """Another entry that is signed may be of any type."""
    sign_decision(scene)
    scene.act("desk.case.issued").raw = ANNA.sign
    report = verified(scene, tmp_path)
    assert report.problems == []


def test_a_key_enrolled_by_somebody_in_anothers_name_is_found(scene, tmp_path):
    enrolled = Signer(13).enrolment()
    enrolled.members = {"actor": "S99"}
    sign_decision(scene, Signer(13), enrolled)
    assert codes(verified(scene, tmp_path)) == {"actor.person"}


def log_report(scene: Scene, tmp_path: Path) -> Report:
    leaves = [item.leaf for item in sorted(scene.write_log(), key=lambda item: item.index)]
    store = FileLockBackend(tmp_path / "store")
    with MerkleLog.init(tmp_path / "log", store, LOG_KEY) as log:
        log.append(leaves)
    return verify(tmp_path / "log", trust())


def log_problems(scene: Scene, tmp_path: Path) -> list[tuple[str, str]]:
    return [(one.code, one.record) for one in log_report(scene, tmp_path).problems]


DECISION = f"{CASE}#4"


def test_a_log_with_signed_acts_is_good(scene, tmp_path):
    sign_decision(scene)
    scene.acts.append(ANNA.revocation())
    assert log_problems(scene, tmp_path) == []


def test_a_log_lists_who_enrolled_how_many_keys_and_when(scene, tmp_path):
    """So that an auditor can ask each person whether they are hers."""
    second, other = Signer(31), Signer(32, "R77")
    scene.acts[:0] = [ANNA.enrolment(), second.enrolment(), second.revocation(), other.enrolment()]
    report = log_report(scene, tmp_path)
    told = {one["actor"]: one for one in report.status["enrolments"]["list"]}
    assert report.status["enrolments"]["count"] == len(told) == 2
    hers, others = told[ANNA.actor], told["R77"]
    assert (hers["enrolled"], hers["revoked"], len(hers["enrolled_ms"])) == (2, 1, 2)
    assert (others["enrolled"], others["revoked"]) == (1, 0)
    assert all(isinstance(time, int) for time in hers["enrolled_ms"])


def test_the_list_of_persons_stays_short_for_any_log(scene, tmp_path, monkeypatch):
    monkeypatch.setattr("audit.verifier.actor_keys.MAX_PERSONS", 2)
    monkeypatch.setattr("audit.verifier.actor_keys.MAX_TIMES", 1)
    scene.acts[:0] = [Signer(40 + n, f"R{n // 2}").enrolment() for n in range(8)]
    report = log_report(scene, tmp_path)
    told = report.status["enrolments"]
    assert (told["count"], len(told["list"])) == (4, 2)
    assert [(one["enrolled"], len(one["enrolled_ms"])) for one in told["list"]] == [(2, 1), (2, 1)]


def test_a_package_does_not_claim_that_no_key_was_revoked_before(scene, tmp_path):
    """Nothing in it shows that; the whole log does."""
    sign_decision(scene)
    scene.acts.insert(scene.acts.index(scene.act("decision.confirmed")), ANNA.revocation())
    report = verified(scene, tmp_path)
    assert codes(report) == set()
    assert "revoked before" in report.status["not_proved"]
    log = log_report(scene, tmp_path)
    assert codes(log) == {"log.actor_keys"}


def test_a_key_that_was_never_enrolled_shows(scene, tmp_path):
    scene.acts.remove(sign_decision(scene))
    assert log_problems(scene, tmp_path) == [("log.actor_keys", DECISION)]


def test_a_key_of_somebody_else_shows(scene, tmp_path):
    sign_decision(scene, BERT)
    assert log_problems(scene, tmp_path) == [("log.actor_keys", DECISION)]


def test_a_revoked_key_does_not_come_back(scene, tmp_path):
    enrolled = sign_decision(scene)
    at = scene.acts.index(enrolled) + 1
    scene.acts[at:at] = [ANNA.revocation(), ANNA.enrolment()]
    assert log_problems(scene, tmp_path) == [
        ("log.actor_keys", f"log:{ORIGIN}#2"),
        ("log.actor_keys", DECISION),
    ]


def test_a_key_is_not_given_to_somebody_else(scene, tmp_path):
    sign_decision(scene)
    taken = ANNA.enrolment(actor="S02")
    taken.members = {"actor": "S02"}
    scene.acts.append(taken)
    assert log_problems(scene, tmp_path) == [("log.actor_keys", f"log:{ORIGIN}#2")]


def test_an_enrolment_in_anothers_name_shows_in_the_log(scene, tmp_path):
    sign_decision(scene).members = {"actor": "S99"}
    assert log_problems(scene, tmp_path) == [("log.actor_keys", f"log:{ORIGIN}#0")]
