"""Datagrams of people without keys: STUN, first flights of DTLS, and what looks like media."""

from mischief import campaign
from mischief.dtls_flights import DtlsFlights, first_flight
from mischief.mutation import mutated
from mischief.relay_scene import SSRCS, RelayScene
from mischief.stun_checks import StunChecks

from scenes.relay_peers import rtp_packet


def strange_address(number: int) -> tuple[str, int]:
    return (f"203.0.113.{number % 250}", 1024 + number % 60_000)


async def test_stun_from_strangers_and_from_the_leg_itself(scene: RelayScene):
    dice = campaign.dice("stun")
    hostile = scene.hostile
    checks = StunChecks(dice, hostile.attribute("ice-ufrag"), hostile.attribute("ice-pwd"))
    spoofed = scene.address_of(scene.honest)

    def one() -> None:
        match dice.randrange(5):
            case 0:
                scene.deliver(checks.from_outside(), strange_address(dice.randrange(10_000)))
            case 1:
                scene.deliver(checks.from_inside(), strange_address(dice.randrange(10_000)))
            case 2:
                scene.deliver(checks.from_outside(), spoofed)
            case 3:
                scene.send([checks.from_outside()])
            case _:
                scene.send([checks.from_inside()])

    await scene.in_turns(campaign.datagrams(20), one)
    assert scene.relay.counters["stun.failed_integrity"] > 0
    assert scene.socket.peers[spoofed] is scene.relay._rooms["call-1"].legs["window"].transport


async def test_first_flights_and_records_at_a_leg_that_talks(scene: RelayScene):
    dice = campaign.dice("dtls")
    flights = DtlsFlights(dice, await first_flight())
    seen: list[bytes] = []
    scene.honest.lose_out = lambda datagram: seen.append(datagram) or False
    spoofed = scene.address_of(scene.honest)

    def one() -> None:
        datagram = flights.datagram(seen[-20:])
        match dice.randrange(3):
            case 0:
                scene.deliver(datagram, strange_address(dice.randrange(10_000)))
            case 1:
                scene.deliver(datagram, spoofed)
            case _:
                scene.send([datagram])

    await scene.in_turns(campaign.datagrams(8), one)


async def test_noise_that_looks_like_media(scene: RelayScene):
    dice = campaign.dice("noise")
    voice, face = SSRCS["window"]
    samples = [
        scene.hostile.dtls.protect(rtp_packet(SSRCS["stranger"][0], 7)),
        rtp_packet(voice, 9),
        rtp_packet(face, 9, video=True, key=True),
        scene.hostile.dtls.protect_rtcp(b"\x80\xc9\x00\x01" + voice.to_bytes(4)),
    ]
    spoofed = scene.address_of(scene.honest)

    def one() -> None:
        first = bytes((dice.choice((0x80, 0x90, 0xB0, 0xBF, 0x40, 0x7F, 0xC0, 0xFF)),))
        noise = first + dice.randbytes(dice.choice((0, 1, 11, 12, 40, 1200, 2047, 4000)))
        datagram = noise if dice.random() < 0.5 else mutated(dice, dice.choice(samples), samples)
        match dice.randrange(3):
            case 0:
                scene.deliver(datagram, strange_address(dice.randrange(10_000)))
            case 1:
                scene.deliver(datagram, spoofed)
            case _:
                scene.send([datagram])

    await scene.in_turns(campaign.datagrams(10), one)
