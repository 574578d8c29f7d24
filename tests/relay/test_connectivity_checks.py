"""The only door for a new address: an authenticated STUN binding request."""

import struct

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.connectivity_checks import (
    FAILURE_BURST,
    ConnectivityChecks,
    FailureLimit,
    is_authentic,
    local_fragment,
)
from signaling.relay.counters import Counters
from signaling.relay.ice import HELD_NS, MOST_PATHS, IceAgent, IceDirectory

HERE, THERE = ("192.0.2.7", 5000), ("192.0.2.8", 6000)


class Socket:
    """Stands for a `UdpSocket`."""

    def __init__(self):
        self.peers = {}
        self.sent = []

    def send(self, datagram, to):
        self.sent.append((stun.parse_message(datagram), to))


class Peer:
    """Stands for a `LegTransport`."""

    def __init__(self):
        self.heard_at = []
        self.ice = None

    def holds(self, path, now_ns):
        return self.ice.holds(path, now_ns)

    def heard(self, now_ns):
        self.heard_at.append(now_ns)


def an_agent(directory):
    peer = Peer()
    peer.ice = IceAgent(peer, directory)
    return peer.ice


@pytest.fixture
def room():
    """(socket, directory, peer, its agent, the checks)."""
    directory, counters = IceDirectory(), Counters()
    agent = an_agent(directory)
    checks = ConnectivityChecks(directory, counters)
    return Socket(), directory, agent.peer, agent, checks, counters


def request(credentials, *, nominate=False, controlled=False, password=None, message_class=None):
    message = stun.Message(stun.Method.BINDING, message_class or stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{credentials.ufrag}:theirs"
    message.attributes["PRIORITY"] = 1
    message.attributes["ICE-CONTROLLED" if controlled else "ICE-CONTROLLING"] = 1
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity((password or credentials.password).encode())
    return bytes(message)


def test_an_authentic_request_is_answered_and_opens_the_address(room):
    socket, _, peer, agent, checks, _ = room
    checks.receive(socket, request(agent.credentials), HERE, 5)
    message, to = socket.sent[0]
    assert to == HERE
    assert message.message_class is stun.Class.RESPONSE
    assert message.attributes["XOR-MAPPED-ADDRESS"] == HERE
    assert "FINGERPRINT" in message.attributes
    assert message.check_message_integrity(agent.credentials.password.encode())
    assert socket.peers == {HERE: peer}
    assert peer.heard_at == [5]


def test_a_wrong_password_is_met_with_silence(room):
    socket, _, peer, agent, checks, counters = room
    checks.receive(socket, request(agent.credentials, password="w" * 24), HERE, 5)
    assert (socket.sent, socket.peers, peer.heard_at) == ([], {}, [])
    assert counters["stun.failed_integrity"] == 1


def test_a_request_without_integrity_is_met_with_silence(room):
    socket, _, _, agent, checks, counters = room
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{agent.credentials.ufrag}:x"
    checks.receive(socket, bytes(message), HERE, 5)
    assert (socket.sent, counters["stun.failed_integrity"]) == ([], 1)


def test_a_stranger_and_a_response_are_met_with_silence(room):
    socket, directory, _, agent, checks, counters = room
    known = agent.credentials
    agent.close()
    checks.receive(socket, request(known), HERE, 5)
    assert counters["stun.unknown_ufrag"] == 1
    other = an_agent(directory)
    answer = request(other.credentials, message_class=stun.Class.RESPONSE)
    checks.receive(socket, answer, HERE, 5)
    assert counters["stun.not_a_request"] == 1
    assert socket.sent == []


def test_a_peer_that_thinks_itself_controlled_is_told_to_switch(room):
    socket, _, _, agent, checks, _ = room
    checks.receive(socket, request(agent.credentials, controlled=True), HERE, 5)
    message, _ = socket.sent[0]
    assert message.message_class is stun.Class.ERROR
    assert message.attributes["ERROR-CODE"][0] == 487
    assert socket.peers == {}


def test_only_the_nominated_address_is_sent_to_and_all_valid_ones_may_send(room):
    socket, _, _, agent, checks, _ = room
    checks.receive(socket, request(agent.credentials), HERE, 5)
    assert agent.selected.address == HERE
    checks.receive(socket, request(agent.credentials, nominate=True), THERE, 5)
    checks.receive(socket, request(agent.credentials), HERE, 5)
    assert agent.selected.address == THERE
    assert set(socket.peers) == {HERE, THERE}


def test_addresses_of_one_leg_are_bounded_and_the_selected_one_stays(room):
    socket, _, _, agent, checks, _ = room
    checks.receive(socket, request(agent.credentials, nominate=True), HERE, 5)
    for port in range(100):
        checks.receive(socket, request(agent.credentials), ("192.0.2.9", port), 5)
    assert len(socket.peers) == MOST_PATHS
    assert HERE in socket.peers
    agent.close()
    assert socket.peers == {}


def test_after_a_restart_both_fragments_count_until_the_new_one_is_nominated(room):
    socket, directory, _, agent, checks, _ = room
    old = agent.credentials
    new = agent.restart()
    assert old != new
    for credentials in (old, new):
        checks.receive(socket, request(credentials), HERE, 5)
    assert len(socket.sent) == 2
    checks.receive(socket, request(new, nominate=True), THERE, 5)
    checks.receive(socket, request(old, nominate=True), HERE, 5)
    assert len(socket.sent) == 3
    assert agent.selected.address == THERE
    assert len(directory) == 1


def test_restarts_never_keep_more_than_two_fragments(room):
    _, directory, _, agent, _, _ = room
    for _ in range(5):
        agent.restart()
    assert len(directory) == 2


def test_an_address_that_is_let_go_moves_to_the_leg_that_proves_it(room):
    """A reloaded page behind the same translated port, whose old leg falls silent."""
    socket, directory, _, agent, checks, _ = room
    other = an_agent(directory)
    checks.receive(socket, request(agent.credentials), HERE, 5)
    checks.receive(socket, request(other.credentials), HERE, 6 + HELD_NS)
    assert socket.peers == {HERE: other.peer}
    agent.close()
    assert socket.peers == {HERE: other.peer}
    third = an_agent(directory)
    other.close()
    checks.receive(socket, request(third.credentials), HERE, 7 + HELD_NS)
    assert socket.peers == {HERE: third.peer}


def test_nobody_takes_the_address_of_a_leg_that_is_there(room):
    """Whoever is in one call can forge the source address of a datagram, and knows the password of
    a leg: with both, packets of another call would end at the wrong leg.
    """
    socket, directory, peer, agent, checks, counters = room
    thief = an_agent(directory)
    second = 1_000_000_000
    for at in range(0, 60, 5):
        checks.receive(socket, request(agent.credentials, nominate=True), HERE, at * second)
        sent = len(socket.sent)
        for between in (1, 3, 4):
            forged = request(thief.credentials, nominate=True)
            checks.receive(socket, forged, HERE, (at + between) * second)
        assert socket.peers == {HERE: peer}
        assert len(socket.sent) == sent, "silence"
    assert thief.selected is None
    assert counters["stun.address_held"] == 36


def test_failures_are_limited_per_fragment_and_known_addresses_stay_open(room):
    socket, directory, _, agent, checks, counters = room
    neighbour = an_agent(directory)
    checks.receive(socket, request(agent.credentials), HERE, 0)
    forged = request(agent.credentials, password="w" * 24)
    for port in range(FAILURE_BURST + 50):
        checks.receive(socket, forged, ("203.0.113.1", port), 0)
    assert counters["stun.failed_integrity"] == FAILURE_BURST
    assert counters["stun.rate_limited"] == 50
    before = len(socket.sent)
    checks.receive(socket, request(agent.credentials), HERE, 0)
    checks.receive(socket, request(neighbour.credentials), ("203.0.113.1", 9), 0)
    assert len(socket.sent) == before + 2
    checks.receive(socket, request(agent.credentials), THERE, 2_000_000_000)
    assert len(socket.sent) == before + 3, "the limit opens again"


def test_the_limit_refills():
    limit = FailureLimit()
    for _ in range(FAILURE_BURST):
        assert limit.open(0)
        limit.failed()
    assert not limit.open(0)
    assert limit.open(50_000_000)


@given(st.binary(max_size=120))
def test_any_bytes_are_read_for_a_fragment(tail):
    local_fragment(b"\x00\x01" + tail)
    assert not is_authentic(b"\x00\x01" + tail, b"password")


def test_integrity_is_told_as_the_library_tells_it(room):
    *_, agent, _, _ = room
    good, password = request(agent.credentials), agent.credentials.password.encode()
    for at in range(len(good)):
        for bit in range(8):
            changed = good[:at] + bytes((good[at] ^ 1 << bit,)) + good[at + 1 :]
            try:
                told = stun.parse_message(changed).check_message_integrity(password)
            except (ValueError, struct.error):
                continue
            assert is_authentic(changed, password) is told, (at, bit)


def test_every_byte_of_a_request_is_guarded(room):
    socket, _, _, agent, checks, _ = room
    good = request(agent.credentials)
    for at in range(len(good) - 8):  # the last eight bytes are FINGERPRINT, checked if there
        checks.receive(socket, good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :], HERE, at << 40)
    assert socket.sent == []
