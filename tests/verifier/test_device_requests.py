"""Requests of windows' devices: clean ones raise no alarm, and what is left out is named."""

import json
from pathlib import Path

import pytest
from device_requests import (
    LOG_CASES,
    OTHER_WINDOW,
    WINDOW,
    ask_by_device,
    clean_requests,
    of_window,
    say,
)
from scene import CALL, LOG_KEY, Act, Scene, trust
from signing import ANNA, sign_decision

from audit import canonical, device
from audit.checkpoint import TreeHead
from audit.checkpoint_store import FileLockBackend
from audit.device import Said
from audit.entry import Entry
from audit.log import MerkleLog
from audit.note import decode_base64
from audit.package.writing import write_folder
from audit.verifier import device as verifier
from audit.verifier.entry import parse_leaf
from audit.verifier.report import Report, Verdict
from audit.verifier.verify import verify

VECTOR = json.loads(
    (Path(__file__).parents[1] / "audit" / "vectors" / "request-v1.json").read_text("utf-8")
)


def verified(scene: Scene, folder: Path) -> Report:
    write_folder(scene.build(), folder / "package")
    return verify(folder / "package", trust())


def verified_log(scene: Scene, folder: Path) -> Report:
    leaves = [item.leaf for item in sorted(scene.write_log(), key=lambda item: item.index)]
    with MerkleLog.init(folder / "log", FileLockBackend(folder / "store"), LOG_KEY) as log:
        log.append(leaves)
    return verify(folder / "log", trust())


def told(report: Report) -> list[tuple[str, str]]:
    return [(one.code, one.record) for one in report.problems]


def codes(report: Report) -> set[str]:
    return {one.code for one in report.problems}


def test_a_request_of_a_device_is_said_to_be_signed(scene, tmp_path):
    sign_decision(scene)
    ask_by_device(scene)
    report = verified(scene, tmp_path)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["requests"] == {"signed": 1, "unsigned": 0}
    assert told(verified_log(scene, tmp_path)) == []


def test_a_request_of_no_device_is_said_to_be_unsigned(scene, tmp_path):
    report = verified(scene, tmp_path)
    assert report.verdict is Verdict.GOOD
    assert report.status["requests"] == {"signed": 0, "unsigned": 1}


def test_both_implementations_sign_the_same_bytes():
    leaf = parse_leaf(
        Entry(**VECTOR["entry"], akey=VECTOR["akey"], asig=VECTOR["asig"]).encode(), "vector"
    )
    says = verifier.said(leaf)
    assert says is not None
    seen = TreeHead(says.size, says.root)
    ours = device.signed_bytes(
        VECTOR["origin"], leaf.chain, Said(says.counter, says.answered, seen)
    )
    assert ours == verifier.signed_bytes(leaf, says, VECTOR["origin"])
    assert ours.decode() == VECTOR["signed_bytes"]
    enrolment = Entry(
        type="device.key_enrolled", t=1, mono=1, chain=f"log:{VECTOR['origin']}", seq=0, prev=None,
        actor="L01", role="duty_lead",
        facts={"key": VECTOR["akey"], "kind": "webcrypto-p256", "public_key": VECTOR["public_key"]},
    )  # fmt: skip
    entry = parse_leaf(enrolment.encode(), "vector")
    assert verifier.enrolment_faults(entry, VECTOR["origin"]) == []
    key = verifier.enrolled_device(entry)
    assert key is not None
    assert verifier.is_signed_by(leaf, says, key, VECTOR["origin"])
    assert not verifier.is_signed_by(leaf, says, key, "other.example/log")
    assert decode_base64(VECTOR["entry"]["facts"]["device"]["root"]) == says.root


def test_clean_weeks_raise_no_alarm(scene, tmp_path):
    """Refused, lost and unanswered requests leave gaps, and none of them is a call left out."""
    scene.acts += clean_requests()
    report = verified_log(scene, tmp_path)
    assert (told(report), report.verdict) == ([], Verdict.GOOD)
    assert report.status["devices"] == {"enrolled": 2, "requests": 5}


@pytest.mark.parametrize("name", LOG_CASES)
def test_each_case_is_named(name, scene, tmp_path):
    LOG_CASES[name](scene)
    assert codes(verified_log(scene, tmp_path)) == {name}


def test_the_verdict_names_device_and_numbers(scene, tmp_path):
    """Calls 3 and 4 are left out: the device knows that it was given call 4, and of 2 and 3 nobody
    tells any more what became of them.
    """
    acts = clean_requests()
    for counter in (3, 4):
        acts.remove(of_window(acts, counter))
    scene.acts += acts
    (problem,) = verified_log(scene, tmp_path).problems
    assert problem.code == "log.device_calls"
    assert problem.expected == f"call 4 of device {WINDOW.id}"
    assert problem.found == "no call numbered 2-4"
    assert problem.record == f"{of_window(acts, 6).chain}#0"


def test_a_call_left_out_at_the_end_shows_with_the_next_request(scene, tmp_path):
    acts = [WINDOW.enrolment(), WINDOW.request(f"{CALL}1", 1, 0)]
    (tmp_path / "before").mkdir()
    left_out = acts.pop()
    before = Scene(tmp_path / "recordings")
    before.acts += acts
    assert told(verified_log(before, tmp_path / "before")) == []
    assert left_out.facts["device"]["counter"] == 1
    scene.acts += [*acts, WINDOW.request(f"{CALL}2", 2, 1)]
    assert told(verified_log(scene, tmp_path)) == [("log.device_calls", f"{CALL}2#0")]


def test_an_omission_is_told_once(scene, tmp_path):
    acts = clean_requests()
    acts.remove(of_window(acts, 4))
    acts.insert(4, WINDOW.request(f"{CALL}7", 7, 6))
    scene.acts += acts
    assert told(verified_log(scene, tmp_path)) == [
        ("log.device_calls", f"{of_window(acts, 6).chain}#0")
    ]


def test_what_a_device_learns_late_is_no_omission(scene, tmp_path):
    """The call of request 2 comes to light after request 3 was sent without it."""
    scene.acts += [
        WINDOW.enrolment(),
        WINDOW.request(f"{CALL}1", 1, 0),
        WINDOW.request(f"{CALL}2", 2, 1),
        WINDOW.request(f"{CALL}3", 3, 1),
        WINDOW.request(f"{CALL}4", 4, 2),
        WINDOW.request(f"{CALL}5", 5, 4),
    ]
    assert told(verified_log(scene, tmp_path)) == []


def test_a_revoked_device_asks_for_nothing(scene, tmp_path):
    acts = clean_requests()
    acts.insert(6, WINDOW.request(f"{CALL}7", 7, 6))
    scene.acts += acts
    assert told(verified_log(scene, tmp_path)) == [("log.device_keys", f"{CALL}7#0")]


def test_a_device_is_enrolled_once(scene, tmp_path):
    scene.acts += [*clean_requests(), WINDOW.enrolment()]
    assert codes(verified_log(scene, tmp_path)) == {"log.device_keys"}


def test_a_reviewers_key_asks_for_no_call(scene, tmp_path):
    ask_by_device(scene, enrolment=ANNA.enrolment())
    assert "device.enrolment" in codes(verified(scene, tmp_path))


def test_a_devices_key_decides_nothing(scene, tmp_path):
    sign_decision(scene, OTHER_WINDOW, OTHER_WINDOW.enrolment())
    scene.act("decision.confirmed").raw = lambda leaf: canonical.encode(
        json.loads(leaf) | {"akey": OTHER_WINDOW.id, "asig": "A" * 86 + "=="}
    )
    assert "actor.person" in codes(verified(scene, tmp_path))


@pytest.mark.parametrize(
    "said",
    [
        {"counter": 0}, {"counter": -1}, {"counter": "5"}, {"counter": True}, {"answered": 7},
        {"size": None}, {"root": "AAAA"}, {"root": 7}, {"more": 1}, {"size": 0},
    ],
)  # fmt: skip
def test_a_request_says_it_in_one_form(scene, tmp_path, said):
    ask_by_device(scene)
    say(scene, **said)
    assert codes(verified(scene, tmp_path)) == {"device.said"}
    assert "log.device_keys" in codes(verified_log(scene, tmp_path))


def test_numbers_without_a_signature_count_for_nothing(scene, tmp_path):
    """The desk takes the signature away."""
    scene.acts += [
        WINDOW.enrolment(),
        Act(f"{CALL}1", "desk.call.requested", {"device": WINDOW.says(1, 0)}),
    ]
    assert told(verified_log(scene, tmp_path)) == [("log.device_keys", f"{CALL}1#0")]


@pytest.mark.parametrize(
    "facts", [{"kind": "webauthn"}, {"more": 1}, {"public_key": "AAAA"}, {"key": "00"}]
)
def test_an_enrolment_says_what_it_must(scene, tmp_path, facts):
    ask_by_device(scene, enrolment=WINDOW.enrolment(**facts))
    assert "device.enrolment" in codes(verified(scene, tmp_path))
    assert "log.device_keys" in codes(verified_log(scene, tmp_path))
