"""Questions to a time-stamping authority and its answers, against the one that OpenSSL has."""

import contextlib
import re
import subprocess
import time

import pytest

from audit.errors import MalformedError
from audit.time_stamp import (
    MAX_RESPONSE,
    NotGrantedError,
    OtherStampError,
    Question,
    stamped_ms,
)
from scenes.authority import Authority

DATA = b"window.example/log\n3\nroot\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture(scope="module")
def question() -> Question:
    return Question(DATA)


@pytest.fixture(scope="module")
def response(authority, question) -> bytes:
    return authority.reply(question.encode())


def test_openssl_reads_the_question_as_it_is_meant(question, tmp_path):
    (tmp_path / "query").write_bytes(question.encode())
    (tmp_path / "data").write_bytes(DATA)
    shown = subprocess.run(
        ["openssl", "ts", "-query", "-in", "query", "-text"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "Hash Algorithm: sha256" in shown
    assert int(re.search(r"Nonce: (0x[0-9A-F]+)", shown)[1], 16) == question.nonce
    assert "Certificate required: yes" in shown


def test_two_questions_have_two_nonces():
    assert Question(DATA).nonce != Question(DATA).nonce


def test_the_answer_to_it_tells_the_time(question, response):
    at_ms = question.accept(response)
    assert abs(at_ms - time.time() * 1000) < 60_000
    assert stamped_ms(response, DATA) == at_ms


def test_openssl_verifies_what_was_kept(authority, response, tmp_path):
    (tmp_path / "tsr").write_bytes(response)
    (tmp_path / "data").write_bytes(DATA)
    assert authority.verifies(tmp_path / "tsr", tmp_path / "data")
    (tmp_path / "data").write_bytes(DATA + b"more")
    assert not authority.verifies(tmp_path / "tsr", tmp_path / "data")


def test_an_answer_to_another_question_is_none(authority, question, response):
    with pytest.raises(OtherStampError, match="nonce"):
        Question(DATA).accept(response)
    other = Question(b"another checkpoint", question.nonce)
    with pytest.raises(OtherStampError, match="something else"):
        other.accept(response)
    with pytest.raises(OtherStampError, match="something else"):
        question.accept(authority.reply(other.encode()))
    with pytest.raises(OtherStampError):
        stamped_ms(response, b"another checkpoint")


def test_a_refusal_is_told(authority, question):
    with pytest.raises(NotGrantedError, match="PKIStatus 2"):
        question.accept(authority.reply(b"no question"))


@pytest.mark.parametrize(
    "broken",
    [
        lambda _: b"",
        lambda _: b"<html>",
        lambda tsr: tsr[:-1],
        lambda tsr: tsr + b"\0",
        lambda _: bytes.fromhex("30053003020100"),  # granted, and no token
        lambda _: b"\x30" * (MAX_RESPONSE + 1),
        lambda _: b"\x30\x80" * 20_000,
        lambda tsr: tsr.replace(
            bytes.fromhex("060b2a864886f70d0109100104"), bytes.fromhex("060b2a864886f70d0109100105")
        ),
    ],
)
def test_what_is_no_response(question, response, broken):
    with pytest.raises(MalformedError):
        question.accept(broken(response))


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80])
def test_a_flipped_bit_is_refused_or_left_to_openssl_and_stops_nothing(question, response, bit):
    for place in range(len(response)):
        changed = bytearray(response)
        changed[place] ^= bit
        with contextlib.suppress(MalformedError, NotGrantedError, OtherStampError):
            question.accept(bytes(changed))
