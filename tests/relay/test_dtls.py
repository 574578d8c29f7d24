"""The handshake survives the loss of any flight, also of the last."""

import asyncio

import pytest
from aiortc import rtcdtlstransport

from signaling.relay.dtls import DtlsState, DtlsTransport, fingerprint, new_certificate


class Line:
    """Two associations joined by a line that loses chosen datagrams, counted from each side."""

    def __init__(self, lose: set[tuple[str, int]]) -> None:
        self.lose = lose
        self.sent = {"client": 0, "server": 0}
        self.states: dict[str, list[DtlsState]] = {"client": [], "server": []}
        self.certificates = {side: new_certificate() for side in self.sent}
        self.ends = {
            side: DtlsTransport(
                self.certificates[side], self._sender(side), self.states[side].append
            )
            for side in self.sent
        }

    def _sender(self, side):
        other = "server" if side == "client" else "client"

        def send(datagram):
            self.sent[side] += 1
            if (side, self.sent[side]) not in self.lose:
                self.ends[other].feed(datagram)

        return send

    def start(self, *, wrong: str | None = None):
        for side, other in (("client", "server"), ("server", "client")):
            print_ = fingerprint(self.certificates[side if wrong == side else other])
            self.ends[side].start([("sha-256", print_)], server=side == "server")

    async def close(self):
        for end in self.ends.values():
            await end.close()


@pytest.mark.parametrize(
    "lost",
    [
        set(),
        {("client", 1)},  # ClientHello
        {("server", 1)},  # ServerHello ... ServerHelloDone
        {("client", 2)},  # Certificate ... Finished
        {("server", 2)},  # ChangeCipherSpec, Finished: the last flight
        {("client", 2), ("server", 2)},
    ],
    ids=["none", "flight 1", "flight 2", "flight 3", "last flight", "several"],
)
async def test_each_flight_may_be_lost_once(lost, eventually):
    line = Line(lost)
    line.start()
    await eventually(lambda: all(line.states.values()))
    assert line.states == {"client": [DtlsState.CONNECTED], "server": [DtlsState.CONNECTED]}
    packet = b"\x80\x6f\0\1" + bytes(8) + b"payload"
    client, server = line.ends["client"], line.ends["server"]
    assert server.unprotect(client.protect(packet)) == packet
    assert client.unprotect_rtcp(server.protect_rtcp(b"\x80\xc9\0\1" + bytes(4)))
    await client.close()
    await eventually(lambda: line.states["server"][-1] is DtlsState.CLOSED)
    await line.close()


async def test_aes_256_gcm_is_what_two_relays_choose(eventually):
    line = Line(set())
    line.start()
    await eventually(lambda: all(line.states.values()))
    packet = b"\x80\x6f\0\1" + bytes(8) + b"payload"
    assert len(line.ends["client"].protect(packet)) == len(packet) + 16
    assert rtcdtlstransport.SRTP_PROFILES[0] is rtcdtlstransport.SRTP_AEAD_AES_256_GCM
    await line.close()


async def test_another_certificate_than_the_answer_named_fails(eventually):
    line = Line(set())
    line.start(wrong="server")
    await eventually(lambda: line.states["server"])
    assert line.states["server"] == [DtlsState.FAILED]
    await line.close()


async def test_garbage_before_and_in_a_handshake_does_no_harm(eventually):
    line = Line(set())
    for end in line.ends.values():
        for first in (20, 22, 23, 63):
            end.feed(bytes((first,)) + b"\xfe\xfd" + b"garbage" * 9)
    line.start()
    await eventually(lambda: all(line.states.values()))
    assert line.states["server"] == [DtlsState.CONNECTED]
    await line.close()


async def test_closing_ends_every_task():
    before = asyncio.all_tasks()
    line = Line({("client", n) for n in range(1, 50)})
    line.start()
    await asyncio.sleep(0.05)
    await line.close()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
    assert line.states == {"client": [], "server": []}
