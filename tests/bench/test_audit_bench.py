"""The audit benchmark in small: every figure is taken, and none of a log that is not good."""

import json

import pytest

from audit.entry import Entry
from bench.audit import proofs, reading, recordings
from bench.audit.__main__ import GROUPS, Plan, run
from bench.audit.callers import ask, nearest_rank
from bench.audit.made_log import MadeEntries, make_log

SMALL = {"seconds": 0.3, "runs": 1, "callers": 4, "entries": 1_500, "megabytes": 4}
METRICS = {
    "writing": {
        "entries_per_s", "ack_ms_p99", "acts_per_s", "act_ms_p99",
        "recorded_to_logged_ms_p50", "recorded_to_logged_ms_p99",
    },
    "witnesses": {"logged_to_witnessed_ms_p50", "logged_to_witnessed_ms_p99"},
    "recordings": {"verify_ratio_sha256sum"},
    "log": {
        "proof_hashes", "proof_bytes", "prove_us", "verify_proof_us", "verify_1m_s", "audit_1m_s",
    },
}  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
def test_every_figure_is_taken(group, tmp_path, capsys):
    assert run(Plan(only=(group,), **SMALL), tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    # What programs log goes to standard error only once `main` has said so.
    rows = [json.loads(line) for line in lines if line.startswith("{")]
    assert {row["metric"] for row in rows} == {f"audit/{name}" for name in METRICS[group]}
    assert all(row["value"] > 0 and row["runs"] > 0 for row in rows)


def test_made_entries_are_always_the_same_and_whole():
    made = [entry for entry, _ in zip(MadeEntries(), range(3_000), strict=False)]
    assert made[:1_200] == [entry for entry, _ in zip(MadeEntries(), range(1_200), strict=False)]
    heads = {}
    for data in made:
        entry = Entry.decode(data)
        assert (entry.seq, entry.prev) == heads.get(entry.chain, (0, None))
        heads[entry.chain] = (entry.seq + 1, entry.leaf_hash().hex())
    assert len(heads) > 100


def test_no_figure_is_taken_of_a_log_that_is_not_good(tmp_path):
    key = make_log(tmp_path, 700)
    assert reading.verify_s(tmp_path, key, 700, hashes_only=False) > 0
    bundle = tmp_path / "log" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b'"clerk"', b'"cleRk"', 1))
    with pytest.raises(reading.NotGoodError):
        reading.verify_s(tmp_path, key, 700, hashes_only=True)


def test_no_figure_is_taken_of_a_recording_that_is_not_whole(tmp_path):
    segments = recordings.make_recordings(tmp_path, 4)
    assert recordings.verify_s(tmp_path, segments, 1) > 0
    media = next(tmp_path.rglob("*.bin"))
    data = bytearray(media.read_bytes())
    data[-1] ^= 1
    media.write_bytes(data)
    with pytest.raises(reading.NotGoodError):
        recordings.verify_s(tmp_path, segments, 1)


def test_proofs_grow_by_a_hash_when_the_log_doubles(tmp_path):
    found = {}
    for size in (512, 1_024):
        key = make_log(tmp_path / str(size), size)
        found[size] = dict(proofs.costs(tmp_path / str(size), key))
    assert found[512]["inclusion"].hashes == 9
    assert found[1_024]["inclusion"].hashes == 10
    assert found[1_024]["consistency"].hashes <= 11


async def test_callers_wait_for_their_answers():
    waiting = []

    async def act(caller):
        assert caller not in waiting
        waiting.append(caller)
        waiting.remove(caller)

    answered = await ask(act, 3, 0.05)
    assert answered.per_second > 0
    assert nearest_rank([3.0, 1.0, 2.0], 0.99) == 3.0
