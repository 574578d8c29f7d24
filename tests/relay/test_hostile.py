"""Fifty thousand hostile datagrams: no exception ends a leg or the loop."""

import random

from casework.ports import TrackSource
from signaling.relay import rtcp
from signaling.relay.events import Presence

CALL = "call-1"
VOICE, FACE = 1111, 2222
OUTSIDE, INSIDE, AUTHENTIC = 30_000, 15_000, 5_000


def mutated(chance: random.Random, datagram: bytes) -> bytes:
    changed = bytearray(datagram)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(0, len(changed))] if chance.random() < 0.3 else changed)


async def test_nothing_hostile_ends_a_leg(relay, raw_peer, eventually, rtp_packet, events, tap):
    chance = random.Random(20_240_501)
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    receiver = await raw_peer("receiver", "hall", {"microphone": 3333})
    sender.send_rtp(rtp_packet(VOICE, 1))
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: len(receiver.rtp) == 2)
    samples: list[bytes] = []
    sender.lose_out = lambda datagram: samples.append(datagram) or True
    sender.check()
    sender.send_rtp(rtp_packet(VOICE, 2))
    sender.send_rtcp(rtcp.build_picture_loss(1, 2))
    samples.append(b"\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x10" + bytes(16))
    sender.lose_out = lambda _: False
    socket = relay._sockets[0]
    known = next(iter(socket.peers))

    def deliver(datagram: bytes, source: tuple[str, int], number: int) -> None:
        relay._datagrams(socket, [(datagram, source)], 10**15 + number)

    for number in range(OUTSIDE):
        raw = chance.randbytes(chance.randint(0, 200))
        first = bytes((chance.choice([0, 1, 20, 22, 63, 64, 128, 144, 191, 255]),))
        datagram = chance.choice([raw, first + raw, mutated(chance, chance.choice(samples))])
        deliver(datagram, ("203.0.113.5", number % 65_535), number)
    for number in range(INSIDE):
        deliver(mutated(chance, chance.choice(samples)), known, number)
    hostile = [
        rtp_packet(VOICE, 3),
        rtp_packet(FACE, 3, video=True),
        rtcp.build_nack(1, receiver.ssrc_of("audio-1"), range(40)),
        rtcp.build_sender_report(VOICE, 1, 2, 3, 4)
        + rtcp.build_receiver_report(1, [rtcp.ReportBlock(VOICE, 1, 2, 3, 4, 5, 6)])
        + rtcp.build_estimated_bitrate(1, 5, [VOICE]),
    ]
    for number in range(AUTHENTIC):
        # Keys in hand, lengths and fields at will: what a hostile page could send.
        packet = mutated(chance, chance.choice(hostile)).ljust(12, b"\0")
        if 192 <= packet[1] <= 223:
            datagram = sender.dtls.protect_rtcp(packet)
        else:
            packet = b"\x80" + packet[1:2] + (number + 10).to_bytes(2, "big") + packet[4:]
            datagram = sender.dtls.protect(packet)
        deliver(datagram, known, number)
    faults = {name: count for name, count in relay.counters.items() if name.startswith("fault.")}
    assert faults == {}
    assert events.states("sender")[-1] is Presence.CONNECTED
    assert events.states("receiver")[-1] is Presence.CONNECTED
    before = len(receiver.rtp)
    sender.send_rtp(rtp_packet(VOICE, 20_000))
    await eventually(lambda: len(receiver.rtp) > before)


async def test_a_fault_in_a_handler_is_counted_and_the_leg_goes_on(
    relay, raw_peer, eventually, rtp_packet, tap
):
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", [TrackSource.MICROPHONE])
    sender = await raw_peer("sender", "counter", {"microphone": VOICE})
    receiver = await raw_peer("receiver", "hall", {})

    def broken(*_):
        raise RuntimeError("a tap must not raise, but this one does")

    whole, tap.rtp = tap.rtp, broken
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: relay.counters["fault.datagram"] == 1)
    tap.rtp = whole
    sender.send_rtp(rtp_packet(VOICE, 2))
    await eventually(lambda: len(receiver.rtp) == 2)
