"""Decisions signed by an authenticator: clean ones raise no alarm, and each rule finds its case."""

import json
from pathlib import Path

import pytest
from authenticated import BROKEN, EXTENDED, Holder, two_signed
from scene import CASE, LOG_KEY, Scene, trust
from signing import ANNA, members_after, sign_decision

from audit import note
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.package.writing import write_folder, write_zip
from audit.verifier.assertion import RULES
from audit.verifier.cli import as_text
from audit.verifier.report import Report, Verdict
from audit.verifier.verify import verify
from scenes.authenticator import Authenticator

DORA = Holder(40)
DECISION = f"{CASE}#4"


def verified(scene: Scene, tmp_path: Path, name: str = "package") -> Report:
    write = write_zip if name.endswith(".zip") else write_folder
    write(scene.build(), tmp_path / name)
    return verify(tmp_path / name, trust())


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


@pytest.mark.parametrize("name", ["package", "package.zip"])
@pytest.mark.parametrize("by", [DORA, EXTENDED], ids=["plain", "with an extension"])
def test_a_decision_signed_by_an_authenticator_is_not_weaker(scene, tmp_path, by, name):
    sign_decision(scene, by)
    report = verified(scene, tmp_path, name)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["decisions"] == {"signed": 1, "weaker": 0, "unsigned": 0}
    assert "较弱" not in as_text(report)


def test_a_key_in_a_browsers_store_is_said_to_be_weaker(scene, tmp_path):
    sign_decision(scene, ANNA)
    text = as_text(verified(scene, tmp_path))
    assert "1 个决定由浏览器密钥签名，效力较弱" in text


def test_every_rule_has_its_case():
    assert set(BROKEN) == set(RULES)


@pytest.mark.parametrize("rule", list(RULES))
def test_the_rule_alone_finds_its_case(scene, tmp_path, monkeypatch, rule):
    sign_decision(scene, BROKEN[rule])
    report = verified(scene, tmp_path)
    assert codes(report) == {"actor.assertion"}
    assert {problem.record for problem in report.problems} == {DECISION}
    monkeypatch.delitem(RULES, rule)
    assert verify(tmp_path / "package", trust()).problems == []


@pytest.mark.parametrize("counters", [(0, 0), (1, 2), (7, 4_000_000_000), (0, 1)])
def test_a_counter_that_goes_on_or_stands_at_nought_is_none_of_a_copy(scene, tmp_path, counters):
    two_signed(scene, *counters)
    assert verified(scene, tmp_path).problems == []


@pytest.mark.parametrize("counters", [(1, 1), (2, 1), (1, 0)])
def test_one_that_goes_back_is(scene, tmp_path, counters):
    two_signed(scene, *counters)
    (problem,) = verified(scene, tmp_path).problems
    assert (problem.code, problem.record) == ("actor.counter", f"{CASE}#5")
    assert problem.found == str(counters[1])


def parts(leaf: bytes) -> list[str]:
    return json.loads(leaf)["asig"].split(".")


def flipped(part: str) -> str:
    data = bytearray(note.decode_base64(part))
    data[-1] ^= 1
    return note.encode_base64(bytes(data))


def joined(made: list[str]) -> str:
    return ".".join(made)


FORGERIES = {
    "another signature": lambda p: joined([p[0], p[1], flipped(p[2])]),
    "more space in clientDataJSON": lambda p: joined(
        [p[0], note.encode_base64(note.decode_base64(p[1]) + b" "), p[2]]
    ),
    "another counter": lambda p: joined([flipped(p[0]), p[1], p[2]]),
    "two parts": lambda p: joined(p[:2]),
    "four parts": lambda p: joined([*p, p[2]]),
    "loose base64": lambda p: joined([p[0].rstrip("="), p[1], p[2]]),
    "too short": lambda p: joined([note.encode_base64(bytes(36)), p[1], p[2]]),
    "no JSON": lambda p: joined([p[0], note.encode_base64(b"{'type'"), p[2]]),
    "no object": lambda p: joined([p[0], note.encode_base64(b"[]"), p[2]]),
    "no number": lambda p: joined([p[0], note.encode_base64(b'{"type":NaN}'), p[2]]),
    "no UTF-8": lambda p: joined([p[0], note.encode_base64(b"\xff"), p[2]]),
    "no DER": lambda p: joined([p[0], p[1], note.encode_base64(bytes(64))]),
    "a raw signature": lambda p: ANNA.id,
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_what_the_key_did_not_sign_is_found(scene, tmp_path, forged):
    sign_decision(scene, DORA)

    def change(leaf: bytes) -> bytes:
        signed = DORA.sign(leaf)
        return members_after(lambda _: signed, asig=forged(parts(signed)))(leaf)

    scene.act("decision.confirmed").raw = change
    assert codes(verified(scene, tmp_path)) == {"actor.signature"}


def test_an_authenticator_of_somebody_else_with_a_stolen_enrolment(scene, tmp_path):
    """The right words about the right act, by another key."""
    sign_decision(scene, DORA)
    thief = Holder(41)
    thief.id = DORA.id
    scene.act("decision.confirmed").raw = thief.sign
    assert codes(verified(scene, tmp_path)) == {"actor.signature"}


def test_an_assertion_is_no_signature_of_a_key_in_a_browsers_store(scene, tmp_path):
    """Nor can an enrolment be read as one of the other kind."""
    sign_decision(scene, DORA, super(Holder, DORA).enrolment())
    assert codes(verified(scene, tmp_path)) == {"actor.signature"}


@pytest.mark.parametrize(
    "facts",
    [
        {"rp_id": "other.example"},
        {"rp_id": "dow.example"},
        {"rp_id": "Window.example"},
        {"rp_id": ""},
        {"rp_id": 7},
        {"web_origin": "http://hall.window.example"},
        {"web_origin": "https://hall.window.example/"},
        {"web_origin": "https://hall.window.example:443"},
        {"web_origin": "https://u@hall.window.example"},
        {"web_origin": "https://hall.window.example:x"},
        {"web_origin": "https://192.0.2.7", "rp_id": "192.0.2.7"},
        {"web_origin": 7},
        {"more": True},
        {"kind": "webcrypto-p256"},
    ],
)
def test_an_enrolment_names_a_site_that_can_be_one(scene, tmp_path, facts):
    sign_decision(scene, DORA, DORA.enrolment(**facts))
    assert "actor.enrolment" in codes(verified(scene, tmp_path))


@pytest.mark.parametrize("origin", ["http://localhost:8080", "http://localhost"])
def test_a_demonstration_on_one_machine_needs_no_certificate(scene, tmp_path, origin):
    local = Holder(42)
    local.device = Authenticator(42, "localhost", origin)
    sign_decision(scene, local, local.enrolment(rp_id="localhost", web_origin=origin))
    assert verified(scene, tmp_path).problems == []


def log_problems(scene: Scene, tmp_path: Path) -> list[tuple[str, str]]:
    leaves = [item.leaf for item in sorted(scene.write_log(), key=lambda item: item.index)]
    with MerkleLog.init(tmp_path / "log", FileLockBackend(tmp_path / "store"), LOG_KEY) as log:
        log.append(leaves)
    return [(one.code, one.record) for one in verify(tmp_path / "log", trust()).problems]


def test_a_log_with_assertions_is_good(scene, tmp_path):
    two_signed(scene, 3, 4)
    assert log_problems(scene, tmp_path) == []


@pytest.mark.parametrize("rule", list(RULES))
def test_the_auditor_of_the_whole_log_finds_the_same(scene, tmp_path, rule):
    sign_decision(scene, BROKEN[rule])
    assert log_problems(scene, tmp_path) == [("log.actor_signatures", DECISION)]
