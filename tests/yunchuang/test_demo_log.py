"""What a whole case leaves in the log stands there for ever: no outcome, item, outlet, rating or reason
in the clear.
"""

import pytest
from plain_facts import surplus

from audit.entry import Entry
from audit.log import read_published
from casework.data_dir import DataDir
from casework.log.setup import load_log_key

pytestmark = [pytest.mark.demo, pytest.mark.timeout(240)]


def test_no_plain_fact_that_nobody_allowed(demo, packaged):
    data = DataDir(demo.data)
    _, reader = read_published(data.log, load_log_key(data.log_key).verifying_key)
    entries = [Entry.decode(body) for body in reader.entries()]
    types = {entry.type for entry in entries if entry.chain == f"case:{packaged.case}"}
    assert {"desk.case.opened", "decision.confirmed", "desk.case.rated"} <= types
    found = {entry.type: names for entry in entries if (names := surplus(entry.type, entry.facts))}
    assert found == {}
    (rated,) = (entry for entry in entries if entry.type == "desk.case.rated")
    assert not rated.facts
    assert {entry.type for entry in entries if "reason" in entry.c} >= {
        "desk.call.ended",
        "rec.end",
    }
