"""SDP answers of a hostile page: refused with the two codes there are for it, or taken."""

import asyncio
import contextlib
from collections import Counter

import pytest
from mischief import campaign
from mischief.relay_scene import SSRCS, RelayScene
from mischief.rtp_packets import RtpPackets
from mischief.sdp_answers import spoilt, with_other_ssrcs

from scenes.relay_peers import CALL, answer_to
from signaling.relay.dtls import fingerprint
from signaling.relay.errors import BadAnswer, StaleAnswer

A_LOOK = 25


@pytest.fixture
def honest_answer(scene: RelayScene):
    def make(sdp: str) -> str:
        return answer_to(sdp, fingerprint(scene.hostile.certificate), scene.hostile.ssrcs)

    return make


async def test_answers_of_a_hostile_page(scene: RelayScene, honest_answer):
    dice = campaign.dice("answers")
    hostile, relay = scene.hostile, scene.relay
    leg = relay._rooms[CALL].legs["stranger"]
    met: Counter[str] = Counter()
    offer = await relay.restart_leg(CALL, "stranger")
    hostile.sdp = offer.sdp
    for number in range(campaign.texts()):
        if dice.random() < 0.1:
            sdp = with_other_ssrcs(dice, honest_answer(offer.sdp), [*SSRCS["window"], 1])
        else:
            sdp = spoilt(dice, honest_answer(offer.sdp))
        before = dict(leg.publications.by_ssrc)
        wanted = offer.number if dice.random() < 0.97 else dice.choice((0, offer.number + 1, 2**53))
        try:
            await relay.answer_leg(CALL, "stranger", wanted, sdp)
        except (BadAnswer, StaleAnswer) as error:
            met[error.slug] += 1
            assert leg.publications.by_ssrc == before, "a refusal changes nothing"
        else:
            met["taken"] += 1
            offer = await relay.restart_leg(CALL, "stranger")
            hostile.sdp = offer.sdp  # its checks go by the newest credentials
        if number % A_LOOK == 0:
            await scene.turn()
    assert min(met["taken"], met["bad_answer"], met["stale_answer"]) > 0, met
    await relay.answer_leg(CALL, "stranger", offer.number, honest_answer(offer.sdp))
    hostile.check()
    packets = RtpPackets(dice, *SSRCS["stranger"], hostile.dtls.protect)
    await scene.turn()
    await scene.hears_the_hostile_leg(packets.plain)


async def test_answers_at_a_leg_that_has_none_yet(scene: RelayScene, honest_answer):
    dice = campaign.dice("first answers")
    for number in range(campaign.texts() // 4):
        offer = await scene.relay.open_leg(CALL, scene.hostile.spec)
        with contextlib.suppress(BadAnswer):
            sdp = spoilt(dice, honest_answer(offer.sdp))
            await scene.relay.answer_leg(CALL, "stranger", offer.number, sdp)
        await asyncio.sleep(0)  # what was replaced is being closed
        if number % A_LOOK == 0:
            assert not scene.broken, scene.broken[0]
    await scene.relay.close_leg(CALL, "stranger")
