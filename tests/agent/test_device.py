"""A station as a device: it counts durably, keeps the log's checkpoint, and signs nothing over a fork."""

import json

import pytest
from aiohttp import web

from audit import act, device
from audit.checkpoint import TreeHead
from audit.device import Said
from audit.errors import ProofError
from audit.note import decode_base64, encode_base64
from outlet_client.agent.device import StationDevice
from scenes.shown_log import KEY, ORIGIN
from scenes.small_log import SmallLog


class Log:
    """What the desk shows of the log."""

    def __init__(self) -> None:
        self.log, self.size, self.origin = SmallLog(KEY), 3, ORIGIN

    async def checkpoint(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", "0"))
        proof = self.log.proof(since, self.size) if 0 < since <= self.size else ()
        note = self.log.checkpoint(self.size).decode()
        return web.json_response({"checkpoint": note, "proof": [encode_base64(p) for p in proof]})

    async def stands(self, _request: web.Request) -> web.Response:
        return web.json_response({"origin": self.origin, "state": "enrolled"})


@pytest.fixture
def log(odd_desk) -> Log:
    made = Log()
    odd_desk.answers["/api/v1/log/checkpoint"] = made.checkpoint
    odd_desk.answers["/api/v1/window/device"] = made.stands
    return made


async def test_each_request_has_a_number_of_its_own_also_after_a_restart(browser, log, tmp_path):
    path = tmp_path / "device.json"
    station = StationDevice(path)
    first = await station.sign(browser)
    station.became(first["call"])
    second = await station.sign(browser)
    station.became("another")
    log.size = 7
    again = StationDevice(path)
    third = await again.sign(browser)
    assert again.id == station.id
    numbers = [(one["counter"], one["answered"], one["size"]) for one in (first, second, third)]
    assert numbers == [(1, 0, 3), (2, 1, 3), (3, 1, 7)]
    head = log.log.head(7)
    assert decode_base64(third["root"]) == head.root
    message = device.signed_bytes(
        ORIGIN, f"call:{third['call']}", Said(3, 1, TreeHead(7, head.root))
    )
    act.check_signature(again.public_key, decode_base64(third["signature"]), message)


async def test_the_number_is_written_down_before_it_is_sent(browser, log, tmp_path):
    path = tmp_path / "device.json"
    signed = await StationDevice(path).sign(browser)
    kept = json.loads(path.read_text())
    assert (kept["counter"], kept["open_call"]) == (signed["counter"], signed["call"])
    assert path.stat().st_mode & 0o077 == 0


async def test_for_a_log_that_follows_it_is_another_computer(browser, log, tmp_path):
    path = tmp_path / "device.json"
    station = StationDevice(path)
    await station.show(browser)
    first, shown = await station.sign(browser), station.id
    assert first["key"] == shown
    log.origin = "after.example/log"
    second = await station.sign(browser)
    assert second["key"] == station.id != shown
    assert (second["counter"], second["answered"], second["size"]) == (1, 0, 0)
    assert StationDevice(path).id == station.id


@pytest.mark.parametrize(("forked_at", "size"), [(1, 9), (None, 2)])
async def test_over_another_log_nothing_is_signed(browser, log, tmp_path, forked_at, size):
    station = StationDevice(tmp_path / "device.json")
    await station.sign(browser)
    log.log, log.size = SmallLog(KEY, forked_at=forked_at), size
    with pytest.raises(ProofError):
        await station.sign(browser)
    assert json.loads((tmp_path / "device.json").read_text())["counter"] == 1
