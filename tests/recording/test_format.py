"""The published vector, and bytes that are not the format."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from recording.format import (
    FormatError,
    PartHeader,
    PartKeys,
    SegmentRecord,
    check_call_id,
    open_segment,
    record_hash,
    seal_segment,
)

VECTOR = json.loads(
    (Path(__file__).parents[1] / "verifier" / "vectors" / "recording-v1.json").read_text()
)


@pytest.fixture
def header():
    part = bytes.fromhex(VECTOR["part"])
    keys = PartKeys.derive(bytes.fromhex(VECTOR["call_key"]), part)
    assert keys.aes.hex() == VECTOR["aes_key"]
    assert keys.commitment.hex() == VECTOR["commitment"]
    return PartHeader(VECTOR["call"], part, keys.commitment)


def test_header_is_the_published_one(header):
    assert header.to_bytes().hex() == VECTOR["header"]
    assert header.sha256().hex() == VECTOR["header_sha256"]
    assert PartHeader.parse(header.to_bytes() + b"more") == header


def test_segments_and_records_are_the_published_ones(header):
    cipher = AESGCM(bytes.fromhex(VECTOR["aes_key"]))
    for seq, segment in enumerate(VECTOR["segments"]):
        data = seal_segment(header, cipher, seq, segment["plaintext"].encode())
        assert data.hex() == segment["segment"]
        assert open_segment(header, cipher, seq, data) == segment["plaintext"].encode()
        line = segment["record"].encode()
        record = SegmentRecord.parse(line)
        assert record.to_line() == line
        assert record_hash(line) == segment["record_sha256"]


def test_every_flipped_bit_of_a_segment_is_seen(header):
    cipher = AESGCM(bytes.fromhex(VECTOR["aes_key"]))
    good = seal_segment(header, cipher, 0, b"whole clusters")
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 1
        with pytest.raises((FormatError, InvalidTag)):
            open_segment(header, cipher, 0, bytes(bad))


def test_torn_headers_and_foreign_call_ids_are_refused(header):
    data = header.to_bytes()
    for length in range(len(data)):
        with pytest.raises(FormatError):
            PartHeader.parse(data[:length])
    for call in ("", "a/b", "x" * 65, "办件", ".."):
        with pytest.raises(FormatError):
            check_call_id(call)


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line[:-1],
        lambda line: line.replace(b"\t", b" "),
        lambda line: line.replace(b"\t0\t", b"\t00\t", 1),
        lambda line: line.upper(),
        lambda line: line[:-1] + b"\tmore\n",
        lambda line: line.replace(b"\t0\t", b"\t-1\t", 1),
    ],
)
def test_only_the_canonical_record_passes(change):
    with pytest.raises(FormatError):
        SegmentRecord.parse(change(VECTOR["segments"][0]["record"].encode()))
