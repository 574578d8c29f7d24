"""First flights of DTLS at legs that have not handshaken yet."""

import asyncio
import contextlib

from mischief import campaign
from mischief.dtls_flights import DtlsFlights, first_flight
from mischief.relay_scene import ForgetfulPeer, RelayScene

from casework.ports import TrackSource
from scenes.relay_peers import CALL, eventually
from signaling.relay.dtls import DtlsState
from signaling.relay.spec import LegSpec

A_ROUND = 20
MOST_SECONDS = 0.1
"""What a spoilt handshake may take to end; the client would go on asking for half a minute."""


class Newcomer(ForgetfulPeer):
    """Joins step by step."""

    async def arrive(self) -> None:
        await self.answer(await self.relay.open_leg(CALL, self.spec))
        await self.open_socket()
        self.check()
        await eventually(lambda: self.stun)

    def shake_hands(self) -> None:
        theirs = self.attribute("fingerprint").partition(" ")[2]
        self.dtls.start([("sha-256", theirs)], server=False)


async def a_round(
    scene: RelayScene, newcomer: Newcomer, flights: DtlsFlights, *, near: bool
) -> None:
    await newcomer.arrive()
    for number in range(A_ROUND):
        datagram = flights.datagram()
        if near:
            newcomer.transport.sendto(datagram)
        else:
            scene.deliver(datagram, ("203.0.113.7", 2000 + number))
    await scene.turn()
    newcomer.shake_hands()
    if near:  # whoever spoils his own handshake may fail, but in order
        with contextlib.suppress(AssertionError):
            await eventually(lambda: newcomer.dtls_states, MOST_SECONDS)
    else:
        await eventually(lambda: newcomer.dtls_states == [DtlsState.CONNECTED])
    await scene.relay.close_leg(CALL, newcomer.spec.leg)
    await newcomer.leave()


async def test_spoilt_first_flights_end_no_other_leg(scene: RelayScene):
    flights = DtlsFlights(campaign.dice("first flights"), await first_flight())
    for number in range(max(2, campaign.datagrams(2) // A_ROUND)):
        spec = LegSpec(f"newcomer-{number}", "door", microphone=True, speaker=True)
        newcomer = Newcomer(scene.relay, spec, {str(TrackSource.MICROPHONE): 7000 + number})
        await a_round(scene, newcomer, flights, near=number % 2 == 0)
    await asyncio.sleep(0)
    await scene.turn()
    assert len(scene.relay.directory) == 3
