"""kill -9 at random moments: no acknowledged act lost, every state row has its entry, log whole."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from audit.entry import Entry
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.log.setup import load_log_key
from casework.store import schema_log as s

VICTIM = Path(__file__).with_name("crash_victim.py")
ROUNDS = 5


def run_until_killed(data, first, seconds):
    """Kills the victim `seconds` after its first acknowledgement; returns what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, str(VICTIM), str(data.path), str(first)], stdout=subprocess.PIPE
    )
    with process:
        lines = [process.stdout.readline()]
        time.sleep(seconds)  # the moment of death, not a wait for a condition
        process.kill()
        lines += process.stdout.readlines()
    # A line cut by the kill was not heard by anyone.
    return [
        int(line.split()[1]) for line in lines if line.startswith(b"ack ") and line.endswith(b"\n")
    ]


def check(data, acknowledged):
    with opened(data) as installation:
        installation.sequencer.stop()  # logs everything that is committed
        assert installation.sequencer.fault is None
        with installation.store.reading() as conn:
            rows = dict(conn.execute(text("SELECT number, leaf_hash FROM crash_state")).all())
            entries = conn.execute(select(s.entry).order_by(s.entry.c.position)).all()
            events = conn.execute(select(s.outbox).order_by(s.outbox.c.position)).all()
            sealed = conn.execute(select(s.payload.c.chain, s.payload.c.seq)).all()
        logged = list(installation.log.reader().entries())
    assert acknowledged <= rows.keys(), "an acknowledged act is gone"
    acts = [entry for entry in entries if entry.type == "desk.case.noted"]
    assert sorted(rows.values()) == sorted(entry.leaf_hash for entry in acts)
    assert sorted(sealed) == sorted((entry.chain, entry.seq) for entry in acts)
    assert len(events) == len(acts)
    assert logged == [entry.body for entry in entries], "the log is the database, each entry once"
    chains = {}
    for body in logged:
        entry = Entry.decode(body)
        assert (entry.seq, entry.prev) == chains.get(entry.chain, (0, None))
        chains[entry.chain] = (entry.seq + 1, entry.leaf_hash().hex())
    own = load_log_key(data.log_key).verifying_key.vkey
    trust = make_trust(parse_keys(f"{own}\n".encode(), "log key"), None, outside=True)
    report = verify(data.log, trust)
    assert (report.verdict, report.entries) == (Verdict.GOOD, len(logged)), report.problems
    streams = {}
    for event in events:
        assert event.seq == streams.get(event.stream, 0) + 1
        streams[event.stream] = event.seq


@pytest.mark.faults
def test_killed_at_random_moments(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="test.example/log")
    moments = random.Random(20_260_511)
    acknowledged = set()
    for round_ in range(ROUNDS):
        found = run_until_killed(data, 1_000_000 * (round_ + 1), moments.uniform(0.02, 0.4))
        assert found, "the victim acknowledged something before it died"
        acknowledged.update(found)
        check(data, acknowledged)
