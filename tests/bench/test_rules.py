"""Validity rules, ratios, rows and options."""

import dataclasses
import io
import json
import os
import socket
import time

import pytest

from bench import processes
from bench.media import sdp
from bench.media.__main__ import read_plan
from bench.media.counting import Tally
from bench.media.report import cheaper_janus, complaints, rows
from bench.media.result import RunResult
from bench.media.servers.port import Variant
from bench.output import Row, emit

OURS = Variant("yunchuang", recording=True)
LOOPS = {loops: Variant("janus", recording=True, event_loops=loops) for loops in (0, 2)}
FLOOR = Variant("floor", recording=False)


def run(variant=OURS, cpu=5.0, **changes):
    good = RunResult(
        variant=variant,
        rooms=1,
        seconds=15.0,
        cpu_percent=cpu,
        resident_mb=60,
        client_cores=(0.1, 0.05),
        dropped=0,
        socket_faults=0,
        tag_bytes=(16,),
        recorded_bytes=10_000_000,
        tally=Tally(expected=20_000, received=20_000, runs=10, run_packets=20),
    )
    return dataclasses.replace(good, **changes)


def round_of(*cpus):
    variants = (OURS, LOOPS[0], LOOPS[2], FLOOR)
    return {v: run(v, cpu) for v, cpu in zip(variants, cpus, strict=True)}


def test_a_clean_round_has_nothing_to_complain_about():
    assert complaints([round_of(7, 6, 4, 2)]) == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"tally": Tally(expected=10_000, received=9_989)}, "delivery"),
        ({"tally": Tally()}, "nothing was sent"),
        ({"tally": Tally(expected=20_000, received=20_000, strangers=1)}, "not what was sent"),
        ({"dropped": 1}, "dropped"),
        ({"socket_faults": 1}, "faults"),
        ({"client_cores": (0.3, 0.71)}, "71%"),
        ({"recorded_bytes": 1_000}, "recorded"),
        ({"tag_bytes": (10,)}, "ciphers"),
        ({"tally": Tally(expected=20_300, received=20_300)}, "sides differ"),
    ],
)
def test_each_rule_makes_a_run_invalid(changes, text):
    one = round_of(7, 6, 4, 2)
    one[OURS] = run(**changes)
    found = complaints([one])
    assert any(text in complaint for complaint in found), found


def test_just_enough_is_enough():
    one = round_of(7, 6, 4, 2)
    one[OURS] = run(
        tally=Tally(expected=20_000, received=19_980), client_cores=(0.7,), recorded_bytes=5_500_000
    )
    assert complaints([one]) == []


def test_ratios_are_of_one_round_and_the_cheaper_janus_counts():
    rounds = [round_of(6, 9, 4, 2), round_of(8, 3, 5, 4), round_of(5, 9, 5, 1)]
    assert cheaper_janus(rounds, recording=True) == LOOPS[2]
    found = {row.metric: row for row in rows(rounds, 1) if "server" not in row.params}
    ratio = found["media/cpu_ratio_vs_janus"]
    assert (ratio.value, ratio.runs) == (pytest.approx(1.5), 3)
    assert ratio.params == {"rooms": 1, "recording": True, "janus_event_loops": 2}
    assert found["media/ratio_to_floor"].value == pytest.approx(3)


def test_delay_and_runs_stand_beside_every_server():
    named = {
        (row.metric, row.params["server"])
        for row in rows([round_of(6, 9, 4, 2)], 1)
        if "server" in row.params
    }
    for server in ("yunchuang", "janus", "floor"):
        for name in ("cpu_percent_per_room", "added_delay_ms_p99", "mean_run_length", "delivery"):
            assert (f"media/{name}", server) in named


def test_a_row_is_one_line_of_json_with_the_promised_fields():
    out = io.StringIO()
    emit("media", Row("media/x", {"rooms": 1, "recording": True}, 0.123456, "ratio", 3), out)
    (text,) = out.getvalue().splitlines()
    row = json.loads(text)
    assert set(row) == {"bench", "metric", "params", "value", "unit", "runs", "machine"}
    assert (row["value"], row["runs"], row["params"]["rooms"]) == (0.1235, 3, 1)
    assert row["machine"]["cores"] == os.cpu_count()


def test_options_make_a_plan_or_are_refused(capsys):
    quick = read_plan(["--quick"])
    assert (quick.rooms, quick.runs, quick.seconds, quick.memory_rooms) == ((1,), 1, 15.0, 3)
    full = read_plan(["--rooms", "1,2,4"])
    assert (full.rooms, full.runs, full.memory_rooms) == ((1, 2, 4), 3, 8)
    assert {v.event_loops for v in full.variants() if v.server == "janus"} == {0, 2}
    assert read_plan(["--recording", "on"]).recording == (True,)
    for bad in (["--rooms", "a"], ["--rooms", "0"], ["--rooms", "99"], ["--memory-rooms", "1"]):
        with pytest.raises(SystemExit):
            read_plan(bad)
    capsys.readouterr()


def test_processor_time_and_memory_are_those_of_this_process():
    before = processes.cpu_seconds([os.getpid()])
    busy = time.process_time() + 0.15
    while time.process_time() < busy:
        pass
    assert processes.cpu_seconds([os.getpid()]) - before == pytest.approx(0.15, abs=0.06)
    assert 5_000_000 < processes.resident_bytes(os.getpid()) < 4_000_000_000


def test_a_datagram_that_a_full_socket_drops_is_seen():
    before = processes.dropped_datagrams([os.getpid()])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as writer:
            for _ in range(100):
                writer.sendto(bytes(1000), reader.getsockname())
        assert processes.dropped_datagrams([os.getpid()]) - before >= 50


def test_an_answer_turns_the_offer_round():
    local = sdp.Local("uf", "pw" * 12, "AA:BB", 5000, {"audio": 11, "video": 22})
    offer = sdp.read(sdp.offer(local))
    assert [(s.kind, s.direction) for s in offer.sections] == [
        ("audio", "sendonly"),
        ("video", "sendonly"),
    ]
    assert offer.endpoint == ("127.0.0.1", 5000)
    answer = sdp.read(sdp.answer(offer, local))
    assert [(s.mid, s.direction) for s in answer.sections] == [("0", "recvonly"), ("1", "recvonly")]
    assert (offer.setup, answer.setup) == ("actpass", "active")
    with pytest.raises(ValueError, match="lacks"):
        sdp.read("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")
